"""Trip points and ride-through times."""

from __future__ import annotations

import pytest

from bench.der.disturbances import HIGH_VOLTAGE, LOW_VOLTAGE, TripPoint, latest_s, points_of
from drivers.der import HighVoltageTrip, LowFrequencyTrip, LowVoltageTrip, Trip


@pytest.mark.parametrize(
    ("trip", "points"),
    [
        (LowVoltageTrip(True, ((88, 21), (50, 2))), [TripPoint(50, 2), TripPoint(88, 21)]),
        (HighVoltageTrip(True, ((110, 13), (120, 0.16))), [TripPoint(120, 0.16), TripPoint(110, 13)]),
        (LowVoltageTrip(True, ((0, 2), (50, 2), (50, 21), (88, 21))), [TripPoint(50, 2), TripPoint(88, 21)]),
        (LowFrequencyTrip(True, ((56.5, 0.16), (58.5, 300))), [TripPoint(56.5, 0.16), TripPoint(58.5, 300)]),
        (HighVoltageTrip(True, None), []),
    ],
)
def test_the_threshold_nearest_to_nominal_of_each_clearing_time_counts(trip: Trip, points: list[TripPoint]) -> None:
    assert list(points_of(trip)) == points


def test_a_trip_may_take_its_clearing_time_and_the_accuracy_of_times() -> None:
    assert latest_s(0.16, 60) == pytest.approx(0.16 + 1.5 * 2 / 60)
    assert latest_s(21, 60) == pytest.approx(21 + 1.5 * 0.21)


@pytest.mark.parametrize("table", [LOW_VOLTAGE, HIGH_VOLTAGE])
def test_every_category_has_something_to_stand(table: dict[str, tuple[object, ...]]) -> None:
    assert set(table) == {"I", "II", "III"}
    assert all(table.values())
