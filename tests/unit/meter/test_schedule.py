"""Scheduled orders: at their time, once, cancelled for good, never stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from drivers.dlms.datetimes import Date, Time
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.schedule import BadOrderError, Occasion

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]
MANAGEMENT = 1


def occasion(bench: MeterOnBench, moment: datetime) -> Occasion:
    local = bench.meter.rtc.zone.local(moment.timestamp())
    time = Time(local.hour, local.minute, local.second, 0)
    return time.to_bytes(), Date(local.year, local.month, local.day).to_bytes()


def order(bench: MeterOnBench, moment: datetime, selector: int = 1) -> None:
    schedule = bench.meter.switch_schedule
    schedule.choose(selector, MANAGEMENT)
    occasions = (occasion(bench, moment),)
    schedule.check(1, occasions)
    schedule.set(occasions, MANAGEMENT)


IN_AN_HOUR = START + timedelta(hours=1)


async def test_it_happens_at_its_time_and_not_before(bench: Bench) -> None:
    meter = bench()
    order(meter, IN_AN_HOUR)
    await meter.wait_until(IN_AN_HOUR - timedelta(seconds=1))
    assert meter.point.contact_closed
    await meter.wait(2)
    assert not meter.point.contact_closed
    assert meter.codes(Log.SWITCH) == [EventCode.ORDER_SET, EventCode.REMOTE_DISCONNECTION]
    assert meter.meter.logs[Log.SWITCH].written()[-1].originator == MANAGEMENT


async def test_a_scheduled_connect_closes_the_switch(bench: Bench) -> None:
    meter = bench()
    meter.meter.run_switch_script(1, MANAGEMENT)
    await meter.wait(5)
    order(meter, IN_AN_HOUR, selector=2)
    await meter.wait_until(IN_AN_HOUR + timedelta(seconds=2))
    assert meter.point.contact_closed


async def test_a_cancelled_one_does_not_happen(bench: Bench) -> None:
    meter = bench()
    order(meter, IN_AN_HOUR)
    meter.meter.switch_schedule.set((), MANAGEMENT)
    await meter.wait(hours=2)
    assert meter.point.contact_closed
    assert meter.codes(Log.SWITCH) == [EventCode.ORDER_SET, EventCode.ORDER_CANCELLED]


@pytest.mark.parametrize(("faults", "executed"), [((), False), (("F-I23",), True)])
async def test_a_cancelled_one_does_not_happen_after_a_reboot(
    bench: Bench, faults: tuple[str, ...], executed: bool
) -> None:
    meter = bench(*faults)
    order(meter, IN_AN_HOUR)
    meter.meter.switch_schedule.set((), MANAGEMENT)
    await meter.outage(60)
    await meter.wait(hours=2)
    assert meter.point.contact_closed is not executed


async def test_f_i23_without_a_reboot_cancels_properly(bench: Bench) -> None:
    meter = bench("F-I23")
    order(meter, IN_AN_HOUR)
    meter.meter.switch_schedule.set((), MANAGEMENT)
    await meter.wait(hours=2)
    assert meter.point.contact_closed


async def test_an_order_outlives_a_power_cut(bench: Bench) -> None:
    meter = bench()
    order(meter, IN_AN_HOUR)
    await meter.outage(600)
    await meter.wait_until(IN_AN_HOUR + timedelta(seconds=5))
    assert not meter.point.contact_closed


@pytest.mark.parametrize(("late_s", "executed"), [(30, True), (300, False)])
async def test_an_order_that_a_power_cut_made_late_is_stale_after_the_validity(
    bench: Bench, late_s: int, executed: bool
) -> None:
    meter = bench(order_validity_s=60.0)
    order(meter, IN_AN_HOUR)
    await meter.wait(minutes=50)
    await meter.outage(600 + late_s - meter.settings.boot_s)
    await meter.wait(60)
    assert meter.point.contact_closed is not executed
    assert (EventCode.ORDER_STALE in meter.codes(Log.SWITCH)) is not executed


@pytest.mark.parametrize(("faults", "executed"), [((), False), (("F-I22",), True)])
async def test_an_order_that_the_clock_jumps_over_is_stale(
    bench: Bench, faults: tuple[str, ...], executed: bool
) -> None:
    meter = bench(*faults)
    order(meter, IN_AN_HOUR)
    meter.meter.set_clock(START.timestamp() + 2 * 3600, MANAGEMENT)
    await meter.wait(5)
    assert meter.point.contact_closed is not executed


@pytest.mark.parametrize(("faults", "again"), [((), False), (("F-I41",), True)])
async def test_setting_the_clock_back_does_not_repeat_it(bench: Bench, faults: tuple[str, ...], again: bool) -> None:
    meter = bench(*faults)
    order(meter, IN_AN_HOUR)
    await meter.wait_until(IN_AN_HOUR + timedelta(seconds=100))
    meter.meter.run_switch_script(2, MANAGEMENT)
    await meter.wait(70)
    assert meter.point.contact_closed
    meter.meter.set_clock(START.timestamp(), MANAGEMENT)
    await meter.wait(hours=2)
    assert meter.point.contact_closed is not again


def test_a_past_time_is_refused(bench: Bench) -> None:
    meter = bench()
    with pytest.raises(BadOrderError):
        order(meter, START - timedelta(minutes=5))


async def test_f_i22_takes_a_past_time_and_does_it(bench: Bench) -> None:
    meter = bench("F-I22")
    order(meter, START - timedelta(hours=5))
    await meter.wait(5)
    assert not meter.point.contact_closed


@pytest.mark.parametrize(
    ("time", "date"),
    [
        (Time(25, 0, 0, 0), Date(2026, 12, 1)),
        (Time(0xFF, 0, 0, 0), Date(2026, 12, 1)),
        (Time(12, 0, 0, 0), Date(2027, 2, 30)),
        (Time(12, 0, 0, 0), Date(2026, 12, 1, 1)),  # a Tuesday
    ],
)
def test_impossible_times_are_refused(bench: Bench, time: Time, date: Date) -> None:
    with pytest.raises(BadOrderError):
        bench().meter.switch_schedule.check(1, ((time.to_bytes(), date.to_bytes()),))


async def test_a_wildcard_repeats_every_day_and_once_a_day(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 11, 22, 0, tzinfo=UTC))
    schedule = meter.meter.switch_schedule
    schedule.set(((Time(12, 0, 0, 0).to_bytes(), Date().to_bytes()),), MANAGEMENT)
    runs = 0
    for _ in range(3):
        await meter.wait(days=1)
        runs += not meter.point.contact_closed
        meter.meter.run_switch_script(2, MANAGEMENT)
        await meter.wait(60)
        assert meter.point.contact_closed
    assert runs == 3
