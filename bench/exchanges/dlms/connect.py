"""3.4.1 and 3.4.2 on AMI-28: the headend has the meter close its switch."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import REMOTE_RECONNECT, DlmsSwitchCommand


class Connect(DlmsSwitchCommand):
    """remote_reconnect, the load side being dead and a load of 1,000 W waiting behind the open switch."""

    rows = tuple(
        f"{process}/{row}" for process in ("3.4.1", "3.4.2") for row in ("AMI-28/HE-Meter", "AMI-39/Crew-Meter/d1")
    )
    method_index = REMOTE_RECONNECT
    closes = True
