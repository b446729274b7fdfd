"""The limiter: threshold, duration, emergency profile, reconnection by control mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.metering import SwitchState
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.limiter import EmergencyProfile, Limits

from .conftest import START, MeterOnBench

Bench = Callable[..., MeterOnBench]


def limited(bench: Bench, *faults: str, mode: int = 4, threshold_w: int = 3000) -> MeterOnBench:
    return bench(*faults, control_mode=mode, limiter_threshold_w=threshold_w, limiter_over_s=30, limiter_under_s=90)


async def test_it_trips_after_the_duration_and_not_before(bench: Bench) -> None:
    meter = limited(bench)
    meter.load(3500.0)
    await meter.wait(29)
    assert meter.point.contact_closed
    await meter.wait(3)
    assert not meter.point.contact_closed
    assert meter.meter.switch.state is SwitchState.READY_FOR_RECONNECTION
    assert meter.codes(Log.SWITCH) == [EventCode.LIMIT_EXCEEDED, EventCode.LOCAL_DISCONNECTION]


async def test_a_short_excess_is_allowed(bench: Bench) -> None:
    meter = limited(bench)
    for _ in range(5):
        meter.load(3500.0)
        await meter.wait(25)
        meter.load(100.0)
        await meter.wait(5)
    assert meter.point.contact_closed


@pytest.mark.parametrize(("mode", "closes"), [(1, False), (4, False), (5, True), (6, True), (7, True)])
async def test_it_closes_again_only_where_the_mode_has_local_reconnection(
    bench: Bench, mode: int, closes: bool
) -> None:
    meter = limited(bench, mode=mode)
    meter.load(3500.0)
    await meter.wait(35)
    meter.load(500.0)
    await meter.wait(120)
    assert meter.point.contact_closed is closes


async def test_mode_0_is_never_tripped(bench: Bench) -> None:
    meter = limited(bench, mode=0)
    meter.load(3500.0)
    await meter.wait(300)
    assert meter.point.contact_closed


@pytest.mark.parametrize(("faults", "ends"), [((), True), (("F-A11",), False)])
async def test_the_emergency_threshold_begins_and_ends_by_itself(
    bench: Bench, faults: tuple[str, ...], ends: bool
) -> None:
    meter = limited(bench, *faults)
    limiter = meter.meter.limiter
    limiter.set_limits(Limits(3000, 1000, 30, 90), 1)
    limiter.set_emergency(EmergencyProfile(1, START.timestamp() + 600, 1200), 1)
    assert limiter.threshold == 3000
    await meter.wait(600)
    assert (limiter.threshold, limiter.emergency_active) == (1000, True)
    await meter.wait(1200)
    assert limiter.threshold == (3000 if ends else 1000)


async def test_a_load_that_the_emergency_makes_too_high_is_cut(bench: Bench) -> None:
    meter = limited(bench)
    meter.meter.limiter.set_limits(Limits(3000, 1000, 30, 90), 1)
    meter.load(2000.0)
    meter.meter.limiter.set_emergency(EmergencyProfile(1, START.timestamp() + 600, 1200), 1)
    await meter.wait(629)
    assert meter.point.contact_closed
    await meter.wait(3)
    assert not meter.point.contact_closed


async def test_another_group_s_emergency_is_not_ours(bench: Bench) -> None:
    meter = limited(bench)
    meter.meter.limiter.set_emergency(EmergencyProfile(9, START.timestamp(), 1200), 1)
    assert not meter.meter.limiter.emergency_active


async def test_limits_outlive_a_power_cut(bench: Bench) -> None:
    meter = limited(bench)
    meter.meter.limiter.set_limits(Limits(1234, 99, 5, 6), 1)
    await meter.outage(60)
    assert meter.meter.limiter.limits == Limits(1234, 99, 5, 6)
    assert meter.codes(Log.SWITCH) == [EventCode.LIMIT_CHANGED]
