"""The headend on emulated DLMS meters: 3.1.1, 3.1.2, 3.4.3 and 3.4.1 from the office to the meter's switch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim.payloads import EndDeviceControl, MeterReadSchedule
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Code, Control, EventKind, OrderState, Quality, ReadingKind, ReadingType
from fixtures.meter.seat import make_seat
from fixtures.office import factory
from fixtures.plant import Load, LoadSideSource, Shunt
from tests.unit.office.doubles import Station

BOOT_S = 30.0


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    made = Station(tmp_path)
    for name in ("meter1", "meter2"):
        made.world.add(name, "dlms_meter", {"ports": ["tcp"]}, factory=make_seat)
    meters = {
        "M-1": {"url": "seat:meter1/tcp", "keys": "meter1/management"},
        "S-1": {"url": "seat:meter2/tcp", "keys": "meter2/management", "kind": "submeter"},
    }
    made.world.add("headend", "headend", {"meters": meters}, factory=factory.make_headend)
    made.add("mdms", "billing", "oms", "lms", "dms")
    await made.world.start()
    made.world.service_point("meter1").set_load([Load(2000.0)])
    await made.pass_time(BOOT_S)
    yield made
    await made.stop()


async def give(running: Station, control: Control, wait_s: float) -> tuple[OrderState, Code | None]:
    office = running.office("headend", "cis")
    order = (await office.order([EndDeviceControl(control=control, meter="M-1")])).orders[0]
    await running.pass_time(wait_s)
    status = (await office.orders([order.order])).orders[0]
    return status.state, status.code


async def test_readings_are_of_now_and_of_the_asked_meter(running: Station) -> None:
    asked_at = running.clock.now()
    one = (await running.office("headend", "mdms").read(["M-1"])).meters[0]
    other = (await running.office("lms", "operator").read(["S-1"])).meters[0]
    assert one.device
    assert other.device
    assert one.device != other.device
    assert parse_iso(one.readings[0].time_stamp) > asked_at


async def test_electrical_values_are_those_of_the_service_point(running: Station) -> None:
    readings = await running.office("dms", "operator").read(["M-1"], [ReadingKind.ELECTRICAL])
    values = {item.reading_type: item.value for item in readings.meters[0].readings}
    assert values[ReadingType.VOLTAGE] == pytest.approx(230, abs=3)
    assert values[ReadingType.ACTIVE_POWER] == pytest.approx(2000, rel=0.02)
    assert values[ReadingType.FREQUENCY] == pytest.approx(50, abs=0.05)


async def test_a_meter_without_supply_is_unreachable_and_not_zero(running: Station) -> None:
    running.world.service_point("meter1").connect_mains(False)
    await running.pass_time(60)
    readings = await running.office("headend", "mdms").read(["M-1"])
    assert not readings.meters
    assert readings.errors[0].code is Code.UNREACHABLE
    assert not (await running.office("oms", "operator").ping(["M-1"]))[0].reachable


async def test_disconnect_and_connect_move_the_contact(running: Station) -> None:
    point = running.world.service_point("meter1")
    await running.pass_time(60)
    assert await give(running, Control.DISCONNECT, 20) == (OrderState.DONE, None)
    assert not point.contact_closed
    assert await give(running, Control.CONNECT, 100) == (OrderState.DONE, None)
    assert point.contact_closed


async def test_a_stuck_relay_is_not_done(running: Station) -> None:
    await running.pass_time(60)
    running.world.service_point("meter1").stick_relay(True)
    state, code = await give(running, Control.DISCONNECT, 60)
    assert (state, code) == (OrderState.FAILED, Code.NOT_SWITCHED)


async def test_backfeed_refuses_with_its_reason_and_nothing_closes_later(running: Station) -> None:
    point = running.world.service_point("meter1")
    await running.pass_time(60)
    assert await give(running, Control.DISCONNECT, 70) == (OrderState.DONE, None)
    point.set_load_side_source(LoadSideSource(voltage_v=120.0))
    assert await give(running, Control.CONNECT, 30) == (OrderState.REFUSED, Code.BACKFEED)
    point.set_load_side_source(LoadSideSource())
    await running.pass_time(600)
    assert not point.contact_closed


async def test_energy_past_an_open_switch_is_found_at_the_next_reading_and_at_move_in(running: Station) -> None:
    await running.pass_time(60)
    assert await give(running, Control.DISCONNECT, 70) == (OrderState.DONE, None)
    running.world.service_point("meter1").set_shunt(Shunt.PAST_SWITCH)
    await running.pass_time(1800)
    running.world.service_point("meter1").set_shunt(Shunt.NONE)
    await running.office("headend", "cis").read(["M-1"])
    kinds = [event.kind for event in await running.office("mdms", "operator").events()]
    assert kinds == [EventKind.POSSIBLE_TAMPERING]
    assert await give(running, Control.CONNECT, 30) == (OrderState.DONE, None)
    assert (await running.office("headend", "cis").orders()).orders[1].possible_tampering


async def test_a_day_of_intervals_reaches_billing_exactly_as_the_meter_has_them(running: Station) -> None:
    began = running.clock.now()
    schedule = MeterReadSchedule(schedule="day", meters=("M-1",), period=3600)
    await running.office("mdms", "operator").schedule_reading(schedule)
    await running.pass_time(86_400 + 3600)
    kinds = [ReadingKind.INTERVALS]
    at_meter = await running.office("headend", "mdms").read(["M-1"], kinds, began, running.clock.now())
    at_billing = await running.office("billing", "operator").read(["M-1"], kinds, began, running.clock.now())
    billed = at_billing.meters[0].interval_blocks[0].readings
    assert len(billed) >= 96
    assert list(billed) == list(at_meter.meters[0].interval_blocks[0].readings)[: len(billed)]
    assert {item.quality for item in billed} == {Quality.VALID}
    assert sum(item.value or 0 for item in billed) == pytest.approx(2000 * 0.25 * len(billed), rel=0.02)
