"""Electricity at a service point: steady states, energies, events, and what a person can do to it."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import Load, LoadSideSource, Plant, ServicePoint, Shunt, What


@pytest.fixture
def plant(plant_clock: PlantClock) -> Plant:
    return Plant(plant_clock)


@pytest.fixture
def point(plant: Plant) -> ServicePoint:
    return plant.add_service_point("meter1")


async def pass_time(point: ServicePoint, seconds: float) -> None:
    clock = point._clock
    await clock.advance_to(clock.now() + seconds)


def test_a_loaded_point_draws_its_load(point: ServicePoint) -> None:
    point.set_load(Load(2300.0, 0.0))
    assert point.measured.active_w == 2300.0
    assert point.measured.current_a == 10.0
    assert point.load_side_voltage_v() == 230.0


def test_apparent_current_of_an_inductive_load(point: ServicePoint) -> None:
    point.set_load(Load(3000.0, 4000.0))
    assert point.measured.apparent_va == 5000.0
    assert point.measured.current_a == pytest.approx(5000.0 / 230.0)


def test_a_resistance_follows_the_voltage(plant: Plant, point: ServicePoint) -> None:
    point.set_load(Load(resistance_ohm=52.9))
    plant.sources["grid"].set(voltage_v=115.0)
    assert point.measured.active_w == pytest.approx(250.0)


async def test_the_switch_takes_its_time_to_open(point: ServicePoint) -> None:
    point.set_load(Load(1000.0))
    point.operate_switch(closed=False)
    await pass_time(point, 0.019)
    assert point.contact_closed
    await pass_time(point, 0.002)
    assert not point.contact_closed
    assert (point.measured.active_w, point.supply_voltage_v(), point.load_side_voltage_v()) == (0.0, 230.0, 0.0)


async def test_the_last_pulse_counts(point: ServicePoint) -> None:
    point.operate_switch(closed=False)
    await pass_time(point, 0.01)
    point.operate_switch(closed=True, travel_s=0.05)
    await pass_time(point, 1.0)
    assert point.contact_closed
    assert point.operations == 2


async def test_a_stuck_relay_does_not_move(point: ServicePoint) -> None:
    point.stick_relay(True)
    point.operate_switch(closed=False)
    await pass_time(point, 1.0)
    assert point.contact_closed
    point.stick_relay(False)
    point.operate_switch(closed=False)
    await pass_time(point, 1.0)
    assert not point.contact_closed


async def test_a_load_side_source_is_seen_behind_the_open_switch(point: ServicePoint) -> None:
    point.set_load_side_source(LoadSideSource(voltage_v=228.0))
    point.operate_switch(closed=False)
    await pass_time(point, 1.0)
    assert point.load_side_voltage_v() == 228.0
    assert point.supply_voltage_v() == 230.0
    assert point.measured.active_w == 0.0


def test_a_generator_beside_the_supply_exports(point: ServicePoint) -> None:
    point.set_load(Load(1000.0))
    point.set_load_side_source(LoadSideSource(voltage_v=230.0, power_w=3000.0))
    assert point.measured.active_w == -2000.0


def test_a_back_feed_energises_a_dead_supply_side(point: ServicePoint) -> None:
    point.set_load_side_source(LoadSideSource(voltage_v=229.0))
    point.connect_mains(False)
    assert point.supply_voltage_v() == 229.0


def test_a_shunt_past_the_open_switch_is_measured(point: ServicePoint) -> None:
    point.set_load(Load(1000.0))
    point.operate_switch(closed=False, travel_s=0.0)
    point._contacts_move(False)
    point.set_shunt(Shunt.PAST_SWITCH)
    assert (point.measured.active_w, point.load_side_voltage_v()) == (1000.0, 230.0)


def test_a_shunt_around_the_meter_takes_its_share(point: ServicePoint) -> None:
    point.set_load(Load(1000.0))
    point.set_shunt(Shunt.AROUND_METER, share=0.75)
    assert (point.measured.active_w, point.delivered.active_w) == (250.0, 1000.0)
    point._contacts_move(False)
    assert (point.measured.active_w, point.delivered.active_w) == (0.0, 1000.0)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_its_range_is_refused(point: ServicePoint, share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        point.set_shunt(Shunt.AROUND_METER, share)


async def test_energy_is_the_exact_integral_however_often_it_is_read(point: ServicePoint) -> None:
    point.set_load(Load(1500.0, 300.0))
    for _ in range(800):
        await pass_time(point, 4.5)  # a number that a double holds exactly, beside the seconds since 1970
        point.energy()
    point.set_load(Load(-600.0, 0.0))
    await pass_time(point, 1800.0)
    energy = point.energy()
    assert energy.import_wh == pytest.approx(1500.0, abs=1e-6)
    assert energy.q1_varh == pytest.approx(300.0, abs=1e-6)
    assert energy.export_wh == pytest.approx(300.0, abs=1e-6)


@pytest.mark.parametrize(
    ("active_w", "reactive_var", "quadrant"),
    [(100.0, 50.0, "q1_varh"), (-100.0, 50.0, "q2_varh"), (-100.0, -50.0, "q3_varh"), (100.0, -50.0, "q4_varh")],
)
async def test_reactive_energy_goes_to_its_quadrant(
    point: ServicePoint, active_w: float, reactive_var: float, quadrant: str
) -> None:
    point.set_load(Load(active_w, reactive_var))
    await pass_time(point, 3600.0)
    energy = point.energy()
    quadrants = {name: getattr(energy, name) for name in ("q1_varh", "q2_varh", "q3_varh", "q4_varh")}
    assert quadrants.pop(quadrant) == pytest.approx(50.0)
    assert set(quadrants.values()) == {0.0}


async def test_listeners_hear_events_in_order_even_those_that_they_cause(point: ServicePoint) -> None:
    heard: list[tuple[str, What]] = []

    def first(what: What) -> None:
        heard.append(("first", what))
        if what is What.MAGNET:
            point.open_cover(True)

    stop = point.listen(first)
    point.listen(lambda what: heard.append(("second", what)))
    point.apply_magnet(200.0)
    stop()
    point.tilt(True)
    assert heard == [
        ("first", What.MAGNET),
        ("second", What.MAGNET),
        ("first", What.COVER),
        ("second", What.COVER),
        ("second", What.TILT),
    ]


def test_what_does_not_change_is_no_event(point: ServicePoint) -> None:
    heard: list[What] = []
    point.listen(heard.append)
    point.connect_mains(True)
    point.press_button()
    assert heard == [What.BUTTON]


def test_a_source_feeds_its_points(plant: Plant, point: ServicePoint) -> None:
    other = plant.add_service_point("meter2")
    heard: list[str] = []
    point.listen(lambda what: heard.append(f"meter1 {what.value}"))
    other.listen(lambda what: heard.append(f"meter2 {what.value}"))
    plant.sources["grid"].set(on=False)
    assert heard == ["meter1 supply", "meter2 supply"]
    assert point.supply_voltage_v() == other.supply_voltage_v() == 0.0


def test_three_phases_have_voltages_and_loads_of_their_own(plant: Plant) -> None:
    plant.add_source("bench", phases=3)
    point = plant.add_service_point("meter3", source="bench")
    plant.sources["bench"].set(voltage_v=[230.0, 231.0, 0.0], thd_percent=4.0)
    point.set_load([Load(230.0), Load(462.0), Load(900.0)])
    assert [phase.active_w for phase in point.measured.phases] == [230.0, 462.0, 0.0]
    assert [phase.current_a for phase in point.measured.phases] == [1.0, 2.0, 0.0]
    with pytest.raises(ValueError, match="4 loads"):
        point.set_load([Load()] * 4)


async def test_reset_goes_back_to_what_was_configured(plant_clock: PlantClock) -> None:
    plant = Plant(plant_clock)
    plant.configure(
        {
            "sources": {"bench": {"phases": 3, "voltage_v": 120.0, "frequency_hz": 60.0}},
            "service_points": {"meter1": {"source": "bench", "travel_s": 0.1, "load": {"power_w": 500.0}}},
        }
    )
    point = plant.service_point("meter1")
    assert (point.measured.active_w, point.measured.frequency_hz) == (1500.0, 60.0)
    point.operate_switch(False)
    point.set_shunt(Shunt.PAST_SWITCH)
    plant.sources["bench"].set(voltage_v=90.0)
    await plant_clock.advance_to(plant_clock.now() + 3600.0)
    plant.reset()
    assert (point.measured.active_w, point.supply_voltage_v(), point.contact_closed) == (1500.0, 120.0, True)
    assert point.energy().import_wh == 0.0


async def test_the_safe_state_leaves_the_relay_as_it_is(plant: Plant, point: ServicePoint) -> None:
    point.set_load(Load(1000.0))
    point.set_load_side_source(LoadSideSource(230.0))
    point.operate_switch(False)
    await pass_time(point, 1.0)
    plant.make_safe()
    assert not point.contact_closed
    assert point.state.load[0] == Load()
    assert (point.supply_voltage_v(), point.load_side_voltage_v()) == (0.0, 0.0)


def test_an_unknown_source_is_named(plant: Plant) -> None:
    with pytest.raises(ValueError, match="no source 'gird'; there are grid"):
        plant.add_service_point("meter1", source="gird")


def test_a_source_that_feeds_points_is_not_replaced(plant: Plant, point: ServicePoint) -> None:
    with pytest.raises(ValueError, match="feeds service points"):
        plant.add_source("grid")
