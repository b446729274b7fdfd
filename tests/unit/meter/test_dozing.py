"""A meter of a station dozes until somebody needs it, and nobody can tell afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.meter.dozing import DozingMeterSeat, make_seat
from fixtures.meter.model.meter import Meter
from fixtures.meter.seat import make_seat as make_awake
from fixtures.plant import Load
from fixtures.world import World

from .conftest import START

PORTS = ["optical", "hdlc", "tcp", "consumer", "p1"]
DAY_S = 86_400.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(PlantClock(START.timestamp()), tmp_path, seed=7)
    made.add("meter", "dlms_meter", {"ports": PORTS}, factory=make_seat)
    await made.start()
    yield made
    await made.stop()


def seat_of(world: World) -> DozingMeterSeat:
    seat = world.seat("meter")
    assert isinstance(seat, DozingMeterSeat)
    return seat


def seen(meter: Meter | None) -> tuple[object, ...]:
    assert meter is not None
    logs = [log.entries() for log in meter.logs.values()]
    return meter.metrology.counts(), meter.load_profile.store.rows(), meter.daily_profile.store.rows(), logs


async def test_nobody_has_built_it_before_it_is_needed(world: World) -> None:
    await world.clock.advance_to(world.clock.now() + DAY_S)
    assert seat_of(world).meter is None


@pytest.mark.parametrize("port", PORTS)
async def test_whoever_opens_a_port_finds_it(world: World, port: str) -> None:
    transport = make_transport(world.endpoints()["meter"][port], world.clock)
    await transport.open()
    await world.clock.advance_to(world.clock.now() + 2.0)
    assert seat_of(world).meter is not None
    await transport.close()


async def test_it_has_lived_through_the_time_as_one_that_was_awake(world: World, tmp_path: Path) -> None:
    other = World(PlantClock(START.timestamp()), tmp_path / "other", seed=7)
    other.directory.mkdir()
    other.add("meter", "dlms_meter", {"ports": PORTS}, factory=make_awake)
    await other.start()
    for one in (world, other):
        await one.clock.advance_to(one.clock.now() + 2.2 * DAY_S)
        one.service_point("meter").set_load(Load(1000.0))
        await one.clock.advance_to(one.clock.now() + 0.6 * DAY_S)
    awake = other.seat("meter")
    assert seen(seat_of(world).meter) == seen(awake.meter)  # type: ignore[attr-defined]
    await other.stop()


async def test_what_happens_at_its_service_point_wakes_it(world: World) -> None:
    world.service_point("meter").open_cover(True)
    meter = seat_of(world).meter
    assert meter is not None
    assert meter.nv["tamper.cover"]


async def test_after_a_fresh_start_it_dozes_again(world: World) -> None:
    seat_of(world).power(False)
    await world.fresh()
    assert seat_of(world).meter is None


async def test_one_with_a_defect_is_there_from_the_beginning(world: World) -> None:
    await world.fresh({"meter": ["F-P1"]})
    assert seat_of(world).meter is not None


async def test_where_another_device_watches_the_service_point_it_does_not_doze(world: World) -> None:
    beside = world.add("beside", "dlms_meter", {"ports": ["tcp"], "service_point": "meter"}, factory=make_seat)
    assert isinstance(beside, DozingMeterSeat)
    beside.fresh(frozenset())
    assert beside.meter is not None
    await beside.stop()
