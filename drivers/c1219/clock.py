"""Decade 5: clock and time of use (NIST for table 52; MSDK for 50, 51, 55; 53 unverified). Table 54: `calendar`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.c1219.codecs import LTIME, U8, U16, Int, Layout

DIM_TIME, ACT_TIME, CLOCK, OFFSETS, CALENDAR, CLOCK_STATE = range(50, 56)
UNDEFINED_DAY = 7
ANCHOR_DATE = 1 << 5
"""Of TIME_FUNC_FLAG1."""
SAVES_DAYLIGHT_ITSELF, SEPARATE_WEEKDAYS, HAS_ZONE_OFFSET = 1 << 0, 1 << 1, 1 << 4
"""Of TIME_FUNC_FLAG2 (CAP_DST_AUTO, SEPARATE_WEEKDAYS, CAP_TM_ZN_OFFSET: in two published meter firmwares)."""


class TimeQualifier(IntFlag):
    """TIME_DATE_QUAL above its three bits of day of week (0 Sunday, 7 unknown)."""

    DST = 1 << 3
    GMT = 1 << 4
    ZONE_APPLIED = 1 << 5
    DST_APPLIED = 1 << 6
    DST_SUPPORTED = 1 << 7


@dataclass(frozen=True, slots=True)
class ClockTable:
    """Table 52. ``at`` is what the clock shows; with the flag GMT that is UTC."""

    at: float | None
    qualifier: int = UNDEFINED_DAY

    @property
    def flags(self) -> TimeQualifier:
        """The flags without the day of week."""
        return TimeQualifier(self.qualifier & ~7)


CLOCK_LAYOUT = Layout(ClockTable, at=LTIME, qualifier=U8)


@dataclass(frozen=True, slots=True)
class ActualTime:
    """Tables 50 (most) and 51 (in use). ``calendar``: the low four bits are the number of seasons, the high
    ones that of special schedules."""

    flags1: int = 0
    flags2: int = 0
    calendar: int = 0
    single_dates: int = 0
    recurring_dates: int = 0
    switches: int = 0
    calendar_bytes: int = 0

    @property
    def seasons(self) -> int:
        """How many seasons the calendar has."""
        return self.calendar & 15

    @property
    def specials(self) -> int:
        """How many special schedules it has, for holidays and the like."""
        return self.calendar >> 4

    @property
    def separate_weekdays(self) -> bool:
        """Whether each weekday has a day schedule of its own."""
        return bool(self.flags2 & SEPARATE_WEEKDAYS)

    @property
    def anchored(self) -> bool:
        """Whether table 54 begins with a date from which periods are counted."""
        return bool(self.flags1 & ANCHOR_DATE)

    @property
    def day_schedules(self) -> int:
        """Day types of a season: weekend days, weekdays (apart, or all as one), special days."""
        return (7 if self.separate_weekdays else 3) + self.specials


TIME_LAYOUT = Layout(
    ActualTime, flags1=U8, flags2=U8, calendar=U8, single_dates=U8, recurring_dates=U8, switches=U16,
    calendar_bytes=U16,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeOffsets:
    """Table 53: when daylight saving changes (minutes after midnight), by how much, and the zone (minutes)."""

    change_minute: int
    saving_min: int
    zone_min: int


OFFSETS_LAYOUT = Layout(TimeOffsets, change_minute=U16, saving_min=U8, zone_min=Int(2))


@dataclass(frozen=True, slots=True)
class ClockState:
    """Table 55: the clock, and which tier and season counts."""

    at: float | None
    qualifier: int
    status: int

    @property
    def tier(self) -> int:
        """The tier that counts now, from 0."""
        return self.status & 7

    @property
    def season(self) -> int:
        """The season, from 0."""
        return self.status >> 12


CLOCK_STATE_LAYOUT = Layout(ClockState, at=LTIME, qualifier=U8, status=U16)

SET_TIME, SET_DATE, SET_QUALIFIER = 1, 2, 4
"""SET_MASK of procedure 10 (unverified)."""


@dataclass(frozen=True, slots=True)
class SetClock:
    """Parameters of procedure 10 (unverified)."""

    mask: int
    at: float | None
    qualifier: int = UNDEFINED_DAY | TimeQualifier.GMT


SET_CLOCK = Layout(SetClock, mask=U8, at=LTIME, qualifier=U8)


@dataclass(frozen=True, slots=True)
class ClockWasSet:
    """What procedure 10 returns: the time before and after (unverified)."""

    before: float | None
    after: float | None


CLOCK_WAS_SET = Layout(ClockWasSet, before=LTIME, after=LTIME)
