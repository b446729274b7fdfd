"""Values that a meter must refuse: out of range, of another type or length, impossible or past times, the hour that
daylight saving leaves out. Pure; what is valid on the device (its zone) is given by the caller.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bench.access.dlms import DlmsAccess
from bench.controls.dlms._parameters import CLOCK, DATA, DISCONNECT_CONTROL, LIMITER, SCHEDULE
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import (
    I16,
    I32,
    U8,
    U16,
    U32,
    Array,
    Data,
    Date,
    DateTime,
    Enum,
    Float32,
    Null,
    OctetString,
    Structure,
    Time,
)
from drivers.dlms.datetimes import UNSPECIFIED, UNSPECIFIED_YEAR
from drivers.dlms.obis import Obis

NAN = Float32("nan")
_LAST_DAY, _LAST_BUT_ONE = 0xFE, 0xFD
_NOON = Time(12, 0, 0, 0)


@dataclass(frozen=True)
class Invalid:
    """A value that ``attribute`` must not take, and what is wrong with it."""

    what: str
    attribute: Attribute
    value: Data


def invalid_values(access: DlmsAccess, now: float, gap: datetime | None) -> Iterator[Invalid]:
    """All of them, at station time ``now``. ``gap``: a local time within the hour that daylight saving leaves out."""
    names = access.names
    yield from _of_switch(Attribute(DISCONNECT_CONTROL, names.disconnect_control, 4))
    yield from _of_schedule(Attribute(SCHEDULE, names.switch_schedule, 4), now, gap)
    script = Structure([OctetString(bytes((0, 0, 10, 0, 106, 255))), U16(0xFFFF)])
    yield Invalid("script 0xFFFF", Attribute(SCHEDULE, names.switch_schedule, 2), script)
    yield from _of_limiter(names.limiter, gap)
    yield from _of_clock(names.clock, now, gap)
    yield Invalid("number instead of text", Attribute(DATA, names.consumer_message, 2), U32(0x5A454252))


def _of_switch(mode: Attribute) -> Iterator[Invalid]:
    yield Invalid("mode 8, one beyond the last", mode, Enum(8))
    yield Invalid("mode 0xFF", mode, Enum(0xFF))
    yield Invalid("unsigned instead of enum", mode, U8(4))
    yield Invalid("nothing", mode, Null())


def _of_schedule(times: Attribute, now: float, gap: datetime | None) -> Iterator[Invalid]:
    today = datetime.fromtimestamp(now, UTC).date()
    tomorrow = _date(today + timedelta(days=1))
    yield Invalid("a past date", times, _at(_NOON, _date(today - timedelta(days=2))))
    yield Invalid("30 February", times, _at(_NOON, Date(today.year + 1, 2, 30)))
    yield Invalid("25 o'clock", times, _at(Time(25, 0, 0, 0), tomorrow))
    yield Invalid("a time of 3 bytes", times, _occasions((b"\x0c\x00\x00", tomorrow.to_bytes())))
    yield Invalid("a date of 6 bytes", times, _occasions((_NOON.to_bytes(), tomorrow.to_bytes() + b"\x00")))
    yield Invalid("a structure instead of an array", times, Structure([OctetString(_NOON.to_bytes())]))
    both = ((_NOON.to_bytes(), tomorrow.to_bytes()), (Time(25, 0, 0, 0).to_bytes(), tomorrow.to_bytes()))
    yield Invalid("a good time and an impossible one", times, _occasions(*both))
    if gap is not None:
        yield Invalid("in the gap of daylight saving", times, _at(Time(gap.hour, gap.minute, 0, 0), _date(gap.date())))


def _of_limiter(name: Obis, gap: datetime | None) -> Iterator[Invalid]:
    threshold, emergency = (Attribute(LIMITER, name, index) for index in (4, 8))
    yield Invalid("not a number", threshold, NAN)
    yield Invalid("-0x80000000", threshold, I32(-0x80000000))
    yield Invalid("two bytes instead of four", threshold, U16(0xFFFF))
    yield Invalid("two of three elements", emergency, Structure([U16(1), OctetString(DateTime().to_bytes())]))
    bad_month = DateTime(2030, 13, 1, UNSPECIFIED, 12, 0, 0, 0)
    yield Invalid("month 13", emergency, Structure([U16(1), OctetString(bad_month.to_bytes()), U32(60)]))
    if gap is not None:
        skipped = OctetString(_moment(gap).to_bytes())
        yield Invalid("in the gap of daylight saving", emergency, Structure([U16(1), skipped, U32(60)]))


def _of_clock(name: Obis, now: float, gap: datetime | None) -> Iterator[Invalid]:
    time, zone = (Attribute(CLOCK, name, index) for index in (2, 3))
    right = DateTime.at(now)
    yield Invalid("month 13", time, OctetString(DateTime(right.year, 13, 1, UNSPECIFIED, 12, 0, 0, 0).to_bytes()))
    yield Invalid("25 o'clock", time, OctetString(DateTime(right.year, 6, 1, UNSPECIFIED, 25, 0, 0, 0).to_bytes()))
    yield Invalid("a past date", time, OctetString(DateTime(1999, 12, 31, UNSPECIFIED, 23, 59, 59, 0).to_bytes()))
    yield Invalid("11 bytes", time, OctetString(right.to_bytes()[:-1]))
    yield Invalid("a number instead of a time", time, U32(int(now)))
    yield Invalid("a zone of -0x8000 minutes", zone, I16(-0x8000))
    yield Invalid("not a number", zone, NAN)
    if gap is not None:
        yield Invalid("in the gap of daylight saving", time, OctetString(_moment(gap).to_bytes()))


def _at(time: Time, day: Date) -> Array:
    return _occasions((time.to_bytes(), day.to_bytes()))


def _occasions(*occasions: tuple[bytes, bytes]) -> Array:
    return Array(Structure([OctetString(time), OctetString(day)]) for time, day in occasions)


def _date(day: date) -> Date:
    return Date(day.year, day.month, day.day, UNSPECIFIED)


def _moment(local: datetime) -> DateTime:
    return DateTime(local.year, local.month, local.day, UNSPECIFIED, local.hour, local.minute, 0, 0)


# -- daylight saving -------------------------------------------------------------------------------------------------


def gap_after(now: float, begin: DateTime, saving_min: int) -> datetime | None:
    """The next local time after ``now`` that does not exist, by the rule of class 8 for the begin of daylight saving.

    It is the middle of the time by which clocks are put forward. None for a rule without month or hour, and where they
    are not put forward.

    >>> gap_after(0.0, DateTime(0xFFFF, 3, 0xFE, 7, 2, 0, 0, 0), 60)
    datetime.datetime(1970, 3, 29, 2, 30)
    """
    if not 1 <= begin.month <= 12 or begin.hour > 23 or saving_min <= 0:
        return None
    today = datetime.fromtimestamp(now, UTC).date()
    years = [begin.year] if begin.year != UNSPECIFIED_YEAR else [today.year, today.year + 1]
    for year in years:
        day = _day_of_rule(begin, year)
        if day is not None and day > today:
            minute = 0 if begin.minute == UNSPECIFIED else begin.minute
            start = datetime(day.year, day.month, day.day, begin.hour, minute)
            return start + timedelta(minutes=saving_min / 2)
    return None


def _day_of_rule(rule: DateTime, year: int) -> date | None:
    length = calendar.monthrange(year, rule.month)[1]
    number = {_LAST_DAY: length, _LAST_BUT_ONE: length - 1}.get(rule.day, rule.day)
    if not 1 <= number <= length:
        return None
    day = date(year, rule.month, number)
    if not 1 <= rule.weekday <= 7:
        return day
    ahead = (rule.weekday - day.isoweekday()) % 7
    return day + timedelta(days=ahead - 7 if ahead and rule.day >= _LAST_BUT_ONE else ahead)
