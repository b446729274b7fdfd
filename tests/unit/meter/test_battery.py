"""The lithium cell: one event when it is low, armed again by a fresh cell; it keeps the clock without supply."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.events import EventCode, Log

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


def lows(meter: MeterOnBench) -> int:
    return meter.codes(Log.STANDARD).count(EventCode.BATTERY_LOW)


async def test_a_falling_voltage_is_one_event_at_the_threshold(bench: Bench) -> None:
    meter = bench()
    told = {}
    for hundredths in range(360, 199, -10):
        meter.point.set_battery(hundredths / 100.0)
        told[hundredths] = lows(meter)
    assert told[280] == 0
    assert told[270] == told[200] == 1


async def test_expected_life_never_rises_while_the_cell_stays(bench: Bench) -> None:
    meter = bench()
    left = [meter.meter.battery.remaining_s]
    for volts in (3.5, 3.2, 3.4, 2.9, 3.0, 2.0):
        meter.point.set_battery(volts)
        await meter.wait(hours=1)
        left.append(meter.meter.battery.remaining_s)
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0


@pytest.mark.parametrize(("faults", "expected"), [((), 2), (("F-P42",), 1)])
async def test_a_fresh_cell_arms_the_alarm_again(bench: Bench, faults: tuple[str, ...], expected: int) -> None:
    meter = bench(*faults)
    for volts in (2.5, 3.61, 2.5):
        meter.point.set_battery(volts)
    assert lows(meter) == expected


async def test_a_fresh_cell_begins_a_new_life(bench: Bench) -> None:
    meter = bench()
    meter.point.set_battery(2.5)
    meter.point.set_battery(3.61)
    assert meter.meter.battery.use_s == 0
    assert meter.meter.battery.remaining_s > 14 * 365 * 86_400


async def test_a_cell_that_recovers_a_little_is_no_fresh_one(bench: Bench) -> None:
    meter = bench()
    for volts in (2.5, 2.9, 2.5):
        meter.point.set_battery(volts)
    assert lows(meter) == 1


@pytest.mark.parametrize(("volts", "lost"), [(3.61, False), (1.0, True)])
async def test_the_clock_goes_on_without_supply_as_long_as_the_cell_is_good(
    bench: Bench, volts: float, lost: bool
) -> None:
    meter = bench()
    meter.point.set_battery(volts)
    meter.point.connect_mains(False)
    await meter.wait(hours=2)
    meter.point.connect_mains(True)
    await meter.wait(minutes=1)
    assert meter.meter.rtc.invalid is lost
