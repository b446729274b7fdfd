"""Exchanges at a meter's C12.18 port: what they share; a reading, and a switch command. Writes: `c1218_write`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.c1218 import LINK, MANAGEMENT, C1218Access
from bench.exchanges.base import Exchange
from bench.exchanges.meter_reading import MeterReading
from bench.exchanges.switch_command import SwitchCommand
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.formats import Formats
from drivers.c1219.procedures import INITIATE, Initiation

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

_SEQUENCE = 99
"""Of a call that no driver numbers."""


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


class C1218Act(C1218Exchange):
    """An exchange that changes something at the meter by one write: of a table, or of a procedure's call to table 7.

    ``trace`` is the meaning of the entry that it leaves in the log (`bench.access.dlms_events`).
    """

    @property
    @abstractmethod
    def trace(self) -> str: ...

    @abstractmethod
    def written(self, formats: Formats) -> Written:
        """What is written."""


@dataclass(frozen=True)
class Written:
    """The content of a table that a client writes."""

    table: int
    content: bytes


def procedure_call(call: ProcedureCall, sequence: int, formats: Formats) -> Written:
    """A procedure's call, as table 7 takes it."""
    return Written(INITIATE, Initiation(call.number, sequence, call.parameters, call.manufacturer).encode(formats))


class C1218SwitchCommand(SwitchCommand, C1218Act):
    """A procedure that orders the switch."""

    @property
    def reached(self) -> C1218Access:
        """The way to the meter."""
        return self.access

    @property
    def call(self) -> ProcedureCall:
        """The procedure."""
        names = self.access.names
        return names.connect if self.closes else names.disconnect

    def written(self, formats: Formats) -> Written:
        """The call of the procedure."""
        return procedure_call(self.call, _SEQUENCE, formats)

    async def send(self, client: C1218Client) -> Any:
        """Start the procedure; raises RefusedError, ProcedureRefusedError."""
        _asked, outcome = await self.access.meter(client).start(self.call)
        self.operated()
        return outcome
