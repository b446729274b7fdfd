"""Tariff calendars under which a day soon is one that the text of 5.3.1 names, and the time in which to watch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from drivers.tariffs import Calendar, DayPlan, Holiday, LocalTime, RateChange, Season, Switching, rate_changes

PEAK, LOW = 1, 2
_BEFORE, _AFTER = timedelta(hours=-1), timedelta(hours=1)
_WORKING_DAYS = 5
_SAVING_BEGINS, _SAVING_ENDS = time(2), time(3)


def _plan(number: int, *switchings: tuple[int, int]) -> DayPlan:
    return DayPlan(number, tuple(Switching(time(hour), rate) for hour, rate in switchings))


WORKING = _plan(1, (0, LOW), (6, PEAK), (12, LOW), (18, PEAK), (22, LOW))
FREE = _plan(2, (0, LOW), (9, PEAK), (11, LOW))
OTHER_SEASON = _plan(3, (0, PEAK), (8, LOW), (20, PEAK))
AT_NIGHT = _plan(4, (0, LOW), (3, PEAK), (5, LOW))
_DAYS = (WORKING, FREE, OTHER_SEASON, AT_NIGHT)
_YEAR = Season("YEAR", 1, 1, (1, 1, 1, 1, 1, 2, 2))


@dataclass(frozen=True)
class Scene:
    """A calendar, the local time by which it goes, and from when until when (UTC, s) its rates are watched.

    ``saving``: begin and end of daylight saving in local time as just before, where the scene changes them.
    """

    calendar: Calendar
    zone: LocalTime
    start: float
    end: float
    saving: tuple[datetime, datetime] | None = None

    @property
    def first_rate(self) -> int:
        """The rate at the start."""
        return self.calendar.rate_at(self.zone.local(self.start))

    @property
    def changes(self) -> list[RateChange]:
        """The changes after it."""
        return rate_changes(self.calendar, self.zone, self.start, self.end)


def working_day(now: float, offset_s: float) -> Scene:
    """The next day that is a working day."""
    return _scene(Calendar("WORK", (_YEAR,), _DAYS), LocalTime(offset_s), _next_working_day(now, offset_s), 1)


def weekend(now: float, offset_s: float) -> Scene:
    """The next Saturday and Sunday that are still to come, with a working day after them."""
    day = _tomorrow(now, offset_s)
    while day.weekday() != _WORKING_DAYS:
        day += timedelta(days=1)
    return _scene(Calendar("WEEK", (_YEAR,), _DAYS), LocalTime(offset_s), day, 3)


def holiday(now: float, offset_s: float) -> Scene:
    """A day that would be a working day is a holiday."""
    day = _next_working_day(now, offset_s)
    return _scene(Calendar("HOL", (_YEAR,), _DAYS, (Holiday(day, FREE.number),)), LocalTime(offset_s), day, 2)


def season_change(now: float, offset_s: float) -> Scene:
    """Another season begins on a working day."""
    day = _next_working_day(now, offset_s)
    later = Season("LATER", day.month, day.day, (3, 3, 3, 3, 3, 2, 2))
    earlier = _YEAR if (day.month, day.day) != (1, 1) else Season("EARLIER", 12, 1, _YEAR.week)
    return _scene(Calendar("SEAS", (earlier, later), _DAYS), LocalTime(offset_s), day, 1)


def daylight_saving(now: float, offset_s: float) -> Scene:
    """Daylight saving begins in one night and ends in the next; a rate changes at the hour that is left out and, in the
    night of its end, after the hour that is repeated.
    """
    day = _tomorrow(now, offset_s)
    begin, end = (
        datetime.combine(day + timedelta(days=ahead), at) for ahead, at in ((0, _SAVING_BEGINS), (1, _SAVING_ENDS))
    )
    zone = LocalTime(offset_s)
    moments = [when.replace(tzinfo=UTC).timestamp() - offset_s for when in (begin, end)]
    zone = LocalTime(offset_s, moments[0], moments[1] - zone.saving_s)
    season = Season("YEAR", 1, 1, (AT_NIGHT.number,) * 7)
    return _scene(Calendar("DST", (season,), _DAYS), zone, day, 2, (begin, end))


def _scene(
    calendar: Calendar, zone: LocalTime, day: date, days: int, saving: tuple[datetime, datetime] | None = None
) -> Scene:
    """From an hour before ``day`` until an hour after the last of ``days``."""
    edges = (
        datetime.combine(day, time(), UTC) + _BEFORE,
        datetime.combine(day + timedelta(days=days), time(), UTC) + _AFTER,
    )
    start, end = (edge.timestamp() - zone.offset_s for edge in edges)
    return Scene(calendar, zone, start, end, saving)


def _tomorrow(now: float, offset_s: float) -> date:
    """The next local day that begins in more than two hours."""
    return datetime.fromtimestamp(now + offset_s + 2 * 3600.0, UTC).date() + timedelta(days=1)


def _next_working_day(now: float, offset_s: float) -> date:
    day = _tomorrow(now, offset_s)
    while day.weekday() >= _WORKING_DAYS:
        day += timedelta(days=1)
    return day
