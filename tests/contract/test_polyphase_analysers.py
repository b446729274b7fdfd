"""What every power analyser must keep of several phases, whatever its make: three dialects against their emulated
instruments."""

from __future__ import annotations

import cmath
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from drivers import roles
from drivers.scpi.commands import NotOfferedError
from drivers.scpi.declaration import make_instrument
from drivers.scpi.errors import OverRangeError
from drivers.scpi.measurement import Measurement
from fixtures.instruments import specifications
from fixtures.plant import Generation, Load, ServicePoint
from fixtures.world import World

MODELS = {"": "EPA-3", "yokogawa_wt": "EPA-WT", "zes_lmg": "EPA-LMG"}


class Bench:
    """An analyser of one dialect at a service point of three phases."""

    def __init__(self, world: World, dialect: str, closing: AsyncExitStack) -> None:
        self.world = world
        self.dialect = dialect
        self.point: ServicePoint = world.plant.service_point("inverter1")
        self._closing = closing

    async def driver(self) -> roles.PowerAnalyser:
        """An open driver."""
        table: dict[str, Any] = {
            "kind": "power_analyser",
            "dialect": self.dialect,
            "resource": self.world.endpoints()["analyser"]["visa"],
            "answer_timeout_s": 10.0,
            "acquisition_s": 0.25,
            "time_uncertainty_s": 0.0003,
            "identity": {"manufacturer": "AMIBENCH", "model": MODELS[self.dialect], "serial": "analyser"},
            "uncertainty": {name: vars(stated) for name, stated in specifications.POWER_ANALYSER.items()},
        }
        made = make_instrument("analyser", table, self.world.clock)
        self._closing.push_async_callback(made.close)
        await made.open()
        assert isinstance(made, roles.PowerAnalyser)
        return made

    async def pass_time(self, seconds: float) -> None:
        await self.world.clock.advance_to(self.world.clock.now() + seconds)


async def made_bench(world: World, dialect: str, closing: AsyncExitStack, **settings: Any) -> Bench:
    world.plant.add_source("der_grid", phases=3)
    world.plant.add_service_point("inverter1", source="der_grid")
    where = {"service_point": "inverter1", "dialect": dialect, **settings}
    world.add("analyser", "power_analyser", where)
    await world.start()
    return Bench(world, dialect, closing)


@pytest_asyncio.fixture(params=sorted(MODELS))
async def bench(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as closing:
        yield await made_bench(world, request.param, closing)


@pytest_asyncio.fixture
async def at_the_generator(world: World) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as closing:
        yield await made_bench(world, "", closing, position="generator")


def assert_within(reading: Measurement | None, true: float) -> None:
    assert reading is not None
    assert abs(reading.value - true) <= reading.expanded_uncertainty() * (1 + 1e-3)


async def test_each_phase_is_read_with_its_angles(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.world.plant.sources["der_grid"].set(voltage_v=[230.0, 218.5, 241.5], angles_deg=[0.0, -126.5, 114.5])
    bench.point.set_load([Load(1000.0), Load(2000.0, 1500.0), Load(-3000.0)])
    readings = await analyser.phases()
    assert len(readings) == 3
    truths = [(230.0, 1000.0, 0.0, 0.0), (218.5, 2000.0, 1500.0, -126.5), (241.5, -3000.0, 0.0, 114.5)]
    lags = [0.0, math.degrees(math.atan2(1500.0, 2000.0)), 180.0]
    for reading, (voltage, active, reactive, angle), lag in zip(readings, truths, lags, strict=True):
        assert_within(reading.voltage, voltage)
        assert_within(reading.current, math.hypot(active, reactive) / voltage)
        assert_within(reading.active_power, active)
        assert_within(reading.reactive_power, reactive)
        assert_within(reading.voltage_angle, angle)
        assert reading.current_angle is not None
        apart = cmath.rect(1, math.radians(reading.current_angle.value - lag))
        assert abs(cmath.phase(apart)) < math.radians(0.2)


async def test_totals_and_frequency(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.world.plant.sources["der_grid"].set(frequency_hz=50.4)
    bench.point.set_load([Load(1000.0, 300.0), Load(2000.0), Load(3000.0, -100.0)])
    assert (await analyser.active_power()).value == pytest.approx(6000.0, rel=0.005)
    assert (await analyser.reactive_power()).value == pytest.approx(200.0, abs=6.0)
    assert_within(await analyser.frequency(), 50.4)
    assert_within(await analyser.voltage(), 230.0)


async def test_a_dead_phase_has_no_angles(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.world.plant.sources["der_grid"].set(voltage_v=[230.0, 0.0, 230.0])
    readings = await analyser.phases()
    assert_within(readings[1].voltage, 0.0)
    assert readings[1].voltage_angle is None
    assert readings[0].current_angle is None


async def test_harmonics_by_order(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.world.plant.sources["der_grid"].set(harmonics_percent={5: 3.0, 7: 4.0})
    bench.point.set_generation("pv", [Generation(10.0, harmonics=((3, 2.0),))] * 3)
    voltage = await analyser.voltage_harmonics(2)
    assert_within(voltage.thd, 5.0)
    assert_within(voltage.of(5), 3.0)
    assert_within(voltage.of(6), 0.0)
    current = await analyser.current_harmonics(1)
    assert_within(current.of(3), 2.0)


async def test_harmonics_of_nothing_are_no_reading(bench: Bench) -> None:
    analyser = await bench.driver()
    with pytest.raises(OverRangeError):
        await analyser.current_harmonics(1)


async def test_over_range_has_a_name(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.world.plant.sources["der_grid"].set(voltage_v=700.0)
    with pytest.raises(OverRangeError):
        await analyser.phases()


async def test_log_shows_a_trip_to_the_millisecond_or_is_not_offered(bench: Bench) -> None:
    analyser = await bench.driver()
    bench.point.set_generation("pv", [Generation(10.0)] * 3)
    if bench.dialect:
        with pytest.raises(NotOfferedError):
            await analyser.start_power_log()
        return
    await analyser.start_power_log()
    began = bench.world.clock.now()
    await bench.pass_time(1.0)
    bench.world.plant.sources["der_grid"].set(voltage_v=100.0)
    await bench.pass_time(0.16)
    bench.point.set_generation("pv", Generation())
    await bench.pass_time(60.0)
    log = await analyser.power_log()
    sagged = log.first_time(lambda point: min(point.voltages_v) < 200.0, after=began)
    ceased = log.ceased_at(0.1, after=began)
    assert sagged == pytest.approx(began + 1.0, abs=0.0011)
    assert ceased == pytest.approx(began + 1.16, abs=0.0011)
    before = [point for point in log.points if point.at < began + 1.0]
    assert before[-1].total_w == pytest.approx(-6900.0, rel=0.002)
    assert len(log.points) < 50


async def test_generator_is_seen_alone(at_the_generator: Bench) -> None:
    analyser = await at_the_generator.driver()
    at_the_generator.point.set_load([Load(5000.0)] * 3)
    at_the_generator.point.set_generation("pv", [Generation(10.0, 3.0)] * 3)
    assert_within(await analyser.active_power(), -6900.0)
    assert_within(await analyser.reactive_power(), -2070.0)
    await analyser.start_energy()
    await at_the_generator.pass_time(1800.0)
    at_the_generator.point.set_generation("pv", [Generation(-10.0)] * 3)
    await at_the_generator.pass_time(1800.0)
    await analyser.stop_energy()
    assert_within(await analyser.energy_exported(), 3450.0)
    assert_within(await analyser.energy_imported(), 3450.0)
