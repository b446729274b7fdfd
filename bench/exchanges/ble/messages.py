"""3.5.4: the gateway has an appliance show that an outage is to come."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.ble_exchange import CentralMessage
from drivers.gatt.messages import Message

AHEAD_S, MINUTES = 7_200.0, 60
_MINUTE_S = 60.0
_NUMBER = 3_504


class OutageNotice(CentralMessage):
    """AMI-34: in two hours, for one."""

    rows: ClassVar[tuple[str, ...]] = ("3.5.4/AMI-34/ESI-Appl/d1",)

    def new_message(self) -> Message:
        return self.outage()

    def outage(self, *, later_s: float = 0.0, text: str = "No supply: work on the line") -> Message:
        """The notice of an outage that begins so much later, on a whole minute."""
        start = (self.station.clock.now() + AHEAD_S + later_s) // _MINUTE_S * _MINUTE_S
        return Message(_NUMBER, int(start), MINUTES, text)
