"""Energy registers and instantaneous values against the plant, within the declared class."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fixtures.meter.model.metrology import Gains, Quantity
from fixtures.meter.model.settings import MeterSettings

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


@pytest.mark.parametrize("power_w", [5750.0, 230.0, -4000.0])
async def test_energy_is_within_the_class(bench: Bench, power_w: float) -> None:
    meter = bench()
    before = meter.meter.metrology.counts()
    meter.load(power_w)
    await meter.wait(hours=10)
    after = meter.meter.metrology.counts()
    counted = (after.imported - before.imported) - (after.exported - before.exported)
    assert counted == pytest.approx(power_w * 10, rel=0.01, abs=1)


@pytest.mark.parametrize(
    ("power_w", "reactive_var", "quantity", "quadrant"),
    [
        (1000.0, 500.0, Quantity.INDUCTIVE, 1),
        (-1000.0, 500.0, Quantity.INDUCTIVE, 2),
        (-1000.0, -500.0, Quantity.CAPACITIVE, 3),
        (1000.0, -500.0, Quantity.CAPACITIVE, 4),
    ],
)
async def test_reactive_energy_goes_to_its_quadrant(
    bench: Bench, power_w: float, reactive_var: float, quantity: Quantity, quadrant: int
) -> None:
    meter = bench()
    metrology = meter.meter.metrology
    before, quarters = metrology.counts(), [metrology.quadrant(number) for number in range(1, 5)]
    meter.load(power_w, reactive_var)
    await meter.wait(hours=2)
    assert metrology.counts()[quantity] - before[quantity] == pytest.approx(1000, rel=0.02)
    gained = [metrology.quadrant(number) - quarters[number - 1] for number in range(1, 5)]
    assert [number for number, gain in enumerate(gained, 1) if gain] == [quadrant]


async def test_import_and_export_advance_only_in_their_own_direction(bench: Bench) -> None:
    meter = bench()
    before = meter.meter.metrology.counts()
    meter.load(2000.0)
    await meter.wait(hours=1)
    middle = meter.meter.metrology.counts()
    meter.load(-2000.0)
    await meter.wait(hours=1)
    after = meter.meter.metrology.counts()
    assert (middle.exported, after.imported) == (before.exported, middle.imported)
    assert after.exported > middle.exported


async def test_f_i5_counts_export_as_import(bench: Bench) -> None:
    meter = bench("F-I5")
    before = meter.meter.metrology.counts()
    meter.load(-2000.0)
    await meter.wait(hours=1)
    after = meter.meter.metrology.counts()
    assert after.exported == before.exported
    assert after.imported - before.imported == pytest.approx(2000, rel=0.01)
    assert meter.meter.metrology.reading().active_w == pytest.approx(-2000, rel=0.01)


async def test_the_rates_add_up_to_the_total_at_every_moment(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 11, 23, 5, 30, tzinfo=UTC))  # Monday, 06:30 local
    meter.load(777.0, 333.0)
    for _ in range(60):
        await meter.wait(1234.5)
        metrology = meter.meter.metrology
        for quantity in Quantity:
            assert sum(metrology.rate_count(quantity, rate) for rate in (1, 2)) == metrology.counts()[quantity]


async def test_nothing_creeps_without_load_nor_below_the_starting_current(bench: Bench) -> None:
    meter = bench()
    before = meter.meter.metrology.counts()
    meter.load(4.0)
    await meter.wait(days=2)
    assert meter.meter.metrology.counts() == before
    assert meter.meter.metrology.reading().active_w == 0.0


async def test_instantaneous_values_show_the_plant(bench: Bench) -> None:
    meter = bench()
    meter.plant.sources["grid"].set(voltage_v=221.0, frequency_hz=49.9)
    meter.load(-1105.0, 500.0)
    reading = meter.meter.metrology.reading()
    assert reading.voltages_v[0] == pytest.approx(221.0, rel=0.002)
    assert reading.active_w == pytest.approx(-1105.0, rel=0.01)
    assert reading.reactive_var == pytest.approx(500.0, rel=0.02)
    assert reading.frequency_hz == 49.9


def test_two_units_differ_and_the_same_unit_is_the_same_again() -> None:
    settings = MeterSettings()
    gains = [Gains.of(settings, random.Random(seed)) for seed in (1, 2, 1)]
    assert gains[0] == gains[2] != gains[1]
    assert all(abs(gain - 1) <= 0.006 for gain in (*gains[0], *gains[1]))


class TestPowerCut:
    async def test_registers_are_kept(self, bench: Bench) -> None:
        meter = bench()
        meter.load(3600.0)
        await meter.wait(1000.5)
        before = meter.meter.metrology.counts()
        await meter.outage(100)
        after = meter.meter.metrology.counts()
        assert after.imported - before.imported in (10, 9, 11)  # what was drawn during the boot of 10 s

    async def test_f_a5_rolls_them_back(self, bench: Bench) -> None:
        meter = bench("F-A5")
        meter.load(3600.0)
        await meter.wait(1000)
        before = meter.meter.metrology.counts()
        await meter.outage(100)
        assert meter.meter.metrology.counts().imported < before.imported


@pytest.mark.parametrize(
    ("faults", "expected"),
    [((), (100, 50)), (("F-P5",), (150, 50)), (("F-P6",), (50, 0))],
)
async def test_import_and_export_within_one_interval(
    bench: Bench, faults: tuple[str, ...], expected: tuple[int, int]
) -> None:
    meter = bench(*faults)
    before = meter.meter.metrology.counts()
    for power_w in (1200.0, -600.0):
        meter.load(power_w)
        await meter.wait(minutes=5)
    meter.load(0.0)
    await meter.wait(minutes=10)
    after = meter.meter.metrology.counts()
    moved = (after.imported - before.imported, after.exported - before.exported)
    assert moved == pytest.approx(expected, abs=1)
    assert after.net - before.net == moved[0] - moved[1]
