"""What happens in the tests of 3.6.2: the meter's position is written and read, by who may and by who may not."""

from __future__ import annotations

from typing import Any

from bench.access.c1218_position import UtilityPosition
from bench.access.dlms_events import declared_events
from bench.access.meter import MeterAccess
from bench.access.position import DlmsPosition, Place, PositionStore
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.c1218.utility import ReadPosition as ReadUtilityPosition
from bench.exchanges.c1218_exchange import C1218Exchange
from bench.exchanges.dlms.read_position import ReadPosition
from bench.keywords.process import ProcessLibrary
from drivers.metering import LoggedEvent


class PositionActs(ProcessLibrary):
    """The acts, without any judgement."""

    @property
    def position(self) -> PositionStore:
        """Where the meter keeps its position."""
        exchange = self.exchange
        return UtilityPosition(exchange.access) if isinstance(exchange, C1218Exchange) else DlmsPosition(self.meter)

    async def write(self, place: Place) -> None:
        """Write it as a tool for commissioning does; raises the meter's refusal."""
        position = self.position
        async with self.meter.session(position.writer, ask=True) as client:
            await position.write(client, place)

    async def try_as(self, role: str, place: Place) -> Attempt:
        """Write it as another client."""
        async with self.meter.session(role, port=self.meter.ports_of(role)[0], ask=True) as client:
            return await attempt(self.position.write(client, place))

    async def read(self) -> Place:
        """The position as the row reads it. Raises what the link raises."""
        exchange: Any = self.exchange
        if not isinstance(exchange, ReadPosition | ReadUtilityPosition):
            raise TypeError(f"{self.row.id} does not read a position")
        await exchange.prepare()
        access: MeterAccess = exchange.access
        async with access.session(exchange.role, ask=True) as client:
            place, _clock = await exchange.perform(client)
        assert isinstance(place, Place)
        return place

    async def logged(self, meaning: str) -> list[LoggedEvent]:
        """The entries of that meaning; none where the supplier declares no such event."""
        kind = declared_events(self.station.lab.seat(self.meter.seat).device).find(meaning)
        if kind is None:
            return []
        async with self.meter.session(ask=True) as client:
            events = await self.meter.meter(client).events(kind.log or "standard")
        return [event for event in events if event.code == kind.code]
