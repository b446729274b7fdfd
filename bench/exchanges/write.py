"""A write on any link: its effect is that somebody else than the writer then finds another value than before."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from bench.exchanges.base import Effect, Exchange

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

T = TypeVar("T")


class ValueWrite(Exchange, Generic[T]):
    """What the kinds of write on each link share: setting the scene, looking at the effect, taking it back.

    ``onlooker`` is the client or party that looks; ``refusals`` are the exceptions by which the device refuses to be
    looked at; ``settle_s`` is the station time that the effect has until it is looked at, where it comes from the next
    hop. ``before`` and ``wanted`` are the values before and after, once the scene is set.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "writes"})
    onlooker: ClassVar[str]
    refusals: ClassVar[tuple[type[Exception], ...]]
    settle_s: ClassVar[float] = 0.0

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.before: T | None = None
        self.wanted: T | None = None

    @abstractmethod
    async def present(self) -> T:
        """The value in force, as the onlooker finds it; raises one of ``refusals``."""

    @abstractmethod
    async def bring_back(self) -> None:
        """Write ``before`` again, or whatever else takes the write back; raises the device's refusal."""

    @abstractmethod
    def another(self, present: T) -> T:
        """A valid value other than ``present``; the same one each time."""

    async def prepare(self) -> None:
        """The value as it was found, and another one chosen to be written."""
        present = await self.present()
        if self.before is None:
            self.before, self.wanted = present, self.another(present)
        elif present != self.before:
            await self.bring_back()

    async def observe(self) -> Effect:
        """Whether the onlooker finds another value than the one before."""
        source = f"what {self.onlooker} finds at {self.seat}"
        if self.before is None:
            return Effect(None, source, "the value before the write was not looked at")
        if self.settle_s:
            await self.station.advance(self.settle_s)
        try:
            present = await self.present()
        except self.refusals as error:
            return Effect(None, source, str(error))
        return Effect(present != self.before, source, f"{present!r}, before {self.before!r}")

    async def restore(self) -> None:
        """The value that was found first."""
        if self.before is not None and await self.present() != self.before:
            await self.bring_back()
