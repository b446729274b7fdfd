"""The kind of exchange in which one office system tells another: an outage, tampering, an invalid meter.

The bench plays the system that tells; the one that is told is under test.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.exchanges.base import Effect
from bench.exchanges.meters import meter_name
from bench.exchanges.office_exchange import OfficeExchange
from bench.exchanges.office_write import CLERK
from drivers.cim.errors import OfficeError
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.times import iso
from drivers.cim.vocabulary import EventKind

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class OfficeNotification(OfficeExchange):
    """A notification. Its effect is that an authorised party finds more of it at the receiver than before.

    A subclass says what is told: `events`; `number` counts the scenes, so that each tells of something new. One whose
    message is no event overrides `tell` and `found`. ``onlooker`` is the party that looks; ``settle_s`` is the station
    time that the effect has until it is looked at, where it comes from the next hop. ``next_actor`` is the actor to
    which the receiver passes on what it was told, where it does; the onlooker looks there by `found_next`.
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"notifies"})
    onlooker: ClassVar[str] = CLERK
    settle_s: ClassVar[float] = 0.0
    next_actor: ClassVar[str] = ""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.number = 0
        self._at: float | None = None
        self._before: Sequence[Hashable] | None = None

    @property
    def at(self) -> float:
        """When the scene was set (station time, s): what is told happened then."""
        return self.station.clock.now() if self._at is None else self._at

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @property
    def subject(self) -> str:
        """What is told about, by its name in the office: the meter under test."""
        return meter_name(self.station)

    @abstractmethod
    def events(self) -> Sequence[EndDeviceEvent]:
        """What is told in this scene."""

    def event(self, kind: EventKind, detail: str = "", at: float | None = None) -> EndDeviceEvent:
        """An event at the meter under test, at ``at`` (station time, s; without it when the scene was set)."""
        return EndDeviceEvent(
            event=f"{self.sender}-{self.row.id}-{self.number}",
            kind=kind,
            meter=self.subject,
            time_stamp=iso(self.at if at is None else at),
            detail=detail,
        )

    async def tell(self, office: CimOffice) -> Reply:
        """Send the notification and return the acknowledgment; raises the receiver's refusal."""
        return await office.tell(self.events())

    def told(self) -> Sequence[Hashable]:
        """What the receiver should show of this scene to the onlooker, as it was told."""
        return self.events()

    async def found(self, office: CimOffice) -> Sequence[Hashable]:
        """What the receiver shows of such notifications to the onlooker; raises the receiver's refusal."""
        return await office.events((self.subject,))

    async def found_next(self, office: CimOffice) -> Sequence[Hashable]:
        """What the next system shows of what was passed on; raises its refusal."""
        return await office.events((meter_name(self.station),))

    # -- what probes and functional tests use ------------------------------------------------------------------------

    async def send(self, office: Any) -> Reply:
        """Tell; raises the receiver's refusal."""
        return await self.tell(office)

    async def prepare(self) -> None:
        """Something new to tell of, and what the receiver shows so far."""
        self.number += 1
        self._at = self.station.clock.now()
        self._before = await self.present()

    async def observe(self) -> Effect:
        """Whether the receiver shows more than at `prepare`."""
        source = f"what {self.onlooker} finds at {self.seat}"
        if self._before is None:
            return Effect(None, source, "what it showed before was not looked at")
        if self.settle_s:
            await self.station.advance(self.settle_s)
        try:
            now = await self.present()
        except OfficeError as error:
            return Effect(None, source, str(error))
        more = len(now) - len(self._before)
        return Effect(more > 0, source, f"{more} more")

    async def times(self) -> int:
        """How often the notification counted since `prepare`. Raises the receiver's refusal."""
        return len(await self.present()) - len(self._before or ())

    async def restore(self) -> None:
        """Nothing: what was told stays told, and each scene tells of something new."""

    async def present(self) -> Sequence[Hashable]:
        """What the receiver shows now. Raises its refusal."""
        async with self.access.session(self.onlooker, kept=True) as office:
            return await self.found(office)
