"""An island: what generators and a load bank do with each other when the supply has gone."""

from __future__ import annotations

import math

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import Generation, Load, LoadSideSource, Plant, Rlc, ServicePoint

VOLTAGE_V, FREQUENCY_HZ = 230.0, 50.0


def tuned(power_w: float, quality: float = 1.0, frequency_hz: float = FREQUENCY_HZ) -> Rlc:
    """A circuit that takes ``power_w`` at nominal voltage and is in resonance at ``frequency_hz``."""
    resistance, omega = VOLTAGE_V**2 / power_w, 2 * math.pi * frequency_hz
    return Rlc(resistance, resistance / (quality * omega), quality / (resistance * omega))


@pytest.fixture
def plant(plant_clock: PlantClock) -> Plant:
    return Plant(plant_clock)


@pytest.fixture
def point(plant: Plant) -> ServicePoint:
    return plant.add_service_point("inverter1")


async def pass_time(point: ServicePoint, seconds: float) -> None:
    clock = point._clock
    await clock.advance_to(clock.now() + seconds)


async def test_a_balanced_island_stays_where_it_was(plant: Plant, point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0))
    point.set_generation("pv", Generation(active_a=10.0))
    plant.sources["grid"].set(on=False)
    await pass_time(point, 2.0)
    assert point.islanded
    assert point.load_side_voltage_v() == pytest.approx(VOLTAGE_V, abs=0.1)
    assert point.delivered.frequency_hz == pytest.approx(FREQUENCY_HZ, abs=0.01)
    assert point.supply_voltage_v() == pytest.approx(VOLTAGE_V, abs=0.1)


async def test_surplus_power_raises_the_voltage_with_the_time_constant_of_the_circuit(point: ServicePoint) -> None:
    circuit = tuned(2300.0, quality=2.0)
    point.set_circuits(circuit)
    point.set_generation("pv", Generation(active_a=12.0))
    point.connect_mains(False)
    constant_s = 2 * circuit.resistance_ohm * circuit.capacitance_f
    await pass_time(point, constant_s)
    reached = (point.load_side_voltage_v() - VOLTAGE_V) / (0.2 * VOLTAGE_V)
    assert reached == pytest.approx(1 - math.exp(-1), abs=0.12)  # looked at in steps
    await pass_time(point, 1.0)
    assert point.load_side_voltage_v() == pytest.approx(1.2 * VOLTAGE_V, rel=0.001)


async def test_reactive_mismatch_moves_the_frequency_to_the_resonance(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0, frequency_hz=50.8))
    point.set_generation("pv", Generation(active_a=10.0))
    point.connect_mains(False)
    await pass_time(point, 1.0)
    assert point.delivered.frequency_hz == pytest.approx(50.8, abs=0.01)


async def test_reactive_current_of_the_generator_moves_it_too(point: ServicePoint) -> None:
    circuit = tuned(2300.0)
    point.set_circuits(circuit)
    point.set_generation("pv", Generation(active_a=10.0, reactive_a=0.2))
    point.connect_mains(False)
    await pass_time(point, 1.0)
    seen = point.delivered
    _, taken_var = circuit.at(seen.voltage_v, seen.frequency_hz)
    assert taken_var == pytest.approx(seen.voltage_v * 0.2, rel=0.01)
    assert seen.frequency_hz < FREQUENCY_HZ


async def test_an_island_dies_with_its_generator(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0))
    point.set_generation("pv", Generation(active_a=10.0))
    point.connect_mains(False)
    await pass_time(point, 0.1)
    point.set_generation("pv", Generation())
    assert not point.islanded
    assert point.load_side_voltage_v() == 0.0


async def test_a_generator_alone_on_a_dead_point_makes_no_island(point: ServicePoint) -> None:
    point.connect_mains(False)
    point.set_generation("pv", Generation(active_a=10.0))
    assert not point.islanded
    assert point.load_side_voltage_v() == 0.0


async def test_the_supply_ends_the_island(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0, frequency_hz=51.0))
    point.set_generation("pv", Generation(active_a=11.0))
    point.connect_mains(False)
    await pass_time(point, 0.5)
    point.connect_mains(True)
    assert (point.load_side_voltage_v(), point.delivered.frequency_hz) == (VOLTAGE_V, FREQUENCY_HZ)
    assert point.measured.active_w == pytest.approx(2300.0 - 11.0 * VOLTAGE_V)


async def test_behind_the_open_switch_the_supply_side_stays_what_it_is(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0))
    point.set_generation("pv", Generation(active_a=8.0))
    point.operate_switch(False)
    await pass_time(point, 0.5)
    assert point.supply_voltage_v() == VOLTAGE_V
    assert point.load_side_voltage_v() == pytest.approx(0.8 * VOLTAGE_V, rel=0.001)


async def test_constant_power_takes_its_share(point: ServicePoint) -> None:
    point.set_load(Load(1150.0))
    point.set_circuits(tuned(1150.0))
    point.set_generation("pv", Generation(active_a=10.0))
    point.connect_mains(False)
    await pass_time(point, 1.0)
    assert point.load_side_voltage_v() == pytest.approx(VOLTAGE_V, rel=0.001)


async def test_a_resting_island_needs_no_timer(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0))
    point.set_generation("pv", Generation(active_a=11.0))
    point.connect_mains(False)
    await pass_time(point, 1.0)
    told: list[object] = []
    point.listen(told.append)
    await pass_time(point, 3600.0)
    assert told == []


async def test_a_voltage_source_behind_makes_it_no_island(point: ServicePoint) -> None:
    point.set_generation("pv", Generation(active_a=10.0))
    point.set_load_side_source(LoadSideSource(voltage_v=228.0))
    point.connect_mains(False)
    assert not point.islanded
    assert point.load_side_voltage_v() == 228.0


async def test_reset_leaves_nothing_of_an_island(point: ServicePoint) -> None:
    point.set_circuits(tuned(2300.0))
    point.set_generation("pv", Generation(active_a=12.0))
    point.connect_mains(False)
    await pass_time(point, 0.003)
    point.reset()
    assert not point.islanded
    assert (point.load_side_voltage_v(), point.measured.active_w) == (VOLTAGE_V, 0.0)
