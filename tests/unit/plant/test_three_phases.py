"""Sources and flows of three phases: angles, jumps, unbalance, harmonics; generators that export."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import STRAIGHT, Generation, Load, MainsSource, Plant, Rlc, ServicePoint, What, Wiring


@pytest.fixture
def plant(plant_clock: PlantClock) -> Plant:
    made = Plant(plant_clock)
    made.add_source("bench", phases=3)
    return made


@pytest.fixture
def source(plant: Plant) -> MainsSource:
    return plant.sources["bench"]


@pytest.fixture
def point(plant: Plant) -> ServicePoint:
    return plant.add_service_point("inverter1", source="bench")


def angles(point: ServicePoint) -> list[float]:
    return [phase.angle_deg for phase in point.measured.phases]


def test_phases_follow_each_other_by_120_degrees(point: ServicePoint) -> None:
    assert angles(point) == [0.0, -120.0, 120.0]


def test_a_phase_jump_moves_all_angles_and_is_told(source: MainsSource, point: ServicePoint) -> None:
    told: list[What] = []
    point.listen(told.append)
    source.set(shift_deg=-90.0)
    assert angles(point) == [-90.0, 150.0, 30.0]
    assert told == [What.SUPPLY]
    source.reset()
    point.reset()
    assert angles(point) == [0.0, -120.0, 120.0]


def test_each_phase_has_its_own_voltage_and_angle(source: MainsSource, point: ServicePoint) -> None:
    source.set(voltage_v=[230.0, 218.5, 241.5], angles_deg=[0.0, -126.59, 114.5])
    assert [phase.voltage_v for phase in point.measured.phases] == [230.0, 218.5, 241.5]
    assert angles(point) == [0.0, -126.59, 114.5]


def test_harmonics_make_the_distortion(source: MainsSource, point: ServicePoint) -> None:
    source.set(harmonics_percent={5: 3.0, 7: 4.0, 11: 0.0})
    assert point.measured.voltage_harmonics == ((5, 3.0), (7, 4.0))
    assert source.thd_percent == pytest.approx(5.0)


@pytest.mark.parametrize("wrong", [{1: 3.0}, {51: 1.0}, {5: -1.0}])
def test_harmonics_that_do_not_exist_are_refused(source: MainsSource, wrong: dict[int, float]) -> None:
    with pytest.raises(ValueError, match="harmonic"):
        source.set(harmonics_percent=wrong)
    assert source.thd_percent == 0.0


def test_a_moving_frequency_says_how_fast(source: MainsSource, point: ServicePoint) -> None:
    source.set(frequency_hz=50.5, rocof_hz_per_s=2.0)
    assert (point.measured.frequency_hz, point.measured.rocof_hz_per_s) == (50.5, 2.0)


def test_a_feeders_phase_has_its_angle(plant: Plant) -> None:
    plant.add_feeder("north", source="bench")
    home = plant.add_service_point("home", source="north", phase=2)
    assert angles(home) == [-120.0]


def test_a_generator_exports_what_the_load_leaves(point: ServicePoint) -> None:
    point.set_load([Load(1000.0)] * 3)
    point.set_generation("pv", [Generation(active_a=10.0, reactive_a=2.0)] * 3)
    assert point.measured.active_w == pytest.approx(3 * (1000.0 - 2300.0))
    assert point.measured.reactive_var == pytest.approx(-3 * 460.0)
    assert point.generated.active_w == pytest.approx(-6900.0)


def test_generators_add_up_and_each_states_its_own(point: ServicePoint) -> None:
    point.set_generation("pv", Generation(active_a=10.0, harmonics=((3, 2.0),)))
    point.set_generation("car", Generation(active_a=-4.0))
    assert point.measured.active_w == pytest.approx(-6.0 * 230.0)
    assert point.measured.current_harmonics == ((3, 2.0),)
    point.set_generation("pv", Generation())
    assert point.measured.active_w == pytest.approx(4.0 * 230.0)


def test_a_load_bank_draws_by_voltage_and_frequency(source: MainsSource, point: ServicePoint) -> None:
    point.set_circuits([Rlc(resistance_ohm=52.9, inductance_h=0.1), Rlc(capacitance_f=1e-4)])
    flow = point.measured
    assert flow.active_w == pytest.approx(1000.0)
    assert flow.phases[0].reactive_var == pytest.approx(230.0**2 / (314.159265 * 0.1))
    assert flow.phases[1].reactive_var == pytest.approx(-(230.0**2) * 314.159265 * 1e-4)
    source.set(frequency_hz=60.0)
    assert point.measured.phases[0].reactive_var == pytest.approx(230.0**2 / (376.991118 * 0.1))


def test_crossed_conductors_turn_the_phases_round(point: ServicePoint) -> None:
    point.wire(Wiring(order=(0, 2, 1)))
    assert angles(point) == [0.0, 120.0, -120.0]


def test_a_missing_conductor_leaves_its_terminal_dead(point: ServicePoint) -> None:
    point.set_load([Load(1000.0)] * 3)
    point.wire(Wiring(missing=frozenset({1})))
    assert [phase.voltage_v for phase in point.measured.phases] == [230.0, 0.0, 230.0]
    assert point.measured.active_w == 2000.0


def test_a_reversed_element_counts_the_other_way(point: ServicePoint) -> None:
    point.set_load([Load(1000.0, 100.0)] * 3)
    point.wire(Wiring(reversed=frozenset({0})))
    assert [phase.active_w for phase in point.measured.phases] == [-1000.0, 1000.0, 1000.0]
    assert point.delivered.active_w == 3000.0
    point.make_safe()
    assert point.state.wiring == STRAIGHT


@pytest.mark.parametrize("wrong", [Wiring(order=(0, 1)), Wiring(missing=frozenset({3})), Wiring(order=(0, 1, 5))])
def test_wiring_that_does_not_fit_is_refused(point: ServicePoint, wrong: Wiring) -> None:
    with pytest.raises(ValueError, match="phase"):
        point.wire(wrong)
