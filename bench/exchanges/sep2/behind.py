"""AMI-43 over 2030.5: the customer's energy management tells a DER how much it may generate.

A DER that is itself a client of 2030.5 follows the energy management, whose place the bench takes. One on Modbus whose
declared gateway is the energy management is judged there, at the gateway's outer side, for what Modbus cannot show: by
the signal that the gateway takes and the watts that the DER then generates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.feeding import FEEDING_SHARE, until_feeding
from bench.exchanges.sep2.generation import GenerationAtHome
from bench.exchanges.sep2_events import GenerationLimit

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

_GATEWAY = "Customer EMS"


class GenerationByManager(GenerationAtHome):
    """``direct``: the seat itself is a client of 2030.5; otherwise the energy management's takes its place."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-43/CEMS-DER", "4.3.1/AMI-43/CEMS-DER")

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        links = station.lab.seat(seat).links.values()
        gateway = station.lab.seat_for_actor(_GATEWAY)
        self._fed = False
        self.direct = gateway is None or any(one.carries == self.link for one in links)
        super().__init__(station, seat if self.direct or gateway is None else gateway.name, row)
        if self.direct:
            self.party = "cems"
            self.content = GenerationLimit(category=self.access.category)

    async def prepare(self) -> None:
        """As usual, and at first a DER generates. Raises NotFeedingError."""
        if self.direct and self.server is None and not self._fed:
            if self.wiring.has("power_analyser"):
                await until_feeding(
                    self.station, self.seat, FEEDING_SHARE * float(self.access.pixit("available_w", 0.0))
                )
            self._fed = True
        await super().prepare()

    async def block(self, blocked: bool) -> bool:
        """Somebody works at the DER, who has put it under local control; its seat is PIXIT ``sep2.der``."""
        if not self.direct:
            return await super().block(blocked)
        await self.station.box.do(str(self.access.pixit("der", self.seat)), "local", on=blocked)
        return True


class ResponseByManager(GenerationByManager):
    """5.3.2 to 5.3.4: what the energy management does with its DER in response to a price or a call for services."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-43/CEMS-DER", "5.3.3/AMI-43/CEMS-DER", "5.3.4/AMI-43/CEMS-DER")
    predicates = frozenset({"returns", "commands"})
