"""Another meter in the place of one: who comes finds it, with the names of the one that it replaces or its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fixtures.clock import PlantClock
from fixtures.fault_box import FaultBoxError, swap
from fixtures.meter.objects import names
from fixtures.meter.seat import MeterSeat, make_seat
from fixtures.world import UnknownSeatError, World

from .conftest import START


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(PlantClock(START.timestamp()), tmp_path, seed=7)
    for name in ("genuine", "clone"):
        made.add(name, "dlms_meter", {"ports": ["tcp"]}, factory=make_seat)
    await made.start()
    yield made
    await made.stop()


def told(world: World, seat: str) -> tuple[bytes, bytes]:
    meter = world.seat(seat)
    assert isinstance(meter, MeterSeat)
    assert meter.server is not None
    objects = meter.server.devices[1].objects
    return tuple(bytes(objects[name].read(2)) for name in (names.SERIAL, names.DEVICE_NAME))  # type: ignore[attr-defined, return-value]


async def test_a_copy_bears_the_names_until_it_is_taken_away(world: World) -> None:
    own = told(world, "clone")
    swap(world, "genuine", {"other": "clone", "copied": True})
    assert world.occupant("genuine") == "clone"
    assert told(world, "clone") == told(world, "genuine") != own
    swap(world, "genuine", {"other": "", "copied": False})
    assert world.occupant("genuine") == "genuine"
    assert told(world, "clone") == own


async def test_a_genuine_meter_in_the_wrong_place_keeps_its_names(world: World) -> None:
    own = told(world, "clone")
    swap(world, "genuine", {"other": "clone"})
    assert told(world, "clone") == own


async def test_a_fresh_start_finds_everything_in_its_place(world: World) -> None:
    swap(world, "genuine", {"other": "clone", "copied": True})
    await world.fresh()
    assert world.occupant("genuine") == "genuine"
    assert told(world, "clone") != told(world, "genuine")


async def test_nobody_and_nothing_else_takes_a_place(world: World) -> None:
    with pytest.raises(UnknownSeatError):
        swap(world, "genuine", {"other": "nobody"})
    with pytest.raises(FaultBoxError, match="takes other, copied"):
        swap(world, "genuine", {"with": "clone"})
