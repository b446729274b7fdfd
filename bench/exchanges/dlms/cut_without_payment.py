"""3.2.1 on AMI-28 (derived): on non-payment the headend has the meter open its switch."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import REMOTE_DISCONNECT, DlmsSwitchCommand


class CutWithoutPayment(DlmsSwitchCommand):
    """remote_disconnect of the entire load, with a load of 1,000 W flowing before."""

    rows = ("3.2.1/AMI-28/HE-Meter/d1", "3.2.1/AMI-39/Crew-Meter/d2")
    predicates = frozenset({"returns", "commands", "writes"})
    method_index = REMOTE_DISCONNECT
    closes = False
