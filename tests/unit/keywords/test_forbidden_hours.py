"""When the next forbidden hours begin, so that an order just before them is allowed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bench.keywords.protection import next_forbidden

MONDAY = datetime(2026, 1, 5, 10, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("declared", "begin", "end"),
    [
        ({"weekdays": [6, 7]}, "2026-01-10T00:00", "2026-01-11T00:00"),
        ({"weekdays": [6, 7], "from": "08:00", "to": "20:00"}, "2026-01-10T08:00", "2026-01-10T20:00"),
        ({"weekdays": [1, 2, 3]}, "2026-01-12T00:00", "2026-01-13T00:00"),
    ],
)
def test_hours_begin_on_a_later_day_before_which_orders_are_allowed(
    declared: dict[str, Any], begin: str, end: str
) -> None:
    expected = tuple(datetime.fromisoformat(f"{at}+00:00").timestamp() for at in (begin, end))
    assert next_forbidden(declared, MONDAY) == expected


@pytest.mark.parametrize("declared", [{}, {"weekdays": [1, 2, 3, 4, 5, 6, 7]}])
def test_without_an_allowed_minute_before_them_there_is_nothing_to_test(declared: dict[str, Any]) -> None:
    assert next_forbidden(declared, MONDAY) is None
