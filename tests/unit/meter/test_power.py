"""Supply: boot, power events and counters, brown-outs; and the sensors that watch without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.power import PowerState
from fixtures.meter.model.tamper import SENSORS
from fixtures.plant.state import What

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]


async def test_it_answers_again_after_the_declared_boot_time(bench: Bench) -> None:
    meter = bench(boot_s=12.0)
    meter.point.connect_mains(False)
    assert meter.meter.power.state is PowerState.OFF
    await meter.wait(100)
    meter.point.connect_mains(True)
    await meter.wait(11.9)
    assert not meter.meter.running
    await meter.wait(0.1)
    assert meter.meter.running


async def test_power_events_have_the_times_of_the_supply(bench: Bench) -> None:
    meter = bench()
    await meter.wait(100)
    await meter.outage(500)
    down, up = meter.meter.logs[Log.STANDARD].written()
    assert (down.code, down.at) == (EventCode.POWER_DOWN, START.timestamp() + 100)
    assert (up.code, up.at) == (EventCode.POWER_UP, START.timestamp() + 600)


@pytest.mark.parametrize(("seconds", "long"), [(60, 0), (181, 1)])
async def test_failures_are_counted(bench: Bench, seconds: int, long: int) -> None:
    meter = bench()
    nv = meter.meter.nv
    before = (nv.integer("power.failures"), nv.integer("power.long_failures"))
    await meter.outage(seconds)
    assert nv.integer("power.failures") == before[0] + 1
    assert nv.integer("power.long_failures") == before[1] + long
    assert nv.integer("power.last_failure_s") == seconds


async def test_a_cut_during_the_boot_starts_it_anew(bench: Bench) -> None:
    meter = bench(boot_s=10.0)
    meter.point.connect_mains(False)
    await meter.wait(10)
    meter.point.connect_mains(True)
    await meter.wait(5)
    await meter.outage(3)
    assert meter.meter.running
    assert meter.codes(Log.STANDARD) == [EventCode.POWER_DOWN, EventCode.MOMENTARY_INTERRUPTION, EventCode.POWER_UP]


async def test_pulling_the_plug_of_the_seat_is_a_cut(bench: Bench) -> None:
    meter = bench()
    meter.meter.power.plug(False)
    assert not meter.meter.running
    meter.meter.power.plug(True)
    await meter.wait(10)
    assert meter.meter.running


@pytest.mark.parametrize(("faults", "comes_back"), [((), True), (("F-A21",), False)])
async def test_a_brown_out_is_survived(bench: Bench, faults: tuple[str, ...], comes_back: bool) -> None:
    meter = bench(*faults)
    grid = meter.plant.sources["grid"]
    for voltage_v in (200.0, 170.0, 120.0, 60.0, 0.0, 120.0, 230.0):
        grid.set(voltage_v=voltage_v)
        await meter.wait(2)
    await meter.wait(600)
    assert meter.meter.running is comes_back
    meter.meter.power.plug(False)
    meter.meter.power.plug(True)
    await meter.wait(20)
    assert meter.meter.running


async def test_f_a21_survives_a_clean_cut(bench: Bench) -> None:
    meter = bench("F-A21")
    await meter.outage(60)
    assert meter.meter.running


@pytest.mark.parametrize(("faults", "comes_back"), [((), True), (("F-A21",), False)])
async def test_a_watchdog_reset(bench: Bench, faults: tuple[str, ...], comes_back: bool) -> None:
    meter = bench(*faults)
    meter.meter.reboot()
    assert not meter.meter.running
    await meter.wait(60)
    assert meter.meter.running is comes_back
    assert meter.codes(Log.STANDARD) == [EventCode.WATCHDOG_RESET]


async def test_it_waits_for_a_supply_that_is_not_there_at_the_start(bench: Bench) -> None:
    meter = bench(run=False)
    meter.point.connect_mains(False)
    meter.meter.run()
    assert not meter.meter.running
    meter.point.connect_mains(True)
    await meter.wait(15)
    assert meter.meter.running


def tamper(bench: MeterOnBench, what: What, on: bool) -> None:
    {
        What.COVER: bench.point.open_cover,
        What.TERMINAL_COVER: bench.point.open_terminal_cover,
        What.TILT: bench.point.tilt,
        What.MAGNET: lambda on: bench.point.apply_magnet(40.0 if on else 0.0),
    }[what](on)


@pytest.mark.parametrize("what", [what for what, sensor in SENSORS.items() if not sensor.needs_supply])
@pytest.mark.parametrize("powered", [True, False])
async def test_tampering_is_recorded_with_and_without_supply(bench: Bench, what: What, powered: bool) -> None:
    meter = bench()
    sensor = SENSORS[what]
    before = meter.meter.tamper.count(sensor)
    if not powered:
        meter.point.connect_mains(False)
    await meter.wait(30)
    tamper(meter, what, True)
    await meter.wait(30)
    tamper(meter, what, False)
    came, went = meter.meter.logs[Log.FRAUD].written()
    assert (came.code, came.at) == (sensor.comes, START.timestamp() + 30)
    assert (went.code, went.at) == (sensor.goes, START.timestamp() + 60)
    assert meter.meter.tamper.count(sensor) == before + 1


def test_a_weak_field_is_no_tampering(bench: Bench) -> None:
    meter = bench()
    meter.point.apply_magnet(0.5)
    assert meter.codes(Log.FRAUD) == []


def test_the_alarm_register_collects_and_the_filter_decides_what_is_reported(bench: Bench) -> None:
    meter = bench()
    alarms = meter.meter.alarms
    alarms.filter = 1 << 14
    meter.point.open_cover(True)
    meter.point.apply_magnet(40.0)
    assert alarms.value == 1 << 15 | 1 << 14
    assert alarms.descriptor == 1 << 14
    alarms.clear(1 << 14)
    assert (alarms.value, alarms.descriptor) == (1 << 15, 0)
