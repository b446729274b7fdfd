"""Feeders: breakers by phase, branches, loads, and who is told."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import Load, Plant, ServicePoint, What


@pytest.fixture
def plant() -> Plant:
    plant = Plant(PlantClock())
    plant.configure(
        {
            "sources": {"substation": {"phases": 3}},
            "feeders": {"north": {"source": "substation"}, "north/t1": {"source": "north"}},
            "service_points": {
                "house": {"source": "north", "phase": 2, "load": {"power_w": 460.0}},
                "flat": {"source": "north/t1", "phase": 2, "load": {"power_w": 230.0}},
                "farm": {"source": "north", "load": {"power_w": 1000.0}},
            },
        }
    )
    return plant


def supplied(point: ServicePoint) -> bool:
    return point.supply_voltage_v() > 0.0


def test_a_service_on_one_phase_has_one_phase(plant: Plant) -> None:
    assert plant.service_points["house"].phases == 1
    assert plant.service_points["farm"].phases == 3


def test_an_opened_feeder_takes_the_supply_of_all_that_hangs_on_it(plant: Plant) -> None:
    plant.feeder("north").switch(False)
    assert not any(map(supplied, plant.service_points.values()))
    plant.feeder("north").switch(True)
    assert all(map(supplied, plant.service_points.values()))


def test_an_opened_branch_stays_dead_when_its_feeder_is_back(plant: Plant) -> None:
    plant.feeder("north").switch(False)
    plant.feeder("north/t1").switch(False)
    plant.feeder("north").switch(True)
    assert [name for name, point in plant.service_points.items() if not supplied(point)] == ["flat"]


def test_a_pole_takes_one_phase(plant: Plant) -> None:
    plant.feeder("north").switch(False, [2])
    farm = plant.service_points["farm"]
    assert not supplied(plant.service_points["house"])
    assert [farm.supply_voltage_v(phase) for phase in range(3)] == [230.0, 0.0, 230.0]


def test_only_who_is_on_the_phase_is_told(plant: Plant) -> None:
    told: list[What] = []
    plant.service_points["house"].listen(told.append)
    plant.feeder("north").switch(False, [1, 3])
    assert told == []
    plant.feeder("north").switch(False, [2])
    assert told == [What.SUPPLY]


def test_a_feeder_carries_what_hangs_on_it_and_on_its_branches(plant: Plant) -> None:
    assert [phase.active_w for phase in plant.feeder("north").flow().phases] == [1000.0, 1690.0, 1000.0]
    assert [phase.current_a for phase in plant.feeder("north/t1").flow().phases] == [0.0, 1.0, 0.0]
    plant.feeder("north/t1").switch(False)
    assert plant.feeder("north").flow().phases[1].active_w == 1460.0


def test_the_past_can_still_be_seen_before_an_event(plant: Plant) -> None:
    house = plant.service_points["house"]
    seen: list[float] = []
    house.before_event = lambda: seen.append(house.supply_voltage_v())
    plant.feeder("north").switch(False)
    assert seen == [230.0]
    seen.clear()
    house.before_event = lambda: seen.append(house.delivered.active_w)
    house.connect_mains(True)
    assert seen == [], "nothing changed"
    plant.feeder("north").switch(True)
    house.set_load(Load(100.0))
    assert seen == [0.0, 460.0, 460.0], "before the supply came back; before the load was set, and before it counted"


def test_a_reset_closes_everything_and_tells_nobody(plant: Plant) -> None:
    plant.feeder("north").switch(False)
    plant.feeder("north/t1").switch(False)
    told: list[What] = []
    plant.service_points["house"].listen(told.append)
    plant.reset()
    assert all(map(supplied, plant.service_points.values()))
    assert told == []
    plant.feeder("north").switch(False, [2])
    assert told == [What.SUPPLY]


def test_a_wrong_phase_is_refused(plant: Plant) -> None:
    with pytest.raises(ValueError, match="no phase 4"):
        plant.add_service_point("new", source="north", phase=4)
    with pytest.raises(ValueError, match="phases 1 to 3"):
        plant.feeder("north").switch(False, [0])
    with pytest.raises(ValueError, match="a phase is chosen on a feeder"):
        plant.add_service_point("new", phase=1)
    with pytest.raises(LookupError, match="north"):
        plant.feeder("south")
