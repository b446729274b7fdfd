"""Many appliances behind one service point: each has its circuit and its port, and those that nobody needs doze."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.link import Cta2045Link
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.fault_box import FaultBoxError, change_appliance
from fixtures.han.fleet import ApplianceFleet, make_seat
from fixtures.world import World

START = 1767571200.0
EACH_W = 400.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(PlantClock(START, guard_s=5.0), tmp_path, seed=1)
    made.add("flats", "", {"number": 5, "appliance": "small_water_heater"}, factory=make_seat)
    await made.start()
    yield made
    await made.stop()


def fleet(world: World) -> ApplianceFleet:
    seat = world.seats["flats"]
    assert isinstance(seat, ApplianceFleet)
    return seat


def drawn_w(world: World) -> float:
    return world.service_point("flats").delivered.active_w


async def in_use(world: World, member: str = "") -> None:
    values = {"on": True}
    change_appliance(world, "flats", "use", values, member)
    await world.clock.advance_to(world.clock.now() + 1800.0)


def client_of(world: World, member: str) -> Cta2045Client:
    transport = make_transport(fleet(world).endpoints()[member], world.clock, baud=19200, counted=True)
    return Cta2045Client(Cta2045Link(transport))


async def test_the_service_point_draws_what_all_draw_together(world: World) -> None:
    await in_use(world, "02")
    assert drawn_w(world) == EACH_W
    await in_use(world)
    assert drawn_w(world) == 5 * EACH_W


async def test_each_has_a_port_and_a_meter_of_its_own(world: World) -> None:
    await in_use(world)
    client = client_of(world, "03")
    await client.open()
    await client.grid_emergency(None)
    (own,) = await client.commodity()
    await client.close()
    assert own.rate == 0
    assert drawn_w(world) == 4 * EACH_W


async def test_each_says_who_it_is(world: World) -> None:
    client = client_of(world, "04")
    await client.open()
    told = await client.information()
    await client.close()
    assert told.serial == "WH-100004"


async def test_energy_is_that_of_the_own_circuit_while_there_was_a_voltage(world: World) -> None:
    await in_use(world)
    circuit = fleet(world).members["01"].seat.connection
    before = circuit.delivered_energy().import_wh
    await world.clock.advance_to(world.clock.now() + 3600.0)
    point = world.service_point("flats")
    point.connect_mains(False)
    await world.clock.advance_to(world.clock.now() + 3600.0)
    assert circuit.delivered_energy().import_wh - before == pytest.approx(EACH_W)


async def test_a_fleet_that_nobody_needs_is_not_built(world: World) -> None:
    await in_use(world, "01")
    await world.fresh()
    assert [member.seat._appliance for member in fleet(world).members.values()] == [None] * 5
    assert drawn_w(world) == 0.0


async def test_an_act_at_an_appliance_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(FaultBoxError, match="no appliance '09'"):
        change_appliance(world, "flats", "use", {"on": True}, "09")


def test_a_fleet_has_at_most_so_many(tmp_path: Path) -> None:
    world = World(PlantClock(START), tmp_path, seed=1)
    with pytest.raises(ValueError, match="'number' must be 1 to 99"):
        world.add("flats", "", {"number": 100}, factory=make_seat)
