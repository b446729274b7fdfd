"""3.4.3 to 3.4.5, and 4.2.2, on AMI-28: the headend has the meter open its switch."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import REMOTE_DISCONNECT, DlmsSwitchCommand


class Disconnect(DlmsSwitchCommand):
    """remote_disconnect, with a load of 1,000 W flowing before."""

    rows = (
        *(
            f"{process}/{row}"
            for process in ("3.4.3", "3.4.4", "3.4.5")
            for row in ("AMI-28/HE-Meter", "AMI-39/Crew-Meter/d1")
        ),
        "4.2.2/AMI-28/HE-Meter/d1",
        "4.2.2/AMI-39/Crew-Meter/d1",
    )
    method_index = REMOTE_DISCONNECT
    closes = False
