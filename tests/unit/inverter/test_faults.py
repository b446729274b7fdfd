"""Each seeded fault shows, and only where it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.inverter.grid import balanced
from fixtures.inverter.measurements import OperatingState
from fixtures.inverter.model import Command
from fixtures.inverter.nameplate import AbnormalCategory
from fixtures.inverter.problems import SettingRefusedError
from fixtures.inverter.settings import (
    ConstantPowerFactor,
    ConstantReactivePower,
    ControllerLoss,
    EnterService,
    LimitActivePower,
    VoltVar,
    VoltWatt,
    WattVar,
)

BAND_PU = 1.5 * 0.05
VOLT_VAR = {"volt_var": VoltVar(enabled=True)}
LIMIT = {"limit_active_power": LimitActivePower(enabled=True, limit_pu=0.6)}
REACTIVE = {"constant_reactive_power": ConstantReactivePower(enabled=True, reactive_pu=0.4)}

POINTS: dict[str, tuple[dict[str, Any], float, tuple[float, float], float]] = {
    "F-T1": (LIMIT, 0.7, (1.0, 60.0), 60.0),
    "F-T2": ({"constant_power_factor": ConstantPowerFactor(power_factor=0.92)}, 0.7, (1.0, 60.0), 60.0),
    "F-T3": (REACTIVE, 0.4, (1.0, 60.0), 60.0),
    "F-T4": (VOLT_VAR, 0.5, (0.98, 60.0), 60.0),
    "F-T7": ({"volt_watt": VoltWatt(enabled=True)}, 1.0, (1.09, 60.0), 10.0),
    "F-T8": ({"watt_var": WattVar(enabled=True)}, 0.5, (1.0, 60.0), 60.0),
    "F-T9": ({}, 1.0, (1.0, 61.0), 60.0),
    "F-T10": (LIMIT, 1.0, (1.0, 59.2), 60.0),
    "F-T20": ({"enter_service": EnterService(delay_s=10.0, ramp_s=100.0)}, 1.0, (0.3, 60.0), 50.0),
    "F-T21": (VOLT_VAR, 1.2, (0.93, 60.0), 60.0),
    "F-T25": ({}, 1.0, (0.3, 60.0), 0.4),
    "F-P55": (LIMIT | REACTIVE, 1.0, (1.0, 60.0), 60.0),
    "F-P83": ({}, 1.0, (1.0, 60.6), 60.0),
}
"""Functions, available pu, the grid (pu, Hz), when it is looked at (s after the grid was put so)."""
BACK = {"F-T20", "F-T25"}
"""These are looked at after the grid came back."""


async def outcome(fault: tuple[str, ...], rig: Callable[..., Any], name: str) -> tuple[float, float]:
    functions, available, (voltage, frequency), seconds = POINTS[name]
    device = rig(*fault, available_pu=available, **functions)
    device.put(voltage, frequency)
    if name in BACK:
        await device.wait(0.9 if name == "F-T25" else 20.0)
        device.put()
    await device.wait(seconds)
    return device.active_pu, device.reactive_pu


@pytest.mark.parametrize("name", POINTS)
async def test_the_fault_leaves_the_band_of_the_sound_device(name: str, rig: Callable[..., Any]) -> None:
    sound = await outcome((), rig, name)
    faulty = await outcome((name,), rig, name)
    assert max(abs(one - other) for one, other in zip(sound, faulty, strict=True)) > BAND_PU


async def test_fault_t5_the_reference_stays(rig: Callable[..., Any]) -> None:
    moving = VoltVar(enabled=True, autonomous_reference=True)
    for faults, expected in (((), 0.0), (("F-T5",), -0.44 * 0.02 / 0.06)):
        device = rig(*faults, available_pu=0.5, volt_var=moving)
        device.put(1.04)
        await device.wait(1500.0)
        assert device.reactive_pu == pytest.approx(expected, abs=0.01)


async def test_fault_t6_one_phase_counts(rig: Callable[..., Any]) -> None:
    for faults, expected in (((), 0.0), (("F-T6",), 0.44 * 0.04 / 0.06)):
        device = rig(*faults, available_pu=0.5, phases=3, **VOLT_VAR)
        turns = (0.0, -120.0, 120.0)
        volts = (0.94, 1.0, 1.05)
        device.grid.set(
            [balanced(pu * 240.0, 60.0, angle_deg=turn).voltages_v[0] for pu, turn in zip(volts, turns, strict=True)],
            60.0,
        )
        await device.wait(60.0)
        assert device.reactive_pu == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("fault", "voltage", "frequency", "clearing_s"),
    [
        ("F-T11", 0.4, 60.0, 2.0),
        ("F-T12", 1.25, 60.0, 0.16),
        ("F-T13", 1.0, 56.0, 0.16),
        ("F-T14", 1.0, 63.0, 0.16),
    ],
)
async def test_late_trips(
    fault: str, voltage: float, frequency: float, clearing_s: float, rig: Callable[..., Any]
) -> None:
    device = rig(fault)
    device.put(voltage, frequency)
    tripped_s = await device.until(lambda: device.inverter.state is OperatingState.TRIPPED, clearing_s + 2.0)
    assert tripped_s == pytest.approx(clearing_s + 0.74, abs=0.01)


@pytest.mark.parametrize(
    ("fault", "voltage", "frequency", "angle"),
    [
        ("F-T15", 0.6, 60.0, 0.0),
        ("F-T16", 1.15, 60.0, 0.0),
        ("F-T17", 1.0, 61.5, 0.0),
        ("F-T18", 1.0, 61.1, 0.0),
        ("F-T19", 1.0, 60.0, 20.0),
    ],
)
async def test_nervous_firmware_trips(
    fault: str, voltage: float, frequency: float, angle: float, rig: Callable[..., Any]
) -> None:
    for faults in ((), (fault,)):
        device = rig(*faults, abnormal=AbnormalCategory.II)
        device.put(voltage, frequency, angle)
        await device.wait(0.3)
        assert device.inverter.state.in_service is not bool(faults)


def test_fault_t23_the_nameplate_follows_the_configuration(rig: Callable[..., Any]) -> None:
    for faults, rated in (((), 10_000.0), (("F-T23",), 8_000.0)):
        inverter = rig(*faults).inverter
        inverter.apply(configuration=replace(inverter.settings.configuration, active_power_w=8_000.0))
        assert inverter.nameplate.ratings.active_power_w == rated


async def test_fault_t24_the_configuration_does_not_act(rig: Callable[..., Any]) -> None:
    for faults, active in (((), 0.8), (("F-T24",), 1.0)):
        device = rig(*faults)
        inverter = device.inverter
        inverter.apply(configuration=replace(inverter.settings.configuration, active_power_w=8_000.0))
        await device.wait(30.0)
        assert inverter.settings.configuration.active_power_w == 8_000.0
        assert device.active_pu == pytest.approx(active)


def test_fault_t26_the_reading_is_too_high(rig: Callable[..., Any]) -> None:
    assert rig(available_pu=0.5).inverter.measurements().active_w == pytest.approx(5000.0)
    assert rig("F-T26", available_pu=0.5).inverter.measurements().active_w == pytest.approx(5500.0)


def test_fault_p84_an_impossible_set_point_is_accepted(rig: Callable[..., Any]) -> None:
    wild = ConstantReactivePower(enabled=True, reactive_pu=0.9)
    with pytest.raises(SettingRefusedError, match="capability"):
        rig().inverter.apply(constant_reactive_power=wild)
    inverter = rig("F-P84").inverter
    inverter.apply(constant_reactive_power=wild)
    assert inverter.settings.constant_reactive_power.reactive_pu == 0.9


async def test_fault_i38_a_start_follows_a_stop_without_delay(rig: Callable[..., Any]) -> None:
    for faults, running in (((), False), (("F-I38",), True)):
        device = rig(*faults)
        device.inverter.command(Command.STOP)
        device.inverter.command(Command.START)
        await device.wait(5.0)
        assert device.inverter.state.in_service is running


async def test_fault_d12_a_start_overrules_protection(rig: Callable[..., Any]) -> None:
    for faults, running in (((), False), (("F-D12",), True)):
        device = rig(*faults)
        device.put(1.15)
        await device.wait(14.0)
        assert device.inverter.state is OperatingState.TRIPPED
        device.inverter.command(Command.START)
        await device.wait(0.01)
        assert device.inverter.state.in_service is running


async def test_faults_a11_and_a12_when_the_controller_goes(rig: Callable[..., Any]) -> None:
    half = LimitActivePower(enabled=True, limit_pu=0.5)
    loss = ControllerLoss(timeout_s=60.0, fallback_limit_pu=0.7, ramp_pu_per_s=0.01)
    for faults, at_once, later in (((), 0.51, 0.7), (("F-A11",), 0.5, 0.5), (("F-A12",), 1.0, 1.0)):
        device = rig(*faults, limit_active_power=half, controller_loss=loss)
        device.inverter.controller_beat(1)
        await device.wait(61.0)
        assert device.active_pu == pytest.approx(at_once, abs=0.011)
        await device.wait(100.0)
        assert device.active_pu == pytest.approx(later)


async def test_fault_a11_a_reversion_never_comes(rig: Callable[..., Any]) -> None:
    for faults, active in (((), 1.0), (("F-A11",), 0.5)):
        device = rig(*faults)
        device.inverter.apply(limit_active_power=LimitActivePower(enabled=True, limit_pu=0.5))
        device.inverter.reversions.arm("limit_active_power", 120.0, LimitActivePower())
        await device.wait(119.0)
        assert device.active_pu == pytest.approx(0.5)
        await device.wait(60.0)
        assert device.active_pu == pytest.approx(active)
