"""How a meter is connected, from what it says: rotation, missing and reversed elements, places by correlation."""

from __future__ import annotations

import math
import random

import pytest

from drivers.cim.connectivity import Rotation
from fixtures.office.headend.phases import (
    FieldConnection,
    correlation,
    missing,
    places,
    reversed_elements,
    rotation,
)

V = (230.0, 230.0, 230.0)
FORWARD = (0.0, 120.0, 240.0)


@pytest.mark.parametrize(
    ("voltages", "lags", "expected"),
    [
        (V, FORWARD, Rotation.FORWARD),
        (V, (0.0, 240.0, 120.0), Rotation.REVERSE),
        ((230.0, 0.0, 230.0), (0.0, 0.0, 240.0), Rotation.FORWARD),
        ((0.0, 230.0, 230.0), (0.0, 0.0, 240.0), Rotation.REVERSE),
        ((230.0, 0.0, 0.0), (0.0, 0.0, 0.0), Rotation.UNKNOWN),
        (V, (0.0, 180.0, 0.0), Rotation.UNKNOWN),
        ((230.0,), (0.0,), Rotation.UNKNOWN),
    ],
)
def test_rotation_shows_in_the_angles(voltages: tuple[float, ...], lags: tuple[float, ...], expected: Rotation) -> None:
    assert rotation(FieldConnection(voltages, lags, (0.0,) * len(lags))) is expected


def test_elements_without_voltage_are_missing() -> None:
    assert missing(FieldConnection((231.0, 3.0, 229.0), FORWARD, (0.0,) * 3)) == (2,)


def test_a_current_against_the_others_is_reversed() -> None:
    assert reversed_elements(FieldConnection(V, FORWARD, (10.0, 190.0, 20.0))) == (2,)
    assert reversed_elements(FieldConnection(V, FORWARD, (180.0, 170.0, 190.0))) == ()


def known(seed: int, count: int) -> dict[float, float]:
    generator = random.Random(seed)
    return {900.0 * number: 230.0 + generator.uniform(-5.0, 5.0) for number in range(count)}


def test_an_element_hangs_where_its_voltage_follows() -> None:
    feeders = {("F1", 1): known(1, 96), ("F1", 2): known(2, 96), ("F2", 1): known(3, 96)}
    noise = random.Random(9)
    averages = {
        end: (feeders["F2", 1][end] - 2.0 + noise.uniform(-0.5, 0.5), feeders["F1", 2][end], noise.uniform(220, 240))
        for end in feeders["F1", 1]
    }
    first, second, third = places(averages, feeders)
    assert (first.feeder, first.phase, first.points) == ("F2", 1, 96)
    assert (second.feeder, second.phase) == ("F1", 2)
    assert second.correlation == pytest.approx(1.0)
    assert (third.feeder, third.phase) == ("", 0)


def test_too_little_data_or_two_alike_tell_nothing() -> None:
    short = {("F1", 1): known(1, 10)}
    assert places({end: (value,) for end, value in known(1, 10).items()}, short)[0].feeder == ""
    alike = {("F1", 1): known(1, 96), ("F2", 1): known(1, 96)}
    assert places({end: (value,) for end, value in known(1, 96).items()}, alike)[0].feeder == ""
    assert places({}, alike) == ()


def test_what_does_not_move_correlates_with_nothing() -> None:
    assert correlation([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]) == 0.0
    assert correlation([1.0, 2.0], [3.0, 1.0]) == pytest.approx(-1.0)
    assert math.isclose(correlation([1.0, 2.0, 4.0], [2.0, 4.0, 8.0]), 1.0)
