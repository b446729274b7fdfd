"""3.5.6: the headend polls a controller of street lights once it is linked, and reads a lamp again when it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim.payloads import EndDeviceEvent, EndDeviceStatus, LampStatus, MasterDataLinkage
from drivers.cim.vocabulary import Code, EventKind
from fixtures.field.seat import StreetLightSeat
from fixtures.field.seat import make_seat as make_lights
from fixtures.field.street_light_map import BY_COMMAND
from fixtures.office import factory
from tests.unit.office.doubles import Station

LAMP_A = 100.0 / 230.0


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    made = Station(tmp_path)
    made.world.add("lights", "street_light", {"lamps": 6}, factory=make_lights)
    lights = {"SL-1": {"url": "seat:lights/tls", "credential": "lights/modbus/Headend"}}
    made.world.add("headend", "headend", {"street_lights": lights}, factory=factory.make_headend)
    made.world.add("oms", "oms", {}, factory=factory.make_oms)
    await made.world.start()
    yield made
    await made.stop()


def lights_of(running: Station) -> StreetLightSeat:
    seat = running.world.seat("lights")
    assert isinstance(seat, StreetLightSeat)
    return seat


async def link(running: Station) -> None:
    """The operator has the headend poll, and the lamps burn by command."""
    light = lights_of(running)._light
    assert light is not None
    light.change(mode=BY_COMMAND, command=1)
    linkage = MasterDataLinkage(meter="SL-1", usage_point="u", account="a", notify=True)
    await running.office("headend", "operator").link((linkage,))


async def told(running: Station) -> list[tuple[str, EventKind]]:
    events: tuple[EndDeviceEvent, ...] = await running.office("oms", "operator").events()
    return [(event.meter, event.kind) for event in events]


async def ping(running: Station, lamp: str) -> EndDeviceStatus:
    (answer,) = await running.office("oms", "operator").ping((lamp,))
    return answer


async def test_a_failed_lamp_is_told_once_and_its_repair_too(running: Station) -> None:
    await link(running)
    lights_of(running).change_lamp(4, "open")
    await running.pass_time(130.0)
    assert await told(running) == [("SL-1/4", EventKind.STREET_LIGHT_FAILURE)]
    await running.pass_time(600.0)
    lights_of(running).change_lamp(4, "good")
    await running.pass_time(65.0)
    assert [kind for _, kind in await told(running)] == [
        EventKind.STREET_LIGHT_FAILURE,
        EventKind.STREET_LIGHT_REPAIRED,
    ]


async def test_nobody_is_polled_before_he_is_linked(running: Station) -> None:
    lights_of(running).change_lamp(4, "open")
    await running.pass_time(600.0)
    assert await told(running) == []


async def test_polling_goes_on_after_a_power_cut_of_the_headend(running: Station) -> None:
    await link(running)
    running.world.seat("headend").power(False)
    lights_of(running).change_lamp(2, "aged")
    await running.pass_time(300.0)
    running.world.seat("headend").power(True)
    await running.pass_time(200.0)
    assert await told(running) == [("SL-1/2", EventKind.STREET_LIGHT_FAILURE)]


async def test_a_lamp_is_verified_by_reading_it_again(running: Station) -> None:
    await link(running)
    answer = await ping(running, "SL-1/3")
    assert answer.lamp == LampStatus(failed=False, commanded=True, current=pytest.approx(LAMP_A, abs=0.001))
    lights_of(running).change_lamp(3, "open")
    await running.pass_time(70.0)
    assert (await ping(running, "SL-1/3")).lamp == LampStatus(failed=True, commanded=True, current=0.0)


async def test_a_controller_that_does_not_answer_is_unreachable(running: Station) -> None:
    await link(running)
    lights_of(running).power(False)
    answer = await ping(running, "SL-1/3")
    assert (answer.reachable, answer.code, answer.lamp) == (False, Code.UNREACHABLE, None)
    unknown = await ping(running, "SL-1/x")
    assert unknown.code is Code.UNKNOWN_METER
