"""What an inverter accepts: the ranges of allowable settings, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fixtures.inverter.nameplate import AbnormalCategory, Nameplate, NormalCategory, scaled
from fixtures.inverter.problems import SettingRefusedError
from fixtures.inverter.settings import (
    ConstantPowerFactor,
    ConstantReactivePower,
    EnterService,
    FrequencyDroop,
    FrequencyTrip,
    LimitActivePower,
    ReactiveReference,
    SetActivePower,
    TripPoint,
    VoltVar,
    VoltWatt,
    WattVar,
    default_settings,
)
from fixtures.inverter.trip_settings import default_voltage_trip


@pytest.mark.parametrize("abnormal", AbnormalCategory)
@pytest.mark.parametrize("normal", NormalCategory)
@pytest.mark.parametrize("nominal_hz", [50.0, 60.0])
@pytest.mark.parametrize("storage", [False, True])
def test_the_defaults_of_every_category_are_accepted(
    abnormal: AbnormalCategory, normal: NormalCategory, nominal_hz: float, storage: bool
) -> None:
    nameplate = Nameplate(
        abnormal_category=abnormal,
        normal_category=normal,
        nominal_hz=nominal_hz,
        ratings=scaled(5000.0, storage=storage),
    )
    assert default_settings(nameplate).problems(nameplate) == ()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a limit above 1": ({"limit_active_power": LimitActivePower(limit_pu=1.01)}, "limit_pu"),
    "a negative limit": ({"limit_active_power": LimitActivePower(limit_pu=-0.01)}, "limit_pu"),
    "a limit that is no number": ({"limit_active_power": LimitActivePower(limit_pu=float("nan"))}, "limit_pu"),
    "charging without a battery": ({"set_active_power": SetActivePower(power_pu=-0.1)}, "power_pu"),
    "a low power factor": ({"constant_power_factor": ConstantPowerFactor(power_factor=0.85)}, "power_factor"),
    "too many var": ({"constant_reactive_power": ConstantReactivePower(reactive_pu=0.45)}, "reactive_pu"),
    "too many var of the rating": (
        {"constant_reactive_power": ConstantReactivePower(reactive_pu=-1.1, reference=ReactiveReference.REACTIVE)},
        "reactive_pu",
    ),
    "a curve of one point": ({"volt_var": VoltVar(points=((1.0, 0.0),))}, "points"),
    "a curve that goes back": (
        {"volt_var": VoltVar(points=((0.92, 0.4), (0.9, 0.3), (1.0, 0.0)))},
        "points",
    ),
    "a rising volt-var curve": ({"volt_var": VoltVar(points=((0.9, -0.4), (1.1, 0.4)))}, "points"),
    "a wide dead band": (
        {"volt_var": VoltVar(points=((0.92, 0.44), (0.95, 0.0), (1.02, 0.0), (1.08, -0.44)))},
        "V2",
    ),
    "a far reference": ({"volt_var": VoltVar(reference_v_pu=1.06)}, "reference_v_pu"),
    "a hasty volt-var": ({"volt_var": VoltVar(response_time_s=0.9)}, "response_time_s"),
    "watt-var out of its range": ({"watt_var": WattVar(points=((0.2, 0.0), (0.9, 0.0), (1.0, -0.4)))}, "P2"),
    "volt-watt from 1.04": ({"volt_watt": VoltWatt(points=((1.04, 1.0), (1.10, 0.2)))}, "V1"),
    "a rising volt-watt curve": ({"volt_watt": VoltWatt(points=((1.06, 0.2), (1.10, 1.0)))}, "points"),
    "a steep droop": ({"frequency_droop": FrequencyDroop(k_over=0.01)}, "k_over"),
    "no dead band": ({"frequency_droop": FrequencyDroop(dead_band_under_hz=0.01)}, "dead_band_under_hz"),
    "a long delay": ({"enter_service": EnterService(delay_s=601.0)}, "delay_s"),
    "a low frequency to enter": ({"enter_service": EnterService(frequency_low_hz=58.9)}, "frequency_low_hz"),
    "a trip inside the ride-through": (
        {"frequency_trip": FrequencyTrip(high=(TripPoint(60.9, 300.0), TripPoint(62.0, 0.16)))},
        "OF1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_out_of_range_is_refused_with_its_name(name: str, rig: Callable[..., Any]) -> None:
    functions, field = REFUSED[name]
    inverter = rig().inverter
    before = inverter.settings
    with pytest.raises(SettingRefusedError, match=field):
        inverter.apply(**functions)
    assert inverter.settings == before


def test_of_several_functions_none_is_applied_when_one_is_refused(rig: Callable[..., Any]) -> None:
    inverter = rig().inverter
    with pytest.raises(SettingRefusedError):
        inverter.apply(limit_active_power=LimitActivePower(True, 0.5), volt_var=VoltVar(response_time_s=1000.0))
    assert not inverter.settings.limit_active_power.enabled


def test_a_trip_setting_of_another_category_is_refused(rig: Callable[..., Any]) -> None:
    with pytest.raises(SettingRefusedError, match="UV1"):
        rig(abnormal=AbnormalCategory.III).inverter.apply(voltage_trip=default_voltage_trip(AbnormalCategory.II))


def test_enabling_a_reactive_function_disables_the_others(rig: Callable[..., Any]) -> None:
    inverter = rig().inverter
    inverter.apply(volt_var=VoltVar(enabled=True))
    assert not inverter.settings.constant_power_factor.enabled
    inverter.apply(watt_var=WattVar(enabled=True))
    assert not inverter.settings.volt_var.enabled


def test_a_configuration_is_not_above_the_nameplate(rig: Callable[..., Any]) -> None:
    inverter = rig().inverter
    for field, value in (("active_power_w", 10_001.0), ("apparent_power_va", 0.0), ("nominal_v", 400.0)):
        with pytest.raises(SettingRefusedError, match=field):
            inverter.apply(configuration=replace(inverter.settings.configuration, **{field: value}))


def test_a_nameplate_with_less_reactive_power_than_its_category_is_none() -> None:
    with pytest.raises(ValueError, match="table 7"):
        Nameplate(ratings=replace(scaled(5000.0), reactive_absorption_var=2000.0))
    Nameplate(normal_category=NormalCategory.A, ratings=replace(scaled(5000.0), reactive_absorption_var=1250.0))
