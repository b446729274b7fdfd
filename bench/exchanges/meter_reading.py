"""A reading of a meter, whatever the link: what came is its effect."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from bench.exchanges.base import Effect, Exchange

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class MeterReading(Exchange):
    """A reading. Its effect is that the row's data were obtained; nothing has to be set up or taken back.

    Stands before the exchange of a link among the bases; ``client`` is an open session on that link.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.answer: Any = None

    @abstractmethod
    async def read(self, client: Any) -> Any:
        """Ask for the row's data in an open session; raises the meter's refusal."""

    async def prepare(self) -> None:
        """Forget the last answer."""
        self.answer = None

    async def send(self, client: Any) -> Any:
        """Ask for the row's data and keep what came."""
        self.answer = None
        self.answer = await self.read(client)
        return self.answer

    async def observe(self) -> Effect:
        """Whether the last message brought the row's data."""
        if not self.answer:
            return Effect(False, "the meter's answer", "no data came")
        return Effect(True, "the meter's answer", f"{len(self.answer)} values came")

    async def restore(self) -> None:
        """Forget the last answer."""
        self.answer = None
