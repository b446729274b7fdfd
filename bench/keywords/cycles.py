"""When billing periods should end, and what can be wrong with those that did. Pure functions on local dates."""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

DAY_S = 86_400.0


def end_in(month: date, day: int) -> date:
    """The day of that month on which a period ends: ``day``, or the last one of a month that lacks it."""
    length = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=min(day, length))


def ends_on(day: int, after: date) -> Iterator[date]:
    """The ends of periods on ``day`` of each month that come after ``after``, without an end."""
    month = after.replace(day=1)
    while True:
        end = end_in(month, day)
        if end > after:
            yield end
        month = (month + timedelta(days=32)).replace(day=1)


def expected_ends(old_day: int, new_day: int, after: date, count: int) -> list[date]:
    """The next ``count`` ends when the day was changed on ``after``: the running period still ends by the old day."""
    boundary = next(ends_on(old_day, after))
    following = ends_on(new_day, boundary)
    return [boundary, *(next(following) for _ in range(count - 1))]


def unmatched(these: Iterable[float], those: Sequence[float], tolerance_s: float) -> list[float]:
    """Moments (s) of ``these`` near which none of ``those`` lies."""
    return [moment for moment in these if all(abs(moment - other) > tolerance_s for other in those)]


def whole_days(ends: Sequence[float]) -> list[int]:
    """How many days each period between two successive ends has, daylight saving aside."""
    return [round((later - earlier) / DAY_S) for earlier, later in itertools.pairwise(ends)]
