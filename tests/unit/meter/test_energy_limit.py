"""The limit on energy used: notices at its thresholds, the switch after its duration, reset, power cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.metering import SwitchState
from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.limiter import Limits

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
NEAR, REACHED, CLEARED = (
    EventCode.ENERGY_NEAR_LIMIT,
    EventCode.ENERGY_LIMIT_REACHED,
    EventCode.ENERGY_LIMIT_CLEARED,
)


def limited(bench: Bench, *faults: str, mode: int = 4) -> MeterOnBench:
    """20 and 40 Wh, the switch 30 s after the limit."""
    meter = bench(*faults, control_mode=mode)
    energy = meter.meter.consumption.energy
    energy.reset(1)
    energy.set_thresholds((20, 40), 1)
    energy.limiter.set_limits(Limits(40, 0, 30, 30), 1)
    return meter


def notices(meter: MeterOnBench) -> list[EventCode]:
    return [code for code in meter.codes(Log.SWITCH) if code in (NEAR, REACHED, CLEARED)]


async def test_the_warning_comes_when_its_energy_is_used(bench: Bench) -> None:
    meter = limited(bench)
    meter.load(10_000.0)
    await meter.wait(7.0)
    assert notices(meter) == []
    await meter.wait(0.4)
    assert notices(meter) == [NEAR]
    await meter.wait(7.2)
    assert notices(meter) == [NEAR, REACHED]


async def test_the_register_counts_from_its_reset(bench: Bench) -> None:
    meter = limited(bench)
    meter.load(10_000.0)
    await meter.wait(3.7)
    assert meter.meter.consumption.energy.used_wh == 10
    meter.meter.consumption.energy.reset(1)
    assert meter.meter.consumption.energy.used_wh == 0


async def test_the_switch_opens_after_the_duration_and_not_before(bench: Bench) -> None:
    meter = limited(bench)
    meter.load(10_000.0)
    await meter.wait(14.4 + 29.0)
    assert meter.point.contact_closed
    await meter.wait(2.0)
    assert not meter.point.contact_closed
    assert meter.meter.switch.state is SwitchState.READY_FOR_RECONNECTION


@pytest.mark.parametrize(("mode", "closes"), [(4, False), (5, True)])
async def test_a_reset_clears_the_limit_and_closes_where_the_mode_says_so(
    bench: Bench, mode: int, closes: bool
) -> None:
    meter = limited(bench, mode=mode)
    meter.load(10_000.0)
    await meter.wait(60.0)
    meter.load(0.0)
    await meter.wait(60.0)
    meter.meter.consumption.energy.reset(1)
    await meter.wait(40.0)
    assert notices(meter) == [NEAR, REACHED, CLEARED]
    assert meter.point.contact_closed is closes


@pytest.mark.parametrize(("faults", "told"), [((), [NEAR, REACHED]), (("F-P13",), [])])
async def test_a_power_cut_leaves_the_limit_as_it_is(
    bench: Bench, faults: tuple[str, ...], told: list[EventCode]
) -> None:
    meter = limited(bench, *faults)
    await meter.outage(60.0)
    meter.load(10_000.0)
    await meter.wait(20.0)
    assert notices(meter) == told


async def test_a_defective_meter_tells_at_the_end_of_the_interval(bench: Bench) -> None:
    meter = limited(bench, "F-P12")
    meter.load(10_000.0)
    await meter.wait(20.0)
    assert notices(meter) == []
    await meter.wait(900.0)
    assert notices(meter) == [NEAR, REACHED]
