"""date-time, date and time of DLMS (IEC 62056-6-2, date and time formats), field by field as on the wire.

A field may be *not specified* (0xFF; year 0xFFFF; deviation -32768), and month and day have special values (0xFD,
0xFE), so these are not Python's datetime. ``deviation`` is in minutes and counts from local time to UTC: UTC = local
time + deviation, so Central European Time has -60 (the sign most meters send; some send the other one, `unverified`).

Attributes that hold a time hold these bytes as an octet-string: ``OctetString(value.to_bytes())``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar, Self

from drivers.dlms.errors import DecodeError, EncodeError

UNSPECIFIED = 0xFF
UNSPECIFIED_YEAR = 0xFFFF
UNSPECIFIED_DEVIATION = -0x8000
UNSPECIFIED_STATUS = 0xFF


@dataclass(frozen=True, slots=True)
class Date:
    """date, 5 bytes. ``weekday``: 1 is Monday."""

    year: int = UNSPECIFIED_YEAR
    month: int = UNSPECIFIED
    day: int = UNSPECIFIED
    weekday: int = UNSPECIFIED

    tag: ClassVar[int] = 26
    size: ClassVar[int] = 5
    layout: ClassVar[struct.Struct] = struct.Struct(">HBBB")

    def to_bytes(self) -> bytes:
        """The 5 bytes. Raises EncodeError for a field out of its byte's range."""
        return _pack(self.layout, self.year, self.month, self.day, self.weekday)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises DecodeError unless ``data`` has 5 bytes."""
        return cls(*_unpack(cls.layout, data))


@dataclass(frozen=True, slots=True)
class Time:
    """time, 4 bytes."""

    hour: int = UNSPECIFIED
    minute: int = UNSPECIFIED
    second: int = UNSPECIFIED
    hundredths: int = UNSPECIFIED

    tag: ClassVar[int] = 27
    size: ClassVar[int] = 4
    layout: ClassVar[struct.Struct] = struct.Struct(">BBBB")

    def to_bytes(self) -> bytes:
        """The 4 bytes. Raises EncodeError for a field out of its byte's range."""
        return _pack(self.layout, self.hour, self.minute, self.second, self.hundredths)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises DecodeError unless ``data`` has 4 bytes."""
        return cls(*_unpack(cls.layout, data))


@dataclass(frozen=True, slots=True)
class DateTime:
    """date-time, 12 bytes. ``status`` is a `drivers.dlms.enums.ClockStatus`, 0xFF where not specified."""

    year: int = UNSPECIFIED_YEAR
    month: int = UNSPECIFIED
    day: int = UNSPECIFIED
    weekday: int = UNSPECIFIED
    hour: int = UNSPECIFIED
    minute: int = UNSPECIFIED
    second: int = UNSPECIFIED
    hundredths: int = UNSPECIFIED
    deviation: int = UNSPECIFIED_DEVIATION
    status: int = UNSPECIFIED_STATUS

    tag: ClassVar[int] = 25
    size: ClassVar[int] = 12
    layout: ClassVar[struct.Struct] = struct.Struct(">HBBBBBBBhB")

    def to_bytes(self) -> bytes:
        """The 12 bytes. Raises EncodeError for a field out of its range."""
        return _pack(
            self.layout, self.year, self.month, self.day, self.weekday, self.hour, self.minute, self.second,
            self.hundredths, self.deviation, self.status,
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises DecodeError unless ``data`` has 12 bytes."""
        return cls(*_unpack(cls.layout, data))

    @classmethod
    def at(cls, when: float | datetime, *, deviation: int = 0, status: int = 0) -> Self:
        """The moment ``when`` (s since the Unix epoch, UTC, or an aware datetime) in local time of this deviation.

        The hundredths are rounded down.
        """
        moment = when if isinstance(when, datetime) else datetime.fromtimestamp(when, UTC)
        if moment.tzinfo is None:
            raise ValueError("a datetime without time zone names no moment")
        local = moment.astimezone(timezone(timedelta(minutes=-deviation)))
        return cls(
            local.year, local.month, local.day, local.isoweekday(), local.hour, local.minute, local.second,
            local.microsecond // 10_000, deviation, status,
        )  # fmt: skip

    def to_datetime(self, *, deviation: int | None = None) -> datetime:
        """The moment as an aware datetime. Unspecified seconds and hundredths count as 0.

        ``deviation`` (minutes) is used where the value has none; without either, and for a date or hour that is not
        specified or not real, ValueError is raised.
        """
        minutes = self.deviation if self.deviation != UNSPECIFIED_DEVIATION else deviation
        if minutes is None:
            raise ValueError("the deviation from UTC is not specified")
        hundredths = 0 if self.hundredths == UNSPECIFIED else self.hundredths
        second = 0 if self.second == UNSPECIFIED else self.second
        zone = timezone(timedelta(minutes=-minutes))
        return datetime(
            self.year, self.month, self.day, self.hour, self.minute, second, hundredths * 10_000, tzinfo=zone
        )

    def timestamp(self, *, deviation: int | None = None) -> float:
        """As `to_datetime`, in seconds since the Unix epoch (UTC)."""
        return self.to_datetime(deviation=deviation).timestamp()


def _pack(layout: struct.Struct, *fields: int) -> bytes:
    try:
        return layout.pack(*fields)
    except struct.error as error:
        raise EncodeError(f"a field of a date or time is out of range: {error}") from None


def _unpack(layout: struct.Struct, data: bytes) -> tuple[int, ...]:
    if len(data) != layout.size:
        raise DecodeError(f"{len(data)} bytes where a date or time has {layout.size}")
    return layout.unpack(data)
