"""Table 54, the calendar: dates with what happens on them, tier switches, and the day schedule of each kind of day.

Bit fields, their order and the actions are those in which two published meter firmwares agree; that unused entries
end the list, and that a fixed date of the year has offset and weekday 0, is unverified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1219.clock import ActualTime
from drivers.c1219.codecs import U8, U16, Reader, Several
from drivers.c1219.formats import Formats

NOTHING, DST_ON, DST_OFF, FIRST_SEASON, FIRST_SPECIAL, END_OF_LIST = 0, 1, 2, 3, 19, 31
"""What happens on a date: from `FIRST_SEASON` on a season begins, from `FIRST_SPECIAL` on a special schedule holds."""
SEASONS, SPECIALS = 16, 12
NO_SCHEDULE = 0xFF
"""The day schedule of a tier switch that is not used (unverified)."""
_ACTION, _CENTURY, _FIRST_CENTURY = 0x1F, 100, 90
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class YearlyDate:
    """A date of every year (RDATE with a month and no offset)."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class DatedAction:
    """At the midnight before a date something happens. ``on`` None: unused; an int: an RDATE of another kind."""

    on: date | YearlyDate | int | None
    action: int

    @property
    def season(self) -> int | None:
        """The season that begins, from 0."""
        number = (self.action & _ACTION) - FIRST_SEASON
        return number if 0 <= number < SEASONS else None

    @property
    def special(self) -> int | None:
        """The special schedule that holds on that day, from 0."""
        number = (self.action & _ACTION) - FIRST_SPECIAL
        return number if 0 <= number < SPECIALS else None


UNUSED = DatedAction(None, END_OF_LIST)


@dataclass(frozen=True, slots=True)
class TierSwitch:
    """From when of a day on (minutes after midnight) which tier counts, in the day schedule of that number."""

    tier: int
    minute: int
    schedule: int

    def packed(self) -> int:
        """Raises EncodeError."""
        if not (0 <= self.tier < 8 and 0 <= self.minute < 24 * 60):
            raise EncodeError(f"no tier {self.tier} from minute {self.minute} on")
        return self.tier | (self.minute % 60) << 5 | (self.minute // 60) << 11

    @classmethod
    def unpacked(cls, word: int, schedule: int) -> TierSwitch:
        """Raises DecodeError, except for one that is not used."""
        hour, minute = word >> 11 & 31, word >> 5 & 63
        if schedule != NO_SCHEDULE and (hour > 23 or minute > 59):
            raise DecodeError(f"no time {hour}:{minute:02}", 0)
        return cls(word & 7, hour * 60 + minute, schedule)


UNUSED_SWITCH = TierSwitch(0, 0, NO_SCHEDULE)


@dataclass(frozen=True, slots=True)
class CalendarTable:
    """Table 54. ``schedules``: for each season the day schedules of Saturday, Sunday, the weekday (or Monday to Friday,
    where table 51 has them apart), and of each special schedule."""

    single: tuple[DatedAction, ...]
    recurring: tuple[DatedAction, ...]
    switches: tuple[TierSwitch, ...]
    schedules: tuple[tuple[int, ...], ...]


class CalendarLayout:
    """The layout of table 54 in a meter whose table 51 is ``actual``."""

    def __init__(self, actual: ActualTime) -> None:
        self._actual = actual

    def encode(self, table: CalendarTable, formats: Formats) -> bytes:
        """The table. Raises EncodeError for other numbers of entries than the meter has."""
        actual = self._actual
        counts = (len(table.single), len(table.recurring), len(table.switches), len(table.schedules))
        if counts != (actual.single_dates, actual.recurring_dates, actual.switches, actual.seasons):
            raise EncodeError(f"the meter's calendar has other numbers of entries than {counts}")
        parts = [bytes(2)] if actual.anchored else []
        parts += [formats.pack_uint(_single(one.on), 2) + bytes((one.action,)) for one in table.single]
        parts += [formats.pack_uint(_recurring(one.on), 2) + bytes((one.action,)) for one in table.recurring]
        parts += [formats.pack_uint(one.packed(), 2) + bytes((one.schedule,)) for one in table.switches]
        days = Several(U8, actual.day_schedules)
        return b"".join(parts) + b"".join(days.write(season, formats) for season in table.schedules)

    def decode(self, data: bytes, formats: Formats) -> CalendarTable:
        """The table from its bytes. Raises DecodeError."""
        actual, reader = self._actual, Reader(data, formats)
        if actual.anchored:
            reader.take(2)
        single = tuple(_dated(_date_of(U16.read(reader)), reader) for _ in range(actual.single_dates))
        recurring = tuple(_dated(_yearly_of(U16.read(reader)), reader) for _ in range(actual.recurring_dates))
        switches = tuple(TierSwitch.unpacked(U16.read(reader), U8.read(reader)) for _ in range(actual.switches))
        schedules = tuple(Several(U8, actual.day_schedules).read(reader) for _ in range(actual.seasons))
        return CalendarTable(single, recurring, switches, schedules)

    def size(self, formats: Formats) -> int:
        """Bytes of the table."""
        actual = self._actual
        entries = actual.single_dates + actual.recurring_dates + actual.switches
        return 2 * actual.anchored + 3 * entries + actual.seasons * actual.day_schedules


def filled(entries: Iterable[DatedAction], count: int) -> tuple[DatedAction, ...]:
    """So many entries, those that are over unused. Raises EncodeError where they do not fit."""
    found = tuple(entries)
    if len(found) > count:
        raise EncodeError(f"the meter has room for {count} dates, not for {len(found)}")
    return found + (UNUSED,) * (count - len(found))


def _dated(on: date | YearlyDate | int | None, reader: Reader) -> DatedAction:
    return DatedAction(on, U8.read(reader))


def _single(on: date | YearlyDate | int | None) -> int:
    if on is None:
        return 0
    if not isinstance(on, date) or not 1990 <= on.year < 2090:
        raise EncodeError(f"{on} is no date of one year with two digits")
    return on.year % _CENTURY | on.month << 7 | on.day << 11


def _date_of(word: int) -> date | None:
    if not word:
        return None
    year = word & 0x7F
    try:
        return date(year + (1900 if year >= _FIRST_CENTURY else 2000), word >> 7 & 15, word >> 11)
    except ValueError:
        raise DecodeError(f"no date: {word:04x}", 0) from None


def _recurring(on: date | YearlyDate | int | None) -> int:
    if isinstance(on, YearlyDate):
        return on.month | on.day << 11
    if on is None or isinstance(on, int):
        return on or 0
    raise EncodeError(f"{on} does not recur")


def _yearly_of(word: int) -> YearlyDate | int | None:
    """A date of the year; whatever else an RDATE may be stays a number."""
    if not word:
        return None
    month, rest, day = word & 15, word >> 4 & 0x7F, word >> 11
    return YearlyDate(month, day) if 1 <= month <= _MONTHS and not rest and day else word
