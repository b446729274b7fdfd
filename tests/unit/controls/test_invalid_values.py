"""The hour that daylight saving leaves out, by the rules that a meter's clock holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.controls.dlms._invalid import gap_after
from drivers.dlms.datetimes import UNSPECIFIED_YEAR, DateTime

JANUARY = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
APRIL = datetime(2026, 4, 5, tzinfo=UTC).timestamp()
LAST_SUNDAY_OF_MARCH = DateTime(UNSPECIFIED_YEAR, 3, 0xFE, 7, 2, 0, 0, 0)


def test_the_gap_of_central_europe_lies_in_the_last_sunday_of_march() -> None:
    assert gap_after(JANUARY, LAST_SUNDAY_OF_MARCH, 60) == datetime(2026, 3, 29, 2, 30)


def test_after_this_years_gap_comes_next_years() -> None:
    assert gap_after(APRIL, LAST_SUNDAY_OF_MARCH, 60) == datetime(2027, 3, 28, 2, 30)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (DateTime(UNSPECIFIED_YEAR, 3, 8, 7, 2, 0, 0, 0), datetime(2026, 3, 8, 2, 30)),  # second Sunday: US rule
        (DateTime(2026, 5, 17, 0xFF, 1, 15, 0, 0), datetime(2026, 5, 17, 1, 45)),
        (DateTime(UNSPECIFIED_YEAR, 2, 0xFD, 0xFF, 3, 0, 0, 0), datetime(2026, 2, 27, 3, 30)),
    ],
)
def test_other_rules(rule: DateTime, expected: datetime) -> None:
    assert gap_after(JANUARY, rule, 60) == expected


@pytest.mark.parametrize(
    "rule", [DateTime(), DateTime(UNSPECIFIED_YEAR, 2, 30, 0xFF, 2), DateTime(2025, 3, 30, 0xFF, 2)]
)
def test_a_rule_that_names_no_coming_day_has_no_gap(rule: DateTime) -> None:
    assert gap_after(JANUARY, rule, 60) is None


def test_clocks_that_are_not_put_forward_have_no_gap() -> None:
    assert gap_after(JANUARY, LAST_SUNDAY_OF_MARCH, 0) is None
