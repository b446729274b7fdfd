"""How terminals are connected, as meter and reference tell it."""

from __future__ import annotations

import pytest

from bench.access.connection import Terminals, apart, of_meter, of_powers, registers_of
from drivers.metering import Reading

FORWARD = (0.0, 120.0, 240.0)


def terminals(
    voltages: tuple[float, ...] = (230.0, 231.0, 229.0),
    lags: tuple[float, ...] = FORWARD,
    currents: tuple[float | None, ...] = (10.0, 12.0, 8.0),
) -> Terminals:
    return Terminals(voltages, lags, currents)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (terminals(), "rotation forward"),
        (terminals(lags=(0.0, 240.0, 120.0)), "rotation reverse"),
        (terminals(lags=(0.0, 239.0, 121.0)), "rotation reverse"),
        (terminals(lags=(0.0, 180.0, 0.0)), "rotation unknown"),
        (terminals(voltages=(230.0, 2.0, 230.0)), "rotation forward, no voltage on 2"),
        (terminals(voltages=(2.0, 230.0, 230.0), lags=(0.0, 0.0, 120.0)), "rotation forward, no voltage on 1"),
        (terminals(currents=(10.0, 12.0, 190.0)), "rotation forward, element 3 reversed"),
        (terminals(currents=(170.0, 180.0, 190.0)), "rotation forward"),
        (terminals(currents=(None, 12.0, 200.0)), "rotation forward, element 3 reversed"),
        (Terminals((230.0,), (0.0,), (10.0,)), "rotation unknown"),
        (terminals(voltages=(0.0, 0.0, 0.0)), "rotation unknown, no voltage on 1, no voltage on 2, no voltage on 3"),
    ],
)
def test_the_connection_is_told_in_words(seen: Terminals, text: str) -> None:
    assert str(seen) == text


@pytest.mark.parametrize(("first", "second", "angle"), [(1.0, 359.0, 2.0), (180.0, -180.0, 0.0), (0.0, 180.0, 180.0)])
def test_angles_are_compared_on_the_circle(first: float, second: float, angle: float) -> None:
    assert apart(first, second) == pytest.approx(angle)


def test_a_meter_without_a_current_tells_no_angle_of_it() -> None:
    values = {"voltage_l1": 230.0, "current_l1": 0.0, "current_lag_l1": 0.0}
    assert set(values) == set(registers_of(1))
    readings = {name: Reading(name, value, "", value) for name, value in values.items()}
    assert of_meter(readings, 1).current_lags_deg == (None,)


def test_powers_tell_the_angle_of_the_current() -> None:
    names = ("voltage_l1", "power_import", "power_export", "reactive_power_import", "reactive_power_export")

    def lag(*values: float) -> float | None:
        readings = {name: Reading(name, value, "", value) for name, value in zip(names, (230.0, *values), strict=True)}
        return of_powers(readings).current_lags_deg[0]

    assert lag(100.0, 0.0, 100.0, 0.0) == pytest.approx(45.0)
    assert lag(0.0, 100.0, 0.0, 0.0) == pytest.approx(180.0)
    assert lag(100.0, 0.0, 0.0, 100.0) == pytest.approx(315.0)
    assert lag(0.0, 0.0, 0.0, 0.0) is None
