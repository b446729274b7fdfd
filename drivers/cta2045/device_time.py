"""How an appliance is told the time: date and time of the intermediate messages, and the hour of the basic one.

Layouts as in EPRI's UCM library and desktop simulator. One request serves both ways: with fields it sets the other
end's time, without it asks for it (CTA-2045-B, 11.1.3: unverified).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from drivers.cta2045.errors import DecodeError, EncodeError
from drivers.cta2045.intermediate import GET_UTC, Intermediate, from_wire_time, to_wire_time

QUARTER_S = 900
_LAYOUT = struct.Struct(">Ibb")
_HOURS, _WEEKDAYS = 24, 7


@dataclass(frozen=True, slots=True)
class UtcTime:
    """``at`` (s since 1970, whole ones are sent), the zone's offset from UTC in quarters of an hour (west is negative),
    and what daylight saving adds to it now, in the same unit."""

    at: float
    zone_quarters: int = 0
    saving_quarters: int = 0

    @property
    def local_offset_s(self) -> int:
        """Local time less UTC, s."""
        return (self.zone_quarters + self.saving_quarters) * QUARTER_S

    def encode(self) -> Intermediate:
        """The request that sets the time. Raises EncodeError."""
        return Intermediate(GET_UTC, self.fields())

    def fields(self) -> bytes:
        """As in a request, and after the response code of a reply. Raises EncodeError."""
        try:
            return _LAYOUT.pack(to_wire_time(self.at), self.zone_quarters, self.saving_quarters)
        except struct.error as error:
            raise EncodeError(f"UTC time: {error}") from None

    @classmethod
    def decode(cls, body: bytes) -> UtcTime:
        """Raises DecodeError."""
        if len(body) != _LAYOUT.size:
            raise DecodeError(f"UTC time has {_LAYOUT.size} bytes, not {len(body)}", body)
        at, zone, saving = _LAYOUT.unpack(body)
        return cls(from_wire_time(at), zone, saving)


@dataclass(frozen=True, slots=True)
class FullHour:
    """Simple time sync: now this hour (0 to 23) of this weekday (0: Sunday) begins, in local time.

    One byte: the weekday in its upper three bits, the hour in the others.
    """

    weekday: int
    hour: int

    @classmethod
    def at(cls, local: float) -> FullHour:
        """The hour of a local time, given as if it were UTC (s since 1970)."""
        shown = datetime.fromtimestamp(local, UTC)
        return cls(shown.isoweekday() % _WEEKDAYS, shown.hour)

    @property
    def byte(self) -> int:
        """Opcode 2. Raises EncodeError."""
        if not (0 <= self.weekday < _WEEKDAYS and 0 <= self.hour < _HOURS):
            raise EncodeError(f"no hour {self.hour} of a weekday {self.weekday}")
        return self.weekday << 5 | self.hour

    @classmethod
    def of_byte(cls, byte: int) -> FullHour:
        """Raises DecodeError."""
        weekday, hour = byte >> 5, byte & 0x1F
        if weekday >= _WEEKDAYS or hour >= _HOURS:
            raise DecodeError(f"no hour {hour} of a weekday {weekday}", bytes((byte,)))
        return cls(weekday, hour)
