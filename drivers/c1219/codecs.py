"""The parts of which table layouts are made, each writing and reading one field in the formats of table 0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1219.formats import LTIME_SIZES, STIME_SIZES, Formats, NiFormat

T = TypeVar("T")
_LARGEST = 1 << 16


class Reader:
    """A table's bytes, taken from the front."""

    def __init__(self, data: bytes, formats: Formats) -> None:
        self.formats = formats
        self._data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes. Raises DecodeError."""
        taken = self._data[self.at : self.at + size]
        if len(taken) < size:
            raise DecodeError(f"the table ends {size - len(taken)} bytes too early", self.at)
        self.at += size
        return taken

    @property
    def left(self) -> int:
        """Bytes that were not taken."""
        return len(self._data) - self.at


class Codec(Protocol[T]):
    """One field."""

    def write(self, value: T, formats: Formats) -> bytes: ...

    def read(self, data: Reader) -> T: ...


class UInt:
    """An unsigned integer of ``size`` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def write(self, value: int, formats: Formats) -> bytes:
        return formats.pack_uint(value, self.size)

    def read(self, data: Reader) -> int:
        return data.formats.unpack_uint(data.take(self.size))


class Int:
    """A signed integer of ``size`` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def write(self, value: int, formats: Formats) -> bytes:
        return formats.pack_int(value, self.size)

    def read(self, data: Reader) -> int:
        return data.formats.unpack_int(data.take(self.size))


class Ni:
    """A non-integer, in format 1 or 2 of the meter."""

    def __init__(self, number: int) -> None:
        self.number = number

    def form(self, formats: Formats) -> NiFormat:
        return formats.ni1 if self.number == 1 else formats.ni2

    def write(self, value: float, formats: Formats) -> bytes:
        return formats.pack_ni(value, self.form(formats))

    def read(self, data: Reader) -> int | float:
        form = self.form(data.formats)
        return data.formats.unpack_ni(data.take(data.formats.ni_size(form)), form)


class Text:
    """A text of ``size`` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def write(self, value: str, formats: Formats) -> bytes:
        return formats.pack_text(value, self.size)

    def read(self, data: Reader) -> str:
        return data.formats.unpack_text(data.take(self.size))


class Identifier:
    """A text of ``size`` bytes or, where ID_FORM says so, its digits in ``packed`` bytes (TERMINETER)."""

    def __init__(self, size: int, packed: int) -> None:
        self.size = size
        self.packed = packed

    def write(self, value: str, formats: Formats) -> bytes:
        if not formats.bcd_ids:
            return formats.pack_text(value, self.size)
        if not (value.isascii() and value.isdigit()) or len(value) > 2 * self.packed:
            raise EncodeError(f"{value!r} cannot be written in {2 * self.packed} digits")
        return bytes.fromhex(value.rjust(2 * self.packed, "0"))

    def read(self, data: Reader) -> str:
        if not data.formats.bcd_ids:
            return data.formats.unpack_text(data.take(self.size))
        return data.take(self.packed).hex().lstrip("0")


class Octets:
    """Bytes as they are."""

    def __init__(self, size: int) -> None:
        self.size = size

    def write(self, value: bytes, formats: Formats) -> bytes:
        if len(value) != self.size:
            raise EncodeError(f"{len(value)} bytes instead of {self.size}")
        return value

    def read(self, data: Reader) -> bytes:
        return data.take(self.size)


class Bits:
    """A SET: the numbers whose bits are set, bit 0 the lowest of the first byte (TERMINETER)."""

    def __init__(self, size: int) -> None:
        self.size = size

    def write(self, value: Iterable[int], formats: Formats) -> bytes:
        field = bytearray(self.size)
        for number in value:
            if not 0 <= number < 8 * self.size:
                raise EncodeError(f"{number} does not fit into a set of {self.size} bytes")
            field[number // 8] |= 1 << number % 8
        return bytes(field)

    def read(self, data: Reader) -> frozenset[int]:
        field = data.take(self.size)
        return frozenset(number for number in range(8 * self.size) if field[number // 8] >> number % 8 & 1)


class Time:
    """LTIME_DATE, to the second, or STIME_DATE, to the minute."""

    def __init__(self, *, seconds: bool) -> None:
        self.seconds = seconds

    def write(self, value: float | None, formats: Formats) -> bytes:
        size = (LTIME_SIZES if self.seconds else STIME_SIZES)[formats.time]
        return bytes(size) if value is None else formats.pack_time(value, seconds=self.seconds)

    def read(self, data: Reader) -> float | None:
        size = (LTIME_SIZES if self.seconds else STIME_SIZES)[data.formats.time]
        return data.formats.unpack_time(data.take(size), seconds=self.seconds)


class Several(Generic[T]):
    """So many of the same, one after the other."""

    def __init__(self, codec: Codec[T], count: int) -> None:
        self.codec = codec
        self.count = count

    def write(self, value: tuple[T, ...], formats: Formats) -> bytes:
        if len(value) != self.count:
            raise EncodeError(f"{len(value)} elements instead of {self.count}")
        return b"".join(self.codec.write(one, formats) for one in value)

    def read(self, data: Reader) -> tuple[T, ...]:
        return tuple(self.codec.read(data) for _ in range(self.count))


class Layout(Generic[T]):
    """A record: the fields of a dataclass in their order on the wire. Fields that are left out keep their defaults."""

    def __init__(self, kind: type[T], **fields: Codec[Any]) -> None:
        self.kind = kind
        self.fields = fields

    def write(self, value: T, formats: Formats) -> bytes:
        return b"".join(codec.write(getattr(value, name), formats) for name, codec in self.fields.items())

    def read(self, data: Reader) -> T:
        return self.kind(**{name: codec.read(data) for name, codec in self.fields.items()})

    # -- whole tables --------------------------------------------------------------------------------------------

    def encode(self, value: T, formats: Formats) -> bytes:
        """A whole table. Raises EncodeError."""
        return self.write(value, formats)

    def size(self, formats: Formats) -> int:
        """Bytes of the record."""
        blank = Reader(bytes(_LARGEST), formats)
        self.read(blank)
        return blank.at

    def decode(self, data: bytes, formats: Formats) -> T:
        """A table from its bytes; what a manufacturer put behind it is left. Raises DecodeError."""
        return self.read(Reader(data, formats))


U8, U16, U32 = UInt(1), UInt(2), UInt(4)
LTIME, STIME = Time(seconds=True), Time(seconds=False)
NI1, NI2 = Ni(1), Ni(2)
