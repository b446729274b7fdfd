"""Services of the Bluetooth SIG that the devices here have, and their values.

Numbers: Bluetooth SIG, Assigned Numbers (as bleak and Bumble carry them). Current time: GATT Specification Supplement,
Date Time, Day of Week, Exact Time 256 (unverified).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drivers.gatt.errors import GarbageError

_BASE = "0000{:04x}-0000-1000-8000-00805f9b34fb"


def sig_uuid(number: int) -> str:
    """The whole UUID of an assigned number."""
    return _BASE.format(number)


DEVICE_INFORMATION, BATTERY, CURRENT_TIME_SERVICE = sig_uuid(0x180A), sig_uuid(0x180F), sig_uuid(0x1805)
DEVICE_NAME, APPEARANCE = sig_uuid(0x2A00), sig_uuid(0x2A01)
MODEL, SERIAL, FIRMWARE, MANUFACTURER = sig_uuid(0x2A24), sig_uuid(0x2A25), sig_uuid(0x2A26), sig_uuid(0x2A29)
BATTERY_LEVEL, CURRENT_TIME, LOCAL_TIME = sig_uuid(0x2A19), sig_uuid(0x2A2B), sig_uuid(0x2A0F)

_CURRENT, _LOCAL = struct.Struct("<HBBBBBBBB"), struct.Struct("<bB")
_ZONES, _QUARTER_S = range(-48, 57), 900
_SAVINGS = {0: 0, 2: 1800, 4: 3600, 8: 7200}


@dataclass(frozen=True)
class CurrentTime:
    """``at`` is UTC, s since the epoch, to 1/256 s; ``reason`` has bit 0 set after an adjustment by hand."""

    at: float
    reason: int = 0

    def encode(self) -> bytes:
        """Its 10 octets."""
        told = datetime.fromtimestamp(self.at, UTC)
        parts = told.microsecond * 256 // 1_000_000
        date = (told.year, told.month, told.day, told.hour, told.minute, told.second, told.isoweekday())
        return _CURRENT.pack(*date, parts, self.reason)


def decode_current_time(value: bytes) -> CurrentTime:
    """Raises GarbageError for what is no date, or a weekday that is not its date's."""
    if len(value) != _CURRENT.size:
        raise GarbageError(f"a current time has {_CURRENT.size} octets, not {len(value)}")
    year, month, day, hour, minute, second, weekday, parts, reason = _CURRENT.unpack(value)
    try:
        told = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise GarbageError(f"no current time: {value.hex()} ({error})") from error
    if weekday not in (0, told.isoweekday()):
        raise GarbageError(f"{told:%Y-%m-%d} is no weekday {weekday}")
    return CurrentTime((told + timedelta(seconds=parts / 256)).timestamp(), reason)


@dataclass(frozen=True)
class LocalTime:
    """Local Time Information: the time zone in quarters of an hour from UTC, and what daylight saving adds (s: 0, 1800,
    3600, 7200). GATT Specification Supplement, Time Zone and DST Offset (unverified)."""

    quarters: int
    saving_s: int = 0

    @property
    def offset_s(self) -> int:
        """Of local time from UTC."""
        return self.quarters * _QUARTER_S + self.saving_s

    def encode(self) -> bytes:
        """Its 2 octets. Raises KeyError for a saving that has no code."""
        return _LOCAL.pack(self.quarters, {saving: code for code, saving in _SAVINGS.items()}[self.saving_s])


def decode_local_time(value: bytes) -> LocalTime:
    """Raises GarbageError, for an unknown zone or saving (-128, 255) too."""
    if len(value) != _LOCAL.size:
        raise GarbageError(f"local time information has {_LOCAL.size} octets, not {len(value)}")
    quarters, saving = _LOCAL.unpack(value)
    if quarters not in _ZONES or saving not in _SAVINGS:
        raise GarbageError(f"no local time information: {value.hex()}")
    return LocalTime(quarters, _SAVINGS[saving])
