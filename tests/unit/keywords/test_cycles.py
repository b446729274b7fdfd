"""When billing periods should end, and the customers that the bench makes up."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from bench.keywords.cycles import expected_ends, unmatched, whole_days
from bench.keywords.population import EACH, INJECTED, NORMAL, Pattern, population


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 3, [date(2026, 2, 1), date(2026, 2, 3), date(2026, 3, 3)]),
        (1, 31, [date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 31)]),
        (15, 10, [date(2026, 1, 15), date(2026, 2, 10), date(2026, 3, 10)]),
    ],
)
def test_the_running_period_ends_by_the_old_day(old: int, new: int, expected: list[date]) -> None:
    assert expected_ends(old, new, date(2026, 1, 5), 3) == expected


def test_a_day_that_has_begun_ends_its_period_a_month_later() -> None:
    assert expected_ends(5, 5, date(2026, 1, 5), 1) == [date(2026, 2, 5)]


def test_moments_match_within_the_tolerance() -> None:
    assert unmatched([0.0, 100.0], [9.0], 10.0) == [100.0]
    assert whole_days([0.0, 86_400.0, 3 * 86_400.0 + 3_600.0]) == [1, 2]


def test_the_population_is_the_same_each_time_and_as_large_as_it_says() -> None:
    one, other = population(random.Random("x")), population(random.Random("x"))
    assert one == other
    counts = Counter(customer.pattern for customer in one)
    assert counts == {Pattern.NORMAL: NORMAL, **dict.fromkeys(INJECTED, EACH)}
    assert len({customer.meter for customer in one}) == len(one)


def test_a_reading_ends_when_it_is_told() -> None:
    customer = population(random.Random(1))[0]
    reading = customer.reading(86_400.0 * 40)
    assert reading.interval_blocks[0].readings[-1].time_stamp.startswith("1970-02-10T00:00:00")
    assert [one.value for one in reading.interval_blocks[0].readings] == list(customer.imported)
