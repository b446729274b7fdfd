"""Sources, energies, commands, alarms; and that an inverter at rest costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fixtures.clock import PlantClock
from fixtures.inverter.grid import StiffGrid, balanced
from fixtures.inverter.measurements import Alarm, OperatingState, Throttle
from fixtures.inverter.model import Command, Inverter
from fixtures.inverter.nameplate import Nameplate, scaled
from fixtures.inverter.settings import ControllerLoss, EnterService, LimitActivePower, SetActivePower
from fixtures.inverter.sources import Battery, PvArray, Sources


async def test_at_rest_it_sets_no_timer_and_counts_its_energy(rig: Callable[..., Any]) -> None:
    device = rig(available_pu=0.5)
    steps: list[float] = []
    device.inverter.listen(lambda: steps.append(device.clock.now()))
    await device.wait(30 * 86_400.0)
    assert steps == []
    assert device.inverter.energy().injected_wh == pytest.approx(30 * 24 * 5000.0)


async def test_what_moves_comes_to_rest(rig: Callable[..., Any]) -> None:
    device = rig()
    steps: list[float] = []
    device.inverter.listen(lambda: steps.append(device.clock.now()))
    device.inverter.apply(limit_active_power=LimitActivePower(True, 0.5))
    device.put(1.02, 60.1)
    await device.wait(200.0)
    assert 10 < len(steps) < 400
    steps.clear()
    await device.wait(86_400.0)
    assert steps == []


async def test_the_light_changes_by_its_profile(rig: Callable[..., Any]) -> None:
    device = rig(available_pu=1.0)
    device.inverter.set_irradiance(200.0, [(600.0, 500.0), (1200.0, 0.0)])
    await device.wait(300.0)
    assert device.active_pu == pytest.approx(0.2)
    await device.wait(600.0)
    assert device.active_pu == pytest.approx(0.5)
    await device.wait(600.0)
    assert device.inverter.state is OperatingState.SLEEPING
    assert device.inverter.energy().injected_wh == pytest.approx((2000.0 + 5000.0) / 6, rel=0.01)


async def test_the_array_s_voltage_rises_as_power_is_held_back(rig: Callable[..., Any]) -> None:
    device = rig(available_pu=1.0)
    at_full = device.inverter.measurements().dc_ports[0]
    device.inverter.apply(limit_active_power=LimitActivePower(True, 0.2))
    await device.wait(60.0)
    held_back = device.inverter.measurements()
    assert held_back.dc_ports[0].voltage_v > at_full.voltage_v
    assert held_back.dc_ports[0].power_w == pytest.approx(2000.0)
    assert held_back.throttled_by & Throttle.LIMIT


async def test_a_battery_runs_empty_and_stops(rig: Callable[..., Any]) -> None:
    device = rig(storage=True, set_active_power=SetActivePower(enabled=True, power_pu=0.9))
    lasts_s = (0.5 - 0.05) * 20_000.0 * 0.96 / 9000.0 * 3600.0
    await device.wait(lasts_s - 5.0)
    assert device.active_pu == pytest.approx(0.9)
    assert device.inverter.measurements().state_of_charge == pytest.approx(0.05, abs=0.001)
    await device.wait(10.0)
    assert device.active_pu == 0.0
    assert device.inverter.state is OperatingState.CONTINUOUS


async def test_a_battery_charges_from_the_grid_until_it_is_full(rig: Callable[..., Any]) -> None:
    device = rig(storage=True, set_active_power=SetActivePower(enabled=True, power_pu=-0.5))
    await device.wait(3600.0)
    expected = 0.5 + 5000.0 * 0.96 / 20_000.0
    assert device.inverter.measurements().state_of_charge == pytest.approx(expected, abs=0.001)
    assert device.inverter.energy().absorbed_wh == pytest.approx(5000.0, rel=0.001)
    await device.wait(7200.0)
    assert device.inverter.measurements().state_of_charge == pytest.approx(0.95)
    assert device.active_pu == 0.0


async def test_a_battery_makes_up_what_the_array_lacks(plant_clock: PlantClock) -> None:
    sources = Sources(PvArray(3000.0, efficiency=1.0), Battery(10_000.0, 5000.0, 5000.0))
    inverter = Inverter(plant_clock, Nameplate(ratings=scaled(8000.0, storage=True)), sources)
    grid = StiffGrid(balanced(240.0, 60.0))
    inverter.connect(grid)
    assert grid.active_w == pytest.approx(3000.0)
    inverter.apply(set_active_power=SetActivePower(enabled=True, power_pu=0.75))
    await plant_clock.advance_to(plant_clock.now() + 10.0)
    assert grid.active_w == pytest.approx(6000.0)
    pv, storage = inverter.measurements().dc_ports
    assert (pv.power_w, storage.power_w) == pytest.approx((3000.0, 3000.0 / 0.96))
    inverter.apply(set_active_power=SetActivePower(enabled=True, power_pu=0.125))
    await plant_clock.advance_to(plant_clock.now() + 10.0)
    pv, storage = inverter.measurements().dc_ports
    assert grid.active_w == pytest.approx(1000.0)
    await plant_clock.advance_to(plant_clock.now() + 3600.0)
    into = inverter.measurements().dc_ports[1].energy_out_wh
    assert into == pytest.approx(2000.0 * 0.96, rel=0.005)
    assert (pv.power_w, storage.power_w) == pytest.approx((3000.0, -2000.0 * 0.96))


@pytest.mark.parametrize("stop", ["command", "permission", "switch", "standby", "dc", "failure"])
async def test_whatever_takes_it_out_it_comes_back_by_the_delay(stop: str, rig: Callable[..., Any]) -> None:
    device = rig(enter_service=EnterService(delay_s=30.0, ramp_s=0.0))
    inverter = device.inverter
    out: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "command": (lambda: inverter.command(Command.STOP), lambda: inverter.command(Command.START)),
        "permission": (
            lambda: inverter.apply(enter_service=EnterService(permitted=False, delay_s=30.0, ramp_s=0.0)),
            lambda: inverter.apply(enter_service=EnterService(delay_s=30.0, ramp_s=0.0)),
        ),
        "switch": (lambda: inverter.close_switch(False), lambda: inverter.close_switch(True)),
        "standby": (
            lambda: inverter.command(Command.ENTER_STANDBY),
            lambda: inverter.command(Command.EXIT_STANDBY),
        ),
        "dc": (lambda: inverter.close_dc_switch(False), lambda: inverter.close_dc_switch(True)),
        "failure": (lambda: inverter.fail(Alarm.GROUND_FAULT), inverter.repair),
    }
    leave, come_back = out[stop]
    leave()
    await device.wait(0.1)
    assert device.active_pu == 0.0
    assert not inverter.measurements().connected
    await device.wait(1000.0)
    assert device.active_pu == 0.0
    come_back()
    await device.wait(29.0)
    assert inverter.state is OperatingState.WAITING
    await device.wait(2.0)
    assert device.active_pu == pytest.approx(1.0)


def test_alarms_name_their_cause(rig: Callable[..., Any]) -> None:
    inverter = rig().inverter
    inverter.fail(Alarm.DC_OVER_VOLTAGE)
    inverter.close_switch(False)
    inverter.reset_alarms()
    assert inverter.measurements().alarms == Alarm.DC_OVER_VOLTAGE | Alarm.AC_DISCONNECT
    assert inverter.state is OperatingState.FAULT


async def test_heat_derates_and_then_stops_it(rig: Callable[..., Any]) -> None:
    device = rig()
    device.inverter.set_ambient(60.0)
    await device.wait(5.0)
    assert device.active_pu == pytest.approx(0.75)
    assert device.inverter.measurements().throttled_by & Throttle.TEMPERATURE
    device.inverter.set_ambient(80.0)
    await device.wait(5.0)
    assert device.inverter.state is OperatingState.FAULT
    assert device.inverter.alarms is Alarm.OVER_TEMPERATURE


async def test_a_heartbeat_that_stands_still_brings_the_fallback(rig: Callable[..., Any]) -> None:
    device = rig(controller_loss=ControllerLoss(timeout_s=10.0, fallback_limit_pu=0.4, ramp_pu_per_s=0.1))
    inverter = device.inverter
    for count in range(1, 6):
        inverter.controller_beat(count)
        await device.wait(9.0)
    assert device.active_pu == pytest.approx(1.0)
    inverter.controller_beat(5)
    await device.wait(2.0)
    assert device.active_pu == pytest.approx(0.9, abs=0.02)
    await device.wait(20.0)
    assert device.active_pu == pytest.approx(0.4)
    inverter.controller_beat(6)
    await device.wait(5.0)
    assert device.active_pu == pytest.approx(0.4)


async def test_its_own_heartbeat_counts_seconds(rig: Callable[..., Any]) -> None:
    device = rig()
    before = device.inverter.heartbeat
    await device.wait(90.0)
    assert device.inverter.heartbeat == before + 90


async def test_a_reversion_counts_down_and_can_be_ended(rig: Callable[..., Any]) -> None:
    device = rig()
    reversions = device.inverter.reversions
    device.inverter.apply(limit_active_power=LimitActivePower(True, 0.5))
    reversions.arm("limit_active_power", 60.0, LimitActivePower())
    await device.wait(20.0)
    assert reversions.remaining_s("limit_active_power") == pytest.approx(40.0)
    reversions.arm("limit_active_power", 0.0, LimitActivePower())
    await device.wait(100.0)
    assert device.inverter.settings.limit_active_power.enabled


def test_a_grid_of_other_phases_does_not_fit(rig: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="phase"):
        rig().inverter.connect(StiffGrid(balanced(240.0, 60.0, 3)))
