"""What every grid simulator must keep, whatever its make: two dialects, each against its emulated instrument."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from drivers import roles
from drivers.scpi.declaration import make_instrument
from drivers.scpi.errors import InstrumentReportedError, OutputTrippedError, SettingError
from drivers.scpi.grid import GridPoint, Harmonic, hold, lines, ramp, sag
from drivers.scpi.measurement import Measurement
from drivers.scpi.safe_state import apply_safe_state
from fixtures.instruments import specifications
from fixtures.plant import Load, ServicePoint
from fixtures.plant.wave import in_circle
from fixtures.world import World

DIALECTS = {"chroma_61800": "EGS-61", "california_mx": "EGS-MX"}
NOMINAL = GridPoint.balanced(230.0, 50.0)


class Bench:
    """A grid simulator of one dialect, and the inverter's service point on it."""

    def __init__(self, world: World, dialect: str, closing: AsyncExitStack) -> None:
        self.world = world
        self.dialect = dialect
        self.point: ServicePoint = world.plant.service_point("inverter1")
        self._closing = closing

    async def driver(self, **changes: Any) -> roles.GridSimulator:
        """An open driver."""
        table = {
            "kind": "grid_simulator",
            "dialect": self.dialect,
            "resource": self.world.endpoints()["grid_sim"]["visa"],
            "answer_timeout_s": 10.0,
            "identity": {"manufacturer": "AMIBENCH", "model": DIALECTS[self.dialect], "serial": "grid_sim"},
            "uncertainty": {name: vars(stated) for name, stated in specifications.GRID_READBACK.items()},
            "limits": {"voltage": 280.0, "frequency": 66.0, "current": 50.0},
            **changes,
        }
        made = make_instrument("grid_sim", table, self.world.clock)
        self._closing.push_async_callback(made.close)
        await made.open()
        assert isinstance(made, roles.GridSimulator)
        return made

    async def pass_time(self, seconds: float) -> None:
        await self.world.clock.advance_to(self.world.clock.now() + seconds)

    def record(self) -> list[tuple[float, GridPoint]]:
        """From now on: when the grid became what, at the service point."""
        seen: list[tuple[float, GridPoint]] = []
        start = self.world.clock.now()

        def note(_what: object) -> None:
            flow = self.point.measured
            voltages, angles = zip(*((phase.voltage_v, phase.angle_deg) for phase in flow.phases), strict=True)
            seen.append((round(self.world.clock.now() - start, 4), GridPoint(voltages, flow.frequency_hz, angles)))

        self.point.listen(note)
        return seen


@pytest_asyncio.fixture(params=sorted(DIALECTS))
async def bench(request: pytest.FixtureRequest, world: World) -> AsyncIterator[Bench]:
    world.plant.add_source("der_grid", phases=3)
    world.plant.add_service_point("inverter1", source="der_grid")
    world.add("grid_sim", "grid_simulator", {"dialect": request.param, "source": "der_grid"})
    await world.start()
    async with AsyncExitStack() as closing:
        yield Bench(world, request.param, closing)


def assert_within(reading: Measurement, true: float, unit: str) -> None:
    assert reading.unit == unit
    assert abs(reading.value - true) <= reading.expanded_uncertainty() * (1 + 1e-3)


async def test_each_phase_gets_its_voltage_and_angle(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_grid(GridPoint((230.0, 218.5, 241.5), 50.5, (0.0, -126.5, 114.5)))
    seen = bench.point.measured
    assert [phase.voltage_v for phase in seen.phases] == pytest.approx([230.0, 218.5, 241.5])
    assert [phase.angle_deg for phase in seen.phases] == pytest.approx([0.0, -126.5, 114.5])
    assert seen.frequency_hz == 50.5


async def test_readings_cover_the_truth(bench: Bench) -> None:
    grid = await bench.driver()
    bench.point.set_load([Load(1000.0), Load(2000.0, 500.0), Load(-1500.0)])
    await grid.set_grid(NOMINAL.scaled(1.05))
    for reading, true in zip(await grid.voltages(), [241.5] * 3, strict=True):
        assert_within(reading, true, "V")
    for reading, phase in zip(await grid.currents(), bench.point.delivered.phases, strict=True):
        assert_within(reading, phase.current_a, "A")
    for reading, true in zip(await grid.powers(), [1000.0, 2000.0, -1500.0], strict=True):
        assert_within(reading, true, "W")
    assert_within(await grid.frequency(), 50.0, "Hz")


async def test_a_phase_jump_moves_all_phases(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_grid(NOMINAL.shifted(20.0))
    assert [phase.angle_deg for phase in bench.point.measured.phases] == pytest.approx([20.0, -100.0, 140.0])


async def test_harmonics_are_added_and_taken_away(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_harmonics([Harmonic(5, 3.0), Harmonic(7, 4.0, 180.0)])
    harmonics = dict(bench.point.measured.voltage_harmonics)
    assert harmonics == {5: pytest.approx(3.0, abs=0.02), 7: pytest.approx(4.0, abs=0.02)}
    await grid.set_harmonics([])
    assert bench.point.measured.voltage_harmonics == ()


async def test_a_sag_lasts_as_long_as_it_should(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.load_profile(sag(NOMINAL, to_share=0.4, duration_s=0.16, before_s=0.1, after_s=1.0, phases=[2]))
    seen = bench.record()
    await grid.start_profile()
    await bench.pass_time(0.5)
    low = [at for at, point in seen if point.voltages_v == pytest.approx((230.0, 92.0, 230.0))]
    back = [at for at, point in seen if at > 0.2 and point.voltages_v == pytest.approx((230.0,) * 3)]
    assert min(low) == pytest.approx(0.1, abs=0.001)
    assert min(back) == pytest.approx(0.26, abs=0.001)
    assert await grid.profile_is_running()
    await bench.pass_time(1.0)
    assert not await grid.profile_is_running()


async def test_a_ramp_moves_at_its_rate(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.load_profile([ramp(NOMINAL, to_hz=51.0, rate_hz_per_s=2.0), hold(NOMINAL.at(51.0), 0.2)])
    seen = bench.record()
    await grid.start_profile()
    await bench.pass_time(0.25)
    assert bench.point.measured.frequency_hz == pytest.approx(50.5, abs=0.021)
    assert bench.point.measured.rocof_hz_per_s == pytest.approx(2.0, rel=0.01)
    await bench.pass_time(0.4)
    assert (bench.point.measured.frequency_hz, bench.point.measured.rocof_hz_per_s) == (51.0, 0.0)
    assert all(later.frequency_hz >= earlier.frequency_hz for (_, earlier), (_, later) in pairwise(seen))


async def test_a_profile_jumps_in_phase_and_ramps_voltage(bench: Bench) -> None:
    grid = await bench.driver()
    low = NOMINAL.scaled(0.5).shifted(60.0)
    profile = [hold(NOMINAL, 0.1), *lines([(0.0, low), (0.2, NOMINAL.shifted(60.0))])]
    await grid.load_profile(profile)
    seen = bench.record()
    await grid.start_profile()
    await bench.pass_time(0.4)
    jumped = min(at for at, point in seen if abs(in_circle(point.angles_deg[0] - 60.0)) < 0.1)
    assert jumped == pytest.approx(0.1, abs=0.001)
    half_way = [point.voltages_v[0] for at, point in seen if 0.19 <= at <= 0.211]
    assert half_way
    assert all(value == pytest.approx(172.5, abs=13.0) for value in half_way)
    assert bench.point.measured.phases[0].voltage_v == pytest.approx(230.0)


async def test_stopping_a_profile_leaves_the_output_as_it_is(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.load_profile(sag(NOMINAL, to_share=0.5, duration_s=5.0, before_s=0.1, after_s=1.0))
    await grid.start_profile()
    await bench.pass_time(1.0)
    await grid.stop_profile()
    await bench.pass_time(10.0)
    assert bench.point.supply_voltage_v() == pytest.approx(115.0)
    assert not await grid.profile_is_running()


async def test_output_off_disconnects(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_output(False)
    assert not await grid.output_is_on()
    assert bench.point.supply_voltage_v() == 0.0
    await grid.set_output(True)
    assert await grid.output_is_on()
    assert bench.point.supply_voltage_v() == 230.0


async def test_over_current_trips_with_a_name_and_is_cleared(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_current_limit(10.0)
    bench.point.set_load([Load(3000.0)] * 3)
    with pytest.raises(OutputTrippedError, match="over-current"):
        await grid.check_output()
    assert bench.point.supply_voltage_v() == 0.0
    with pytest.raises(OutputTrippedError):
        await grid.set_output(True)
    bench.point.set_load([Load(300.0)] * 3)
    await grid.clear_trip()
    await grid.set_output(True)
    assert bench.point.supply_voltage_v() == 230.0


async def test_what_the_lab_does_not_allow_is_not_sent(bench: Bench) -> None:
    grid = await bench.driver()
    for point in (NOMINAL.scaled(1.3), NOMINAL.at(70.0), GridPoint.balanced(230.0, 50.0, phases=1)):
        with pytest.raises(SettingError):
            await grid.set_grid(point)
    with pytest.raises(SettingError):
        await grid.load_profile([hold(NOMINAL.scaled(1.3), 1.0)])
    with pytest.raises(SettingError):
        await grid.load_profile([])
    with pytest.raises(SettingError):
        await grid.set_harmonics([Harmonic(1, 3.0)])
    assert bench.point.supply_voltage_v() == 230.0


async def test_what_the_instrument_refuses_is_reported(bench: Bench) -> None:
    grid = await bench.driver(limits={})
    with pytest.raises(InstrumentReportedError) as failure:
        await grid.set_grid(NOMINAL.scaled(2.0))
    assert failure.value.code == -222


async def test_safe_state_disconnects_and_goes_to_zero(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.load_profile(sag(NOMINAL, to_share=0.5, duration_s=5.0, before_s=0.1, after_s=1.0))
    await grid.start_profile()
    await grid.outputs_off()
    await bench.pass_time(1.0)
    assert bench.point.supply_voltage_v() == 0.0
    await grid.set_output(True)
    assert bench.point.supply_voltage_v() == 0.0


async def test_the_keepers_safe_state_needs_no_driver(bench: Bench) -> None:
    grid = await bench.driver()
    await asyncio.to_thread(apply_safe_state, grid.safe_state)
    assert bench.point.supply_voltage_v() == 0.0


async def test_points_that_follow_each_other_are_one_change_each(bench: Bench) -> None:
    grid = await bench.driver()
    await grid.set_grid(NOMINAL)
    await grid.set_output(True)
    seen = bench.record()
    points = [
        GridPoint((231.0, 229.0, 230.0), 50.1, (1.0, -120.0, 121.0)),
        GridPoint((231.0, 228.0, 230.0), 50.1, (1.0, -120.0, 121.0)),
        GridPoint((231.0, 228.0, 230.0), 49.9, (2.0, -119.0, 122.0)),
    ]
    for point in points:  # which keeps its thread busy, and the instrument lives in this one
        await asyncio.to_thread(lambda point=point: asyncio.run(grid.follow(point)))  # type: ignore[misc]
    assert len(seen) == len(points)
    for (_, became), wanted in zip(seen, points, strict=True):
        assert became.voltages_v == pytest.approx(wanted.voltages_v, abs=0.01)
        assert became.frequency_hz == pytest.approx(wanted.frequency_hz)
        assert became.angles_deg == pytest.approx(wanted.angles_deg, abs=0.06)
