"""Expectations at operating points and their bands, against values computed by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.der.bands import Band, along, around, duration_accuracy_s
from bench.der.expected import (
    NotToldError,
    droop,
    interpolated,
    open_loop,
    power_factor,
    volt_var,
    volt_watt,
    watt_var,
)
from drivers.der import Excitation, FrequencyDroop, Ratings, ReactiveBase, VoltVar, VoltWatt, WattVar

RATINGS = Ratings(active_power_w=10_000, apparent_power_va=10_000, reactive_injection_var=4_400)
CURVE = VoltVar(True, ((92, 44), (98, 0), (102, 0), (108, -44)), base=ReactiveBase.APPARENT_POWER)
DROOP = FrequencyDroop(True, 0.036, 0.036, 0.05, 0.05)


@pytest.mark.parametrize(
    ("voltage", "var"), [(0.80, 4400), (0.92, 4400), (0.95, 2200), (1.0, 0), (1.05, -2200), (1.2, -4400)]
)
def test_volt_var_of_category_b(voltage: float, var: float) -> None:
    assert volt_var(CURVE, RATINGS)(voltage) == pytest.approx(var)


def test_a_reference_moves_the_volt_var_curve() -> None:
    assert volt_var(CURVE, RATINGS, 1.03)(1.08) == pytest.approx(-2200)


def test_volt_var_of_another_base() -> None:
    setting = VoltVar(True, CURVE.points, base=ReactiveBase.REACTIVE_POWER)
    assert volt_var(setting, RATINGS)(0.9) == pytest.approx(0.44 * 4400)


@pytest.mark.parametrize(("voltage", "watts"), [(1.0, 10_000), (1.06, 10_000), (1.08, 6_000), (1.1, 2_000)])
def test_volt_watt(voltage: float, watts: float) -> None:
    assert volt_watt(VoltWatt(True, ((106, 100), (110, 20))), RATINGS)(voltage) == pytest.approx(watts)


def test_watt_var() -> None:
    setting = WattVar(True, ((20, 0), (50, 0), (100, -44)), base=ReactiveBase.APPARENT_POWER)
    assert watt_var(setting, RATINGS)(7_500) == pytest.approx(-2_200)


def test_a_power_factor_has_a_sign_by_its_excitation() -> None:
    assert power_factor(0.9, Excitation.OVER)(9_000) == pytest.approx(9_000 * math.tan(math.acos(0.9)))
    assert power_factor(0.9, Excitation.UNDER)(9_000) == -power_factor(0.9, Excitation.OVER)(9_000)


@pytest.mark.parametrize(
    ("frequency", "watts"), [(60.0, 8_000), (60.036, 8_000), (60.636, 6_000), (65.0, 0), (59.664, 9_000), (58.0, 9_500)]
)
def test_droop_on_both_sides_with_what_is_available(frequency: float, watts: float) -> None:
    power = droop(DROOP, RATINGS, 60.0, before_w=8_000, available_w=9_500)
    assert power(frequency) == pytest.approx(watts, abs=1)


def test_after_one_open_loop_response_time_ninety_per_cent_are_there() -> None:
    assert open_loop(0, 1000, 5.0, 5.0) == pytest.approx(900)
    assert open_loop(1000, 0, 5.0, 5.0) == pytest.approx(100)


@pytest.mark.parametrize(
    "untold",
    [
        lambda: volt_var(VoltVar(True), RATINGS),
        lambda: volt_var(VoltVar(True, CURVE.points), RATINGS),
        lambda: volt_watt(VoltWatt(True, ((106, 100), (110, 20))), Ratings()),
        lambda: droop(FrequencyDroop(True), RATINGS, 60.0, 1, 2),
    ],
)
def test_what_the_der_does_not_tell_is_named(untold: object) -> None:
    with pytest.raises(NotToldError, match="does not tell"):
        untold()  # type: ignore[operator]


def test_a_band_follows_the_slope_of_its_curve() -> None:
    var = volt_var(CURVE, RATINGS)
    flat = along(var, 1.0, 0.01, 500, kinks=(0.92, 0.98, 1.02, 1.08))
    assert flat == Band(0, -750, 750)
    steep = along(var, 0.95, 0.01, 500, kinks=(0.92, 0.98, 1.02, 1.08))
    assert (steep.low, steep.high) == pytest.approx((2200 - 1100 - 750, 2200 + 1100 + 750))


def test_a_kink_within_reach_bounds_the_band() -> None:
    peak = along(lambda x: -abs(x), 0.5, 1.0, 0.0, kinks=(0.0,))
    assert (peak.low, peak.high) == pytest.approx((-2.0, 0.0))


@given(st.lists(st.floats(0.5, 1.5), min_size=2, max_size=6, unique=True), st.floats(0.4, 1.6))
def test_an_interpolated_value_lies_between_its_neighbours(places: list[float], at: float) -> None:
    points = [(place, math.sin(9 * place)) for place in sorted(places)]
    value = interpolated(points, at)
    assert min(y for _, y in points) - 1e-9 <= value <= max(y for _, y in points) + 1e-9


def test_times_are_known_to_two_cycles_and_from_five_seconds_on_to_one_per_cent() -> None:
    assert duration_accuracy_s(0.16, 60) == pytest.approx(2 / 60)
    assert duration_accuracy_s(13, 60) == pytest.approx(0.13)


def test_a_band_around_a_value() -> None:
    assert around(100, 10) == Band(100, 85, 115)
    assert around(100, 10, factor=1.0).scaled(2) == Band(200, 180, 220)
