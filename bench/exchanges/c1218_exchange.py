"""Exchanges at a meter's C12.18 port: what they share, and their two kinds, a reading and a switch command."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

from bench.access.c1218 import LINK, MANAGEMENT, C1218Access
from bench.access.dlms import DlmsAccess
from bench.exchanges.base import Effect, Exchange
from bench.exchanges.meter_reading import MeterReading
from bench.exchanges.switch_scene import SwitchScene
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class C1218Exchange(Exchange):
    """An exchange with the meter in ``seat``, the field crew's tool being the bench's.

    ``role`` is the client that the row's sender is; ``tables`` are those that carry the row's data.
    """

    link: ClassVar[str] = LINK
    role: ClassVar[str] = MANAGEMENT
    tables: ClassVar[tuple[int, ...]] = ()

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = C1218Access(station, seat)

    @abstractmethod
    async def send(self, client: C1218Client) -> Any:
        """Do it in an open session; raises the meter's refusal."""

    async def perform(self, access: Any = None) -> Any:
        """Do it as ``role`` in a session of its own, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.session(self.role) as client:
            return await self.send(client)


class C1218Reading(MeterReading, C1218Exchange):
    """A reading of tables."""


class C1218SwitchCommand(C1218Exchange):
    """A procedure that orders the switch. Its effect is where the witness sees the switch."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands"})
    closes: ClassVar[bool] = False

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.scene = SwitchScene(cast(DlmsAccess, self.access))

    @property
    def call(self) -> ProcedureCall:
        """The procedure."""
        names = self.access.names
        return names.connect if self.closes else names.disconnect

    async def send(self, client: C1218Client) -> Any:
        """Start the procedure; raises RefusedError, ProcedureRefusedError."""
        _asked, outcome = await self.access.meter(client).start(self.call)
        return outcome

    async def prepare(self) -> None:
        """Supply and load on, load side dead, the switch where the command would move it, its dwell over."""
        await self.scene.prepare(closed=not self.closes)

    async def observe(self) -> Effect:
        """Whether the witness sees the switch where the command brings it."""
        return await self.scene.observe(closed=self.closes)

    async def restore(self) -> None:
        """Switch and load as they were before `prepare`."""
        await self.scene.restore()
