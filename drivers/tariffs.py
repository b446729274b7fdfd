"""A tariff calendar as any meter has one: seasons, weeks, days and holidays that say which rate counts when.

Pure. How a protocol writes it down is the protocol's (`drivers.dlms.activity_calendar`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_DAY_S = 86_400.0


class TariffError(ValueError):
    """A calendar that does not say which rate counts."""


@dataclass(frozen=True, slots=True)
class Switching:
    """At ``at`` (local time) ``rate`` begins."""

    at: time
    rate: int


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A kind of day, by its number."""

    number: int
    switchings: tuple[Switching, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """From the midnight before ``month``, ``day`` of each year on, ``week`` holds: a day's number, Monday to Sunday."""

    name: str
    month: int
    day: int
    week: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date of one year that is a day of the number ``plan``, whatever weekday it is."""

    on: date
    plan: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """What holds when. Raises TariffError as it is asked, where it says nothing."""

    name: str
    seasons: tuple[Season, ...]
    days: tuple[DayPlan, ...]
    holidays: tuple[Holiday, ...] = ()

    def plan_of(self, day: date) -> DayPlan:
        """The plan of a date."""
        number = next((holiday.plan for holiday in self.holidays if holiday.on == day), None)
        if number is None:
            number = self._season(day).week[day.weekday()]
        for plan in self.days:
            if plan.number == number:
                return plan
        raise TariffError(f"calendar {self.name} has no day {number}")

    def _season(self, day: date) -> Season:
        """The one that began last; before the year's first begin, the last of the year before still runs."""
        if not self.seasons:
            raise TariffError(f"calendar {self.name} has no season")
        by_begin = sorted(self.seasons, key=lambda season: (season.month, season.day))
        begun = [season for season in by_begin if (season.month, season.day) <= (day.month, day.day)]
        return (begun or by_begin)[-1]

    def rate_at(self, local: datetime) -> int:
        """The rate at a local time: that of the last switching, which may be of the day before."""
        past = [one.rate for one in self.plan_of(local.date()).switchings if one.at <= local.time()]
        if not past:
            past = [one.rate for one in self.plan_of(local.date() - timedelta(days=1)).switchings]
        if not past:
            raise TariffError(f"calendar {self.name} has no rate at {local:%Y-%m-%d %H:%M}")
        return past[-1]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """``offset_s``: local time less UTC. Daylight saving from ``saving_from`` to ``saving_to`` (UTC, s), if at all."""

    offset_s: float
    saving_from: float = 0.0
    saving_to: float = 0.0
    saving_s: float = 3600.0

    def offset_at(self, when: float) -> float:
        """Local time less UTC at ``when`` (UTC, s)."""
        return self.offset_s + (self.saving_s if self.saving_from <= when < self.saving_to else 0.0)

    def local(self, when: float) -> datetime:
        """What a clock on the wall shows."""
        return datetime.fromtimestamp(when + self.offset_at(when), UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class RateChange:
    """At ``at`` (UTC, s) ``rate`` begins."""

    at: float
    rate: int


def rate_changes(calendar: Calendar, zone: LocalTime, start: float, end: float) -> list[RateChange]:
    """The changes of the rate in (start, end], in order. Raises TariffError."""
    found = []
    rate = calendar.rate_at(zone.local(start))
    for when in sorted(_occasions(calendar, zone, start, end)):
        now = calendar.rate_at(zone.local(when))
        if now != rate:
            found.append(RateChange(when, now))
        rate = now
    return found


def _occasions(calendar: Calendar, zone: LocalTime, start: float, end: float) -> set[float]:
    """When the rate may change: at every time of a switching in either offset, and when the offset changes."""
    times = {one.at for plan in calendar.days for one in plan.switchings} | {time()}
    offsets: Sequence[float] = (zone.offset_s, zone.offset_s + zone.saving_s)
    found = {zone.saving_from, zone.saving_to}
    day = zone.local(start).date() - timedelta(days=1)
    while datetime.combine(day, time(), UTC).timestamp() - max(offsets) <= end + _DAY_S:
        found |= {datetime.combine(day, at, UTC).timestamp() - offset for at in times for offset in offsets}
        day += timedelta(days=1)
    return {when for when in found if start < when <= end}
