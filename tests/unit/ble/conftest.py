"""A home with one Bluetooth device in its box, and adapters for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

pytest.importorskip("bumble")
pytest.importorskip("bleak")

from drivers.clock import FreeClock
from drivers.gatt.adapter import ControllerAdapter, open_adapter
from drivers.gatt.client import GattClient
from drivers.gatt.security import IoCapability, LinkSecurity, PairingManner
from fixtures.ble.display_seat import make_display
from fixtures.ble.seat import BleSeat
from fixtures.ble.thermostat_seat import make_thermostat
from fixtures.clock import PlantClock
from fixtures.seats import SeatFactory
from fixtures.world import World

START = 1767571200.0
PASSKEY = PairingManner(IoCapability.DISPLAY_ONLY)


@dataclass
class Hand:
    """Somebody at the device; ``off`` is what is added to each number on the way."""

    seat: BleSeat
    off: int = 0

    async def shown(self, passkey: int) -> None:
        self.seat.change_pairing({"passkey": passkey ^ self.off})

    async def type_in(self) -> int | None:
        return None

    async def compare(self, number: int) -> bool:
        self.seat.change_pairing({"compare": number + self.off})
        return True


@dataclass
class Home:
    """One device in a world, and its clock."""

    world: World
    seat: BleSeat
    clock: PlantClock

    @asynccontextmanager
    async def adapter(self) -> AsyncIterator[ControllerAdapter]:
        """A new adapter in front of the device."""
        adapter = open_adapter(self.seat.endpoints()["ble"], FreeClock())
        assert isinstance(adapter, ControllerAdapter)
        async with adapter:
            yield adapter

    async def pair(self, client: GattClient, manner: PairingManner = PASSKEY, off: int = 0) -> LinkSecurity:
        """Pair with a hand at the device and its window open."""
        self.seat.change_pairing({"open": True})
        client.adapter.hci.manner = replace(manner, person=Hand(self.seat, off))
        return await client.pair()

    async def let_pass(self, seconds: float) -> None:
        """Station time."""
        await self.clock.advance_to(self.clock.now() + seconds)


@asynccontextmanager
async def home(factory: SeatFactory, directory: Path, *faults: str) -> AsyncIterator[Home]:
    """A world with one device."""
    clock = PlantClock(START)
    world = World(clock, directory)
    seat = world.add("device", "", {}, faults=faults, factory=factory)
    assert isinstance(seat, BleSeat)
    await world.start()
    try:
        yield Home(world, seat, clock)
    finally:
        await world.stop()


@pytest.fixture
async def display(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(make_display, tmp_path) as made:
        yield made


@pytest.fixture
async def thermostat(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(make_thermostat, tmp_path) as made:
        yield made
