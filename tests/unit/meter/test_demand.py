"""Demand registers and the limits on them: windows, rates, maxima, hysteresis, limiters of their own rate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.limiter import Limits

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
NIGHT = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""A Monday; rate 1 begins at 06:00 UTC."""
NEAR, EXCEEDED, CLEARED = (
    EventCode.DEMAND_NEAR_LIMIT,
    EventCode.DEMAND_LIMIT_EXCEEDED,
    EventCode.DEMAND_LIMIT_CLEARED,
)


def at_night(bench: Bench, *faults: str) -> MeterOnBench:
    return bench(*faults, start=NIGHT)


def notices(meter: MeterOnBench) -> list[EventCode]:
    return [code for code in meter.codes(Log.SWITCH) if code in (NEAR, EXCEEDED, CLEARED)]


async def test_the_average_of_a_window_is_its_energy_over_its_length(bench: Bench) -> None:
    meter = at_night(bench)
    meter.load(9_000.0)
    await meter.wait(300.0)
    meter.load(0.0)
    await meter.wait(600.0)
    assert meter.meter.consumption.demand.last().power_w == pytest.approx(3_000, rel=0.004)
    assert meter.meter.consumption.demand.last(2).power_w == meter.meter.consumption.demand.last().power_w
    assert meter.meter.consumption.demand.last(1).power_w == 0


async def test_the_maximum_keeps_its_window_until_it_is_reset(bench: Bench) -> None:
    meter = at_night(bench)
    for power_w in (2_000.0, 4_000.0, 1_000.0):
        meter.load(power_w)
        await meter.wait(900.0)
    demand = meter.meter.consumption.demand
    assert demand.maximum().power_w == pytest.approx(4_000, rel=0.004)
    assert demand.maximum().at == NIGHT.timestamp() + 1_800.0
    demand.reset(0)
    assert demand.maximum().power_w == 0


async def test_a_window_with_a_supply_failure_has_no_average(bench: Bench) -> None:
    meter = at_night(bench)
    meter.load(4_000.0)
    await meter.wait(300.0)
    await meter.outage(60.0)
    await meter.wait(600.0)
    assert meter.meter.consumption.demand.last().power_w == 0


async def test_notices_have_a_hysteresis(bench: Bench) -> None:
    meter = at_night(bench)
    meter.meter.consumption.demand_limits.set_thresholds(2, (4_500, 5_000), 1)
    seen = []
    for power_w in (4_400.0, 5_500.0, 4_900.0, 5_500.0, 4_000.0, 5_500.0):
        meter.load(power_w)
        before = len(notices(meter))
        await meter.wait(900.0)
        seen.append(notices(meter)[before:])
    assert seen == [[], [NEAR, EXCEEDED], [], [], [CLEARED], [NEAR, EXCEEDED]]


@pytest.mark.parametrize(("faults", "closed"), [((), True), (("F-P14",), False)])
async def test_a_peak_does_not_trip_the_limiter_of_the_average(
    bench: Bench, faults: tuple[str, ...], closed: bool
) -> None:
    meter = at_night(bench, *faults)
    meter.meter.consumption.demand_limits.limiters[2].set_limits(Limits(5_000, 0, 60, 60), 1)
    meter.load(10_000.0)
    await meter.wait(300.0)
    assert meter.point.contact_closed is closed


async def test_the_limiter_of_a_rate_acts_in_its_own_hours_only(bench: Bench) -> None:
    meter = at_night(bench)
    meter.meter.consumption.demand_limits.limiters[1].set_limits(Limits(3_000, 0, 60, 60), 1)
    meter.load(5_000.0)
    await meter.wait(hours=6, minutes=14)
    assert meter.point.contact_closed
    await meter.wait(minutes=3)
    assert not meter.point.contact_closed
