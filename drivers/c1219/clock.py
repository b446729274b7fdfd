"""Decade 5: clock and time of use (NIST for table 52; MSDK for 50, 51, 55; 53 and 54 unverified)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.c1219.codecs import LTIME, U8, U16, Int, Layout, Reader, Several
from drivers.c1219.formats import Formats

DIM_TIME, ACT_TIME, CLOCK, OFFSETS, CALENDAR, CLOCK_STATE = range(50, 56)
UNDEFINED_DAY = 7


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
    def day_schedules(self) -> int:
        """Day types of a season: weekdays and weekend days, apart where flag 1 of ``flags2`` says so."""
        return (7 if self.flags2 & 2 else 3) + (self.calendar >> 4)


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
class TierSwitch:
    """One entry of table 54: from when of a day on (minutes after midnight) which tier counts, in which schedule."""

    tier: int
    minute: int
    schedule: int

    def packed(self) -> int:
        return self.tier | (self.minute % 60) << 5 | (self.minute // 60) << 11

    @classmethod
    def unpacked(cls, word: int, schedule: int) -> TierSwitch:
        return cls(word & 7, (word >> 11 & 31) * 60 + (word >> 5 & 63), schedule)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Table 54: dates with an action, tier switches, and the day schedules of each season."""

    single: tuple[tuple[float | None, int], ...]
    recurring: tuple[tuple[int, int], ...]
    switches: tuple[TierSwitch, ...]
    schedules: tuple[tuple[int, ...], ...]

    def encode(self, formats: Formats) -> bytes:
        """The table."""
        date = LTIME
        single = b"".join(date.write(at, formats) + bytes((action,)) for at, action in self.single)
        recurring = b"".join(formats.pack_uint(day, 2) + bytes((action,)) for day, action in self.recurring)
        switches = b"".join(formats.pack_uint(one.packed(), 2) + bytes((one.schedule,)) for one in self.switches)
        return single + recurring + switches + b"".join(bytes(days) for days in self.schedules)

    @classmethod
    def decode(cls, data: bytes, formats: Formats, actual: ActualTime) -> Calendar:
        """The table from its bytes. Raises DecodeError."""
        reader = Reader(data, formats)
        single = tuple((LTIME.read(reader), U8.read(reader)) for _ in range(actual.single_dates))
        recurring = tuple((U16.read(reader), U8.read(reader)) for _ in range(actual.recurring_dates))
        switches = tuple(TierSwitch.unpacked(U16.read(reader), U8.read(reader)) for _ in range(actual.switches))
        seasons = actual.calendar & 15
        schedules = tuple(Several(U8, actual.day_schedules).read(reader) for _ in range(seasons))
        return cls(single, recurring, switches, schedules)


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
