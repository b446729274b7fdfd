"""An emulated appliance in use, and our own client at its port, on a stepped clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.link import Cta2045Link
from drivers.transport.serial import SerialTransport
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.han.seat import ApplianceSeat, make_seat
from fixtures.plant import ServicePoint
from fixtures.world import World

START = 1767571200.0  # midnight


class Home:
    """One appliance in use, and a client at its port."""

    def __init__(self, clock: PlantClock, seat: ApplianceSeat, point: ServicePoint, client: Cta2045Client) -> None:
        self.clock, self.seat, self.point, self.client = clock, seat, point, client

    @property
    def watts(self) -> float:
        return self.point.delivered.active_w

    async def let_pass(self, seconds: float) -> None:
        transport = self.client.link.transport
        if isinstance(transport, SerialTransport) and transport.is_open:  # its last ACK is read first
            await self.client.listen(self.clock.now() + seconds)
        else:
            await self.clock.advance_to(self.clock.now() + seconds)

    async def released(self) -> None:
        await self.let_pass(91.0)


@asynccontextmanager
async def home(
    directory: Path, appliance: str = "water_heater", *faults: str, used: bool = True
) -> AsyncIterator[Home]:
    clock = PlantClock(START, guard_s=5.0)
    world = World(clock, directory, seed=1)
    seat = world.add("device", "", {"appliance": appliance}, faults=faults, factory=make_seat)
    assert isinstance(seat, ApplianceSeat)
    await world.start()
    transport = make_transport(seat.endpoints()["port"], clock, baud=19200, counted=True)
    client = Cta2045Client(Cta2045Link(transport))
    await client.open()
    if used:
        seat.change_appliance("use", True)
        await clock.advance_to(START + 1800.0)
    try:
        yield Home(clock, seat, world.service_point("device"), client)
    finally:
        await client.close()
        await world.stop()
