"""How a meter writes numbers, texts and times: the format control fields of table 0 (NIST)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from drivers.c1218.errors import DecodeError, EncodeError


class CharFormat(IntEnum):
    """FORMAT_CONTROL_1.CHAR_FORMAT (NIST; TERMINETER for 4 and 5)."""

    ISO_646 = 1
    LATIN_1 = 2
    UTF_8 = 3
    UTF_16 = 4
    UTF_32 = 5


class TimeFormat(IntEnum):
    """FORMAT_CONTROL_2.TM_FORMAT."""

    NONE = 0
    BCD = 1
    FIELDS = 2
    MINUTES = 3
    SECONDS = 4


class IntFormat(IntEnum):
    """FORMAT_CONTROL_2.INT_FORMAT."""

    TWOS_COMPLEMENT = 0
    ONES_COMPLEMENT = 1
    SIGN_MAGNITUDE = 2


class NiFormat(IntEnum):
    """FORMAT_CONTROL_3.NI_FORMAT1 and NI_FORMAT2: how non-integers are written."""

    FLOAT64 = 0
    FLOAT32 = 1
    CHAR12 = 2
    CHAR6 = 3
    INT32_IMPLIED_4 = 4
    BCD6 = 5
    BCD4 = 6
    INT24 = 7
    INT32 = 8
    INT40 = 9
    INT48 = 10
    INT64 = 11
    BCD8 = 12
    CHAR21 = 13


_ENCODINGS = {
    CharFormat.ISO_646: "ascii",
    CharFormat.LATIN_1: "latin-1",
    CharFormat.UTF_8: "utf-8",
    CharFormat.UTF_16: "utf-16-be",
    CharFormat.UTF_32: "utf-32-be",
}
_INTEGERS = {NiFormat.INT24: 3, NiFormat.INT32: 4, NiFormat.INT40: 5, NiFormat.INT48: 6, NiFormat.INT64: 8}
_BCD = {NiFormat.BCD4: 4, NiFormat.BCD6: 6, NiFormat.BCD8: 8}
_TEXTS = {NiFormat.CHAR6: 6, NiFormat.CHAR12: 12, NiFormat.CHAR21: 21}
_FLOATS = {NiFormat.FLOAT32: "f", NiFormat.FLOAT64: "d"}
IMPLIED_SCALE = 10_000
"""INT32_IMPLIED_4 has its decimal point between the fourth and fifth digit."""

LTIME_SIZES = {0: 0, 1: 6, 2: 6, 3: 5, 4: 4}
STIME_SIZES = {0: 0, 1: 5, 2: 5, 3: 4, 4: 4}
"""Bytes of LTIME_DATE (to the second) and STIME_DATE (to the minute) by time format."""
_CENTURY = 90
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats in force. ``big_endian``: FORMAT_CONTROL_1.DATA_ORDER; ``bcd_ids``: ID_FORM."""

    big_endian: bool = False
    characters: CharFormat = CharFormat.ISO_646
    time: TimeFormat = TimeFormat.SECONDS
    integers: IntFormat = IntFormat.TWOS_COMPLEMENT
    bcd_ids: bool = False
    ni1: NiFormat = NiFormat.INT32
    ni2: NiFormat = NiFormat.INT32

    # -- integers ------------------------------------------------------------------------------------------------

    @property
    def order(self) -> str:
        """``big`` or ``little``."""
        return "big" if self.big_endian else "little"

    def pack_uint(self, value: int, size: int) -> bytes:
        """An unsigned integer. Raises EncodeError."""
        if not 0 <= value < 1 << 8 * size:
            raise EncodeError(f"{value} does not fit into {size} bytes without sign")
        return value.to_bytes(size, "big" if self.big_endian else "little")

    def unpack_uint(self, data: bytes) -> int:
        """An unsigned integer."""
        return int.from_bytes(data, "big" if self.big_endian else "little")

    def pack_int(self, value: int, size: int) -> bytes:
        """A signed integer in the meter's own notation. Raises EncodeError."""
        limit = 1 << 8 * size - 1
        lowest = -limit if self.integers is IntFormat.TWOS_COMPLEMENT else 1 - limit
        if not lowest <= value < limit:
            raise EncodeError(f"{value} does not fit into {size} bytes with sign")
        if value >= 0 or self.integers is IntFormat.TWOS_COMPLEMENT:
            return self.pack_uint(value % (limit * 2), size)
        if self.integers is IntFormat.ONES_COMPLEMENT:
            return self.pack_uint(limit * 2 - 1 + value, size)
        return self.pack_uint(limit - value, size)

    def unpack_int(self, data: bytes) -> int:
        """A signed integer in the meter's own notation."""
        raw, limit = self.unpack_uint(data), 1 << 8 * len(data) - 1
        if raw < limit:
            return raw
        if self.integers is IntFormat.TWOS_COMPLEMENT:
            return raw - 2 * limit
        if self.integers is IntFormat.ONES_COMPLEMENT:
            return raw - (2 * limit - 1)
        return limit - raw

    # -- non-integers --------------------------------------------------------------------------------------------

    def ni_size(self, form: NiFormat) -> int:
        """Bytes of a non-integer."""
        if form in _FLOATS:
            return struct.calcsize("=" + _FLOATS[form])
        if form is NiFormat.INT32_IMPLIED_4:
            return 4
        return (_INTEGERS.get(form) or _BCD.get(form) or _TEXTS[form]) if form in _SIZED else 0

    def pack_ni(self, value: float, form: NiFormat) -> bytes:
        """A non-integer. Formats without a point take whole numbers only. Raises EncodeError."""
        if form in _FLOATS:
            return struct.pack((">" if self.big_endian else "<") + _FLOATS[form], value)
        if form is NiFormat.INT32_IMPLIED_4:
            return self.pack_int(_whole(value * IMPLIED_SCALE, rounded=True), 4)
        if form in _INTEGERS:
            return self.pack_int(_whole(value), _INTEGERS[form])
        if form in _BCD:
            return _pack_bcd(_whole(value), _BCD[form])
        text = repr(int(value)) if float(value).is_integer() else repr(float(value))
        if len(text) > _TEXTS[form]:
            raise EncodeError(f"{text} does not fit into {_TEXTS[form]} characters")
        return text.rjust(_TEXTS[form]).encode("ascii")

    def unpack_ni(self, data: bytes, form: NiFormat) -> int | float:
        """A non-integer; an int where the format has no point. Raises DecodeError."""
        if form in _FLOATS:
            (number,) = struct.unpack((">" if self.big_endian else "<") + _FLOATS[form], data)
            if not math.isfinite(number):
                raise DecodeError("a floating point number that is none")
            return float(number)
        if form is NiFormat.INT32_IMPLIED_4:
            return self.unpack_int(data) / IMPLIED_SCALE
        if form in _INTEGERS:
            return self.unpack_int(data)
        if form in _BCD:
            return _unpack_bcd(data)
        try:
            text = data.decode("ascii").strip(" \0")
            return float(text) if any(mark in text.lower() for mark in ".e") else int(text or "0")
        except ValueError:
            raise DecodeError("a number in characters that is none") from None

    # -- texts ---------------------------------------------------------------------------------------------------

    def pack_text(self, text: str, size: int) -> bytes:
        """A text, filled up with spaces. Raises EncodeError."""
        try:
            raw = text.encode(_ENCODINGS[self.characters])
        except UnicodeEncodeError:
            raise EncodeError(f"{text!r} cannot be written in {self.characters.name}") from None
        space = " ".encode(_ENCODINGS[self.characters])
        if len(raw) > size:
            raise EncodeError(f"{text!r} is longer than {size} bytes")
        return (raw + space * ((size - len(raw)) // len(space))).ljust(size, b"\0")

    def unpack_text(self, data: bytes) -> str:
        """A text without what fills it up. Bytes that are none in the meter's alphabet are replaced."""
        width = len(" ".encode(_ENCODINGS[self.characters]))
        return data[: len(data) // width * width].decode(_ENCODINGS[self.characters], "replace").rstrip(" \0")

    # -- times ---------------------------------------------------------------------------------------------------

    def pack_time(self, at: float, *, seconds: bool) -> bytes:
        """A moment, s since the epoch, as LTIME_DATE (``seconds``) or STIME_DATE. Raises EncodeError.

        With discrete fields the year is written by its last two digits, 1990 to 2089.
        """
        whole = math.floor(at + 1e-6)
        if self.time is TimeFormat.NONE:
            return b""
        if self.time is TimeFormat.SECONDS:
            return self.pack_uint(whole if seconds else whole - whole % 60, 4)
        if self.time is TimeFormat.MINUTES:
            minutes = self.pack_uint(whole // 60, 4)
            return minutes + bytes((whole % 60,)) if seconds else minutes
        moment = _EPOCH + timedelta(seconds=whole)
        if not 1990 <= moment.year < 2090:
            raise EncodeError(f"the year {moment.year} has no two digits")
        fields = [moment.year % 100, moment.month, moment.day, moment.hour, moment.minute]
        fields += [moment.second] if seconds else []
        return bytes(_bcd_byte(one) if self.time is TimeFormat.BCD else one for one in fields)

    def unpack_time(self, data: bytes, *, seconds: bool) -> float | None:
        """A moment, None where all bytes are 0 or the meter has no clock. Raises DecodeError."""
        if not any(data):
            return None
        if self.time is TimeFormat.SECONDS:
            return float(self.unpack_uint(data))
        if self.time is TimeFormat.MINUTES:
            return self.unpack_uint(data[:4]) * 60.0 + (data[4] if seconds else 0)
        fields = [(one >> 4) * 10 + (one & 15) if self.time is TimeFormat.BCD else one for one in data]
        year = fields[0] + (1900 if fields[0] >= _CENTURY else 2000)
        month, day, hour, minute, second = (*fields[1:], 0)[:5]
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
        except (TypeError, ValueError):
            raise DecodeError(f"no date: {data.hex()}") from None


_SIZED = {*_INTEGERS, *_BCD, *_TEXTS}


def _whole(value: float, *, rounded: bool = False) -> int:
    if not rounded and value != int(value):
        raise EncodeError(f"{value} is no whole number, and the format has no point")
    return round(value)


def _bcd_byte(number: int) -> int:
    return number // 10 << 4 | number % 10


def _pack_bcd(value: int, size: int) -> bytes:
    """Digits, most significant first, two a byte (order and sign unverified)."""
    if not 0 <= value < 10 ** (2 * size):
        raise EncodeError(f"{value} does not fit into {2 * size} digits")
    return bytes.fromhex(str(value).rjust(2 * size, "0"))


def _unpack_bcd(data: bytes) -> int:
    try:
        return int(data.hex())
    except ValueError:
        raise DecodeError("packed decimals with digits above 9") from None
