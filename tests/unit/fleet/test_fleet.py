"""A fleet from one seat entry: who is in it, where each meter hangs, and that dozing changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import Integer
from drivers.dlms.enums import ApplicationContext, Mechanism
from drivers.dlms.link import WrapperLink
from drivers.dlms.obis import Obis
from drivers.dlms.security import InvocationCounters, SecurityMaterial
from drivers.transport.urls import make_transport
from fixtures import fault_box
from fixtures.clock import PlantClock
from fixtures.fleet.member import Member
from fixtures.fleet.seat import FleetSeat, make_seat
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.meter import Meter
from fixtures.meter.model.settings import SettingsError
from fixtures.office import factory
from fixtures.plant import Load
from fixtures.world import UnknownSeatError, World
from tests.unit.office.doubles import Station

START = 1_767_571_200.0
FIRST = 70_000_001
ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)
CLIENT_TITLE = b"AMBHES01"


def fleet(directory: Path, **settings: Any) -> tuple[World, FleetSeat]:
    world = World(PlantClock(START), directory, seed=7)
    world.plant.configure({"sources": {"grid": {"phases": 3}}})
    chosen = {"meters": 12, "feeders": ["north", "south"], "per_transformer": 2, **settings}
    seat = world.add("fleet", "dlms_fleet", chosen, factory=make_seat)
    assert isinstance(seat, FleetSeat)
    return world, seat


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[tuple[World, FleetSeat]]:
    world, seat = fleet(tmp_path)
    await world.start()
    yield world, seat
    await world.stop()


def meter_of(member: Member) -> Meter:
    assert member.seat.meter is not None
    return member.seat.meter


async def pass_time(world: World, seconds: float) -> None:
    await world.clock.advance_to(world.clock.now() + seconds)


async def read_energy(world: World, seat: FleetSeat, serial: str) -> int:
    secrets, name = world.secrets, f"fleet/{serial}/management"
    material = SecurityMaterial(
        own_title=CLIENT_TITLE,
        peer_title=seat.members[serial].seat.unit.system_title,
        global_unicast_key=secrets.derive(f"{name}/guek"),
        authentication_key=secrets.derive(f"{name}/gak"),
    )
    identity = ClientIdentity(
        mechanism=Mechanism.HLS_GMAC, security=material, context=ApplicationContext.LOGICAL_NAME_CIPHERED
    )
    link = WrapperLink(make_transport(seat.endpoints()[serial], world.clock), 1, 1)
    async with DlmsClient(link, identity, InvocationCounters()) as client:
        value = await client.get(ENERGY)
    assert isinstance(value, Integer)
    return int(value)


# -- who is in it ------------------------------------------------------------------------------------------------------


def test_meters_are_dealt_out_to_feeders_transformers_and_phases(tmp_path: Path) -> None:
    _world, seat = fleet(tmp_path, critical_every=5)
    places = list(seat.places.values())
    assert [place.serial for place in places] == [str(FIRST + index) for index in range(12)]
    assert [place.feeder for place in places] == ["north"] * 6 + ["south"] * 6
    assert [place.transformer for place in places[:6]] == ["north/t1"] * 2 + ["north/t2"] * 2 + ["north/t3"] * 2
    assert [place.phase for place in places[:6]] == [1, 2, 3, 1, 2, 3]
    assert [place.serial for place in places if place.critical] == [str(FIRST + 4), str(FIRST + 9)]


def test_every_meter_is_a_unit_of_its_own(tmp_path: Path) -> None:
    world, seat = fleet(tmp_path)
    units = [member.seat.unit for member in seat.members.values()]
    assert [unit.serial for unit in units] == list(seat.members)
    assert len({unit.system_title for unit in units}) == 12
    assert len({unit.gains for unit in units}) == 12
    keys = {world.secrets.derive(f"fleet/{serial}/management/guek") for serial in seat.members}
    assert len(keys) == 12


def test_the_roster_says_how_each_meter_is_reached(tmp_path: Path) -> None:
    _world, seat = fleet(tmp_path)
    assert seat.roster()[str(FIRST + 7)] == {
        "url": f"seat:fleet/{FIRST + 7}",
        "keys": f"fleet/{FIRST + 7}/management",
        "suite": 0,
        "mechanism": 5,
        "critical": False,
        "feeder": "south",
        "transformer": "south/t1",
    }


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"meters": 0}, "'meters' must be"),
        ({"feeders": ["a", "a"]}, "'feeders'"),
        ({"feeders": []}, "'feeders'"),
        ({"first_serial": 5}, "'first_serial'"),
        ({"per_transformer": -1}, "negative"),
        ({"ports": ["hdlc"]}, "'ports' cannot be chosen"),
        ({"metres": 3}, "unknown setting 'metres'"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        fleet(tmp_path, **settings)


# -- dozing ------------------------------------------------------------------------------------------------------------


async def test_a_meter_dozes_until_a_client_calls(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    assert all(member.dozing for member in seat.members.values())
    await read_energy(world, seat, str(FIRST + 3))
    assert [serial for serial, member in seat.members.items() if not member.dozing] == [str(FIRST + 3)]


async def test_who_dozed_has_all_that_it_would_have_without(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    awake, dozer = seat.members[str(FIRST)], seat.members[str(FIRST + 3)]
    dozer.seat.unit = awake.seat.unit
    awake.wake()
    await pass_time(world, 3 * 86_400.0 + 100.0)
    dozer.wake()
    one, other = meter_of(awake), meter_of(dozer)
    assert dict(other.nv) == {**dict(one.nv), **{key: other.nv[key] for key in one.nv if key.startswith("dlms.")}}
    assert one.metrology.counts() == other.metrology.counts()
    await pass_time(world, 5_000.0)
    assert one.metrology.counts() == other.metrology.counts()
    assert one.nv["energy"] == other.nv["energy"]
    assert [entry.code for entry in one.logs[Log.STANDARD].written()] == [
        entry.code for entry in other.logs[Log.STANDARD].written()
    ]


async def test_what_happened_to_the_load_is_metered_at_its_time(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    member, twin = seat.members[str(FIRST)], seat.members[str(FIRST + 3)]
    twin.seat.unit = member.seat.unit
    twin.wake()
    at_first = meter_of(twin).metrology.counts()[0]
    await pass_time(world, 3_600.0)
    member.point.set_load(Load(5_000.0))
    assert not member.dozing
    await pass_time(world, 3_600.0)
    meter = meter_of(member)
    expected = (seat.settings.load_w + 5_000.0) * member.seat.unit.gains.active
    assert meter.metrology.counts()[0] - at_first == pytest.approx(expected, abs=1.0)


async def test_fresh_puts_everybody_to_doze_again(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    first = await read_energy(world, seat, str(FIRST))
    await pass_time(world, 3_600.0)
    world.plant.feeder("north").switch(False)
    await world.fresh()
    assert all(member.dozing for member in seat.members.values())
    assert await read_energy(world, seat, str(FIRST)) == first


# -- outages -----------------------------------------------------------------------------------------------------------


async def test_a_feeder_outage_is_noticed_by_its_meters_alone(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    await pass_time(world, 1_000.0)
    fault_box.switch_feeder(world.plant, {"feeder": "north", "on": False})
    hit = [serial for serial, member in seat.members.items() if not member.dozing]
    assert hit == [str(FIRST + index) for index in range(6)]
    assert not any(meter_of(seat.members[serial]).power.running for serial in hit)
    await pass_time(world, 600.0)
    fault_box.switch_feeder(world.plant, {"feeder": "north", "on": True})
    await pass_time(world, 60.0)
    for serial in hit:
        meter = meter_of(seat.members[serial])
        assert meter.power.running
        assert meter.nv.integer("power.last_failure_s") == 600
        assert EventCode.POWER_DOWN in {entry.code for entry in meter.logs[Log.STANDARD].written()}


async def test_a_transformer_stays_dead_when_its_feeder_is_back(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    fault_box.switch_feeder(world.plant, {"feeder": "north", "on": False})
    fault_box.switch_feeder(world.plant, {"feeder": "north/t2", "on": False})
    fault_box.switch_feeder(world.plant, {"feeder": "north", "on": True})
    await pass_time(world, 60.0)
    awake = {serial: member for serial, member in seat.members.items() if not member.dozing}
    dead = [serial for serial, member in awake.items() if not meter_of(member).power.running]
    assert dead == [str(FIRST + 2), str(FIRST + 3)]


async def test_one_service_can_be_cut(running: tuple[World, FleetSeat]) -> None:
    world, seat = running
    fault_box.do("mains", world.service_point("fleet", str(FIRST + 8)), {"on": False})
    assert [serial for serial, member in seat.members.items() if not member.dozing] == [str(FIRST + 8)]
    with pytest.raises(UnknownSeatError, match="no member '1'"):
        world.service_point("fleet", "1")


async def test_a_feeder_that_is_not_there_is_told(running: tuple[World, FleetSeat]) -> None:
    world, _seat = running
    with pytest.raises(fault_box.FaultBoxError, match="no feeder 'east'; there are north, north/t1"):
        fault_box.switch_feeder(world.plant, {"feeder": "east", "on": False})
    with pytest.raises(fault_box.FaultBoxError, match="takes feeder, on, phases"):
        fault_box.switch_feeder(world.plant, {"on": False})


# -- the headend -------------------------------------------------------------------------------------------------------


async def test_a_headend_reads_its_fleet_and_pings_whom_an_outage_left(tmp_path: Path) -> None:
    station = Station(tmp_path)
    station.world.plant.configure({"sources": {"substation": {"phases": 3}}})
    settings = {"meters": 4, "per_transformer": 2, "source": "substation"}
    station.world.add("fleet", "dlms_fleet", settings, factory=make_seat)
    station.world.add("headend", "headend", {"fleets": ["fleet"]}, factory=factory.make_headend)
    station.add("mdms")
    await station.world.start()
    try:
        serials = [str(FIRST + index) for index in range(4)]
        office = station.office("headend", "mdms")
        readings = await office.read(serials)
        assert [reading.meter for reading in readings.meters] == serials
        assert len({reading.device for reading in readings.meters}) == 4
        station.world.plant.feeder("feeder/t2").switch(False)
        statuses = await station.office("headend", "oms").ping(serials)
        assert [status.reachable for status in statuses] == [True, True, False, False]
    finally:
        await station.stop()


def test_a_headend_with_a_fleet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    world = World(PlantClock(START), tmp_path)
    with pytest.raises(ValueError, match="no fleet 'fleet' is named before it"):
        world.add("headend", "headend", {"fleets": ["fleet"]}, factory=factory.make_headend)
