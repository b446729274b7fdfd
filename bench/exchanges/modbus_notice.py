"""A notification over Modbus, which has none: the device's counterpart finds it by asking again and again.

The kind for rows on which a field device "notifies": the bench, in the place of the headend, polls at the interval that
the device file declares (``poll_interval_s``), so an event is known one interval after the device shows it at the
latest. The verification that such rows return is a second reading.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bench.exchanges.modbus_exchange import ModbusReading
from drivers.modbus.points import Value

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.modbus.client import ModbusClient

_POLL_S = 60.0


@dataclass(frozen=True)
class Found:
    """What a poll found: about what (such as a lamp), of which kind, since when by the device, when it was found."""

    subject: str
    kind: int
    since: float
    at: float


class PolledNotification(ModbusReading):
    """A reading that is repeated until it shows an event.

    A subclass says how to cause the event (`cause`) and undo it (`undo`), and how to find events in what is read
    (`found`).
    """

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "notifies"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.polls = 0

    # -- what a row says of itself -----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def subjects(self) -> int:
        """How many subjects there are, at each of which the event can be caused."""

    @property
    @abstractmethod
    def logged_codes(self) -> frozenset[int]:
        """The codes under which the device logs the event."""

    @abstractmethod
    async def cause(self, subject: int) -> float:
        """Cause the event at a subject (from 1); returns when (station time, s)."""

    @abstractmethod
    async def undo(self, subject: int) -> None:
        """Undo the cause."""

    @abstractmethod
    def found(self, answer: Mapping[str, Value]) -> Sequence[Found]:
        """The events that an answer shows."""

    # -- what probes and functional tests use ------------------------------------------------------------------------

    @property
    def hold_s(self) -> float:
        """How long a state has to last, by definition, before it is the event that the row tells of (s)."""
        return 0.0

    @property
    def poll_s(self) -> float:
        """How often the counterpart asks (PIXIT ``poll_interval_s``)."""
        return float(self.access.pixit("poll_interval_s", _POLL_S))

    async def poll(self, client: ModbusClient) -> Sequence[Found]:
        """Ask once."""
        self.polls += 1
        return self.found(await self.send(client))

    async def awaited(self, within_s: float, count: int = 1, client: Any = None) -> Sequence[Found]:
        """Ask every `poll_s` until ``count`` events are there, or ``within_s`` is over; what was last found."""
        if client is not None:
            return await self._await(within_s, count, client)
        async with self.access.session() as own:
            return await self._await(within_s, count, own)

    async def _await(self, within_s: float, count: int, client: ModbusClient) -> Sequence[Found]:
        deadline = self.station.clock.now() + within_s
        while True:
            seen = await self.poll(client)
            left = deadline - self.station.clock.now()
            if len(seen) >= count or left <= 0:
                return seen
            await self.station.advance(min(self.poll_s, left))
