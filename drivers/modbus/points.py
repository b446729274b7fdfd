"""Quantities in registers: where one stands, how its value is written, and which way round.

A register map is data: a supplier's handbook says "40012, U32, x 0.1 W", and a `Point` says the same.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from drivers.modbus.codes import Space
from drivers.modbus.errors import EncodeError

_NUMBERS = {"u16": "H", "i16": "h", "u32": "I", "i32": "i", "u64": "Q", "i64": "q", "f32": "f", "f64": "d"}
KINDS = (*_NUMBERS, "text", "bit")
Value = float | str | bool


@dataclass(frozen=True, slots=True)
class Point:
    """One quantity. ``address`` is the one on the wire, from 0.

    ``kind``: ``u16 i16 u32 i32 u64 i64 f32 f64``, ``text`` (``count`` registers of ASCII, padded with zeros), or
    ``bit`` (in the spaces of coils and discrete inputs). The value is ``scale`` times the number. ``swapped``: the low
    word comes first. Raises ValueError for what is no point.
    """

    name: str
    address: int
    kind: str = "u16"
    space: Space = Space.HOLDING
    scale: float = 1.0
    unit: str = ""
    count: int = 0
    swapped: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"point {self.name}: unknown kind {self.kind!r}; known are {', '.join(KINDS)}")
        if (self.kind == "bit") != self.space.is_bits:
            raise ValueError(f"point {self.name}: kind {self.kind} does not stand in a {self.space.value}")
        if (self.kind == "text") != bool(self.count):
            raise ValueError(f"point {self.name}: a text, and nothing else, has a count of registers")
        if not 0 <= self.address <= 0x10000 - self.size:
            raise ValueError(f"point {self.name}: address {self.address} is none")

    @property
    def size(self) -> int:
        """Registers (or bits) that the point takes."""
        if self.kind == "bit":
            return 1
        return self.count if self.kind == "text" else struct.calcsize(f">{_NUMBERS[self.kind]}") // 2

    @property
    def addresses(self) -> range:
        """Where it stands."""
        return range(self.address, self.address + self.size)

    def decode(self, registers: Sequence[int]) -> Value:
        """The value that stands in ``registers``, of which there are ``size``."""
        if self.kind == "bit":
            return bool(registers[0])
        raw = struct.pack(f">{self.size}H", *(reversed(registers) if self.swapped else registers))
        if self.kind == "text":
            return raw.rstrip(b"\0 ").decode("ascii", "backslashreplace")
        (number,) = struct.unpack(f">{_NUMBERS[self.kind]}", raw)
        return float(number) * self.scale

    def encode(self, value: Value) -> list[int]:
        """``value`` as registers, rounded to what they resolve. Raises EncodeError for one that does not fit."""
        if self.kind == "bit":
            return [int(bool(value))]
        if self.kind == "text":
            raw = str(value).encode("ascii", "replace")
            if len(raw) > 2 * self.count:
                raise EncodeError(f"{self.name}: {len(raw)} characters, {2 * self.count} at most")
            raw = raw.ljust(2 * self.count, b"\0")
        else:
            number = float(value) / self.scale
            try:
                raw = struct.pack(f">{_NUMBERS[self.kind]}", number if self.kind[0] == "f" else round(number))
            except (struct.error, OverflowError, ValueError) as error:
                raise EncodeError(f"{self.name}: {value} does not fit: {error}") from error
        registers = list(struct.unpack(f">{self.size}H", raw))
        return registers[::-1] if self.swapped else registers


def repeated(first: Point, repeat: int = 0, stride: int = 0) -> Mapping[str, Point]:
    """``repeat`` points like ``first``, numbered from 1, ``stride`` addresses apart (0: side by side); 0: it alone."""
    if not repeat:
        return {first.name: first}
    step = stride or first.size
    made = (
        replace(first, name=f"{first.name}_{number + 1}", address=first.address + number * step)
        for number in range(repeat)
    )
    return {point.name: point for point in made}
