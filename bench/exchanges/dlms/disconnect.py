"""3.4.3 on AMI-28: the headend has the meter open its switch."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import REMOTE_DISCONNECT, DlmsSwitchCommand


class Disconnect(DlmsSwitchCommand):
    """remote_disconnect, with a load of 1,000 W flowing before."""

    rows = ("3.4.3/AMI-28/HE-Meter", "3.4.3/AMI-39/Crew-Meter/d1")
    method_index = REMOTE_DISCONNECT
    closes = False
