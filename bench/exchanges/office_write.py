"""The kind of exchange that writes at an office system: a payment, a limit, a choice of the customer's."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from bench.exchanges.meters import meter_name
from bench.exchanges.office_exchange import OfficeExchange
from bench.exchanges.write import ValueWrite
from drivers.cim.errors import OfficeError

if TYPE_CHECKING:
    pass

CLERK = "operator"
"""The party that looks, where a row names no other: one of the system's own people."""


@runtime_checkable
class ForOneMeter(Protocol):
    """A write that can be about another meter than the one under test."""

    async def write_for(self, office: Any, meter: str) -> Any:
        """Send the row's message for ``meter``; raises the system's refusal."""
        ...


class OfficeWrite(ValueWrite[Any], OfficeExchange):
    """A write. Its effect is that an authorised party then finds another value than before.

    A subclass says how to write a value (`write`), how to look at it (`look`), and picks one that differs from the
    present one (`another`). Where writing the old value does not undo a write (a payment adds up), it overrides
    `bring_back`. ``for_a_meter`` says whether it is about the meter under test.
    """

    onlooker: ClassVar[str] = CLERK
    refusals: ClassVar[tuple[type[Exception], ...]] = (OfficeError,)
    for_a_meter: ClassVar[bool] = True
    before: Any
    wanted: Any

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

    async def bring_back(self) -> None:
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

    async def times(self) -> int:
        """How often the write counted since `prepare`: 0, 1, or 2 for whatever is neither the value before nor the
        one that was wanted. Raises the system's refusal."""
        present = await self.present()
        return 0 if present == self.before else 1 if present == self.wanted else 2

    async def present(self) -> Any:
        """The value in force now. Raises the system's refusal."""
        async with self.access.session(self.onlooker, kept=True) as office:
            return await self.look(office)
