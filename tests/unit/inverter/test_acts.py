"""What the fault box does to an inverter's seat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fixtures import fault_box
from fixtures.clock import PlantClock
from fixtures.inverter.measurements import Alarm, OperatingState
from fixtures.inverter.seat import InverterSeat, make_seat
from fixtures.world import World


@pytest.fixture
async def world(plant_clock: PlantClock, tmp_path: Path) -> AsyncIterator[World]:
    world = World(plant_clock, tmp_path)
    world.plant.add_source("der", voltage_v=240.0, frequency_hz=60.0)
    world.plant.add_service_point("inverter1", source="der")
    world.add("inverter1", "", {}, factory=make_seat)
    await world.start()
    yield world
    await world.stop()


def seat_of(world: World) -> InverterSeat:
    seat = world.seat("inverter1")
    assert isinstance(seat, InverterSeat)
    return seat


@pytest.mark.parametrize(
    ("act", "values", "state", "alarm"),
    [
        ("ac_switch", {"closed": False}, OperatingState.OFF, Alarm.AC_DISCONNECT),
        ("dc_switch", {"closed": False}, OperatingState.SLEEPING, Alarm.DC_DISCONNECT),
        ("ground_fault", {"on": True}, OperatingState.FAULT, Alarm.GROUND_FAULT),
        ("ambient", {"celsius": 80}, OperatingState.FAULT, Alarm.OVER_TEMPERATURE),
    ],
)
def test_acts_take_it_out_of_service(
    act: str, values: dict[str, float], state: OperatingState, alarm: Alarm, world: World
) -> None:
    fault_box.change_der(world, "inverter1", act, values)
    readings = seat_of(world).inverter.measurements()
    assert (readings.state, readings.alarms) == (state, alarm)
    assert world.service_point("inverter1").measured.active_w == 0.0


def test_mended_it_waits_for_the_grid_again(world: World) -> None:
    fault_box.change_der(world, "inverter1", "ground_fault", {"on": True})
    fault_box.change_der(world, "inverter1", "ground_fault", {"on": False})
    assert seat_of(world).inverter.state is OperatingState.WAITING


@pytest.mark.parametrize("values", [{}, {"closed": True, "on": True}, {"closed": "wide"}])
def test_values_that_do_not_fit_are_refused(values: dict[str, object], world: World) -> None:
    with pytest.raises(fault_box.FaultBoxError, match="ac_switch"):
        fault_box.change_der(world, "inverter1", "ac_switch", values)
