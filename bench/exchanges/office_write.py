"""The kind of exchange that writes at an office system: a payment, a limit, a choice of the customer's."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from bench.exchanges.base import Effect
from bench.exchanges.meters import meter_name
from bench.exchanges.office_exchange import OfficeExchange
from drivers.cim.errors import OfficeError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

CLERK = "operator"
"""The party that looks, where a row names no other: one of the system's own people."""


@runtime_checkable
class ForOneMeter(Protocol):
    """A write that can be about another meter than the one under test."""

    async def write_for(self, office: Any, meter: str) -> Any:
        """Send the row's message for ``meter``; raises the system's refusal."""
        ...


class OfficeWrite(OfficeExchange):
    """A write. Its effect is that an authorised party then finds another value than before.

    A subclass says how to write a value (`write`), how to look at it (`look`), and picks one that differs from the
    present one (`another`). Where writing the old value does not undo a write (a payment adds up), it overrides
    `undo`. ``onlooker`` is the party that looks; ``settle_s`` is the station time that the effect has until it is
    looked at, where it comes from the next hop; ``for_a_meter`` says whether it is about the meter under test.
    ``before`` and ``wanted`` are the values before and after, once the scene is set.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "writes"})
    onlooker: ClassVar[str] = CLERK
    settle_s: ClassVar[float] = 0.0
    for_a_meter: ClassVar[bool] = True

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.before: Any = None
        self.wanted: Any = None

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @abstractmethod
    async def write(self, office: Any, value: Any) -> Any:
        """Send the row's message with ``value`` and return the reply; raises the system's refusal."""

    @abstractmethod
    async def look(self, office: Any) -> Any:
        """The value in force, as the onlooker finds it; never None. Raises the system's refusal."""

    @abstractmethod
    def another(self, present: Any) -> Any:
        """A valid value other than ``present``; the same one each time. None: the present one is not known yet."""

    async def undo(self) -> None:
        """Bring ``before`` back; raises the system's refusal."""
        async with self.access.session(self.sender) as office:
            await self.write(office, self.before)

    @property
    def subject(self) -> str:
        """What the write is about, as a log names it: the meter under test."""
        return meter_name(self.station)

    def says_done(self, reply: Any) -> bool:
        """Whether the reply says that what was written is carried out, not only that it was taken."""
        return True

    # -- what probes and functional tests use ------------------------------------------------------------------------

    async def send(self, office: Any) -> Any:
        """Write the value that is wanted; raises the system's refusal."""
        return await self.write(office, self.another(None) if self.wanted is None else self.wanted)

    async def prepare(self) -> None:
        """The value as it was found, and another one chosen to be written."""
        present = await self.present()
        if self.before is None:
            self.before, self.wanted = present, self.another(present)
        elif present != self.before:
            await self.undo()

    async def observe(self) -> Effect:
        """Whether the onlooker finds another value than the one before."""
        source = f"what {self.onlooker} finds at {self.seat}"
        if self.before is None:
            return Effect(None, source, "the value before the write was not looked at")
        if self.settle_s:
            await self.station.advance(self.settle_s)
        try:
            present = await self.present()
        except OfficeError as error:
            return Effect(None, source, str(error))
        return Effect(present != self.before, source, f"{present}, before {self.before}")

    async def times(self) -> int:
        """How often the write counted since `prepare`: 0, 1, or 2 for whatever is neither the value before nor the
        one that was wanted. Raises the system's refusal."""
        present = await self.present()
        return 0 if present == self.before else 1 if present == self.wanted else 2

    async def restore(self) -> None:
        """The value that was found first."""
        if self.before is not None and await self.present() != self.before:
            await self.undo()

    async def present(self) -> Any:
        """The value in force now. Raises the system's refusal."""
        async with self.access.session(self.onlooker) as office:
            return await self.look(office)
