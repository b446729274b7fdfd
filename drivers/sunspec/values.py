"""A point's registers and its value: every type of the SunSpec Information Model Specification (5.2, table of types).

A value is an int, a float (the float types) or a str (``string``, ``ipaddr``, ``ipv6addr``, ``eui48``). None is *not
implemented*, for which each type has a reserved pattern. Accumulators have 0 for that, which a counter that has not
counted yet shows as well: they read as 0. Scale factors are not applied here.
"""

from __future__ import annotations

import ipaddress
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from drivers.sunspec.errors import ValueRangeError

Value = int | float | str


class PointType(Enum):
    """The types that models use, named as in the specification."""

    INT16 = "int16"
    UINT16 = "uint16"
    COUNT = "count"
    ACC16 = "acc16"
    ENUM16 = "enum16"
    BITFIELD16 = "bitfield16"
    PAD = "pad"
    SUNSSF = "sunssf"
    INT32 = "int32"
    UINT32 = "uint32"
    ACC32 = "acc32"
    ENUM32 = "enum32"
    BITFIELD32 = "bitfield32"
    IPADDR = "ipaddr"
    INT64 = "int64"
    UINT64 = "uint64"
    ACC64 = "acc64"
    BITFIELD64 = "bitfield64"
    IPV6ADDR = "ipv6addr"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STRING = "string"
    EUI48 = "eui48"

    @property
    def is_integer(self) -> bool:
        """Whether a scale factor may apply."""
        return self in _INTEGERS

    @property
    def is_bitfield(self) -> bool:
        return self in (PointType.BITFIELD16, PointType.BITFIELD32, PointType.BITFIELD64)

    @property
    def is_enumeration(self) -> bool:
        return self in (PointType.ENUM16, PointType.ENUM32)


@dataclass(frozen=True)
class _Integer:
    registers: int
    signed: bool
    absent: int | None
    """The pattern for not implemented, as the number that it would be; None: there is none that can be told."""

    @property
    def lowest(self) -> int:
        return -(1 << (16 * self.registers - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        return (1 << (16 * self.registers - self.signed)) - 1


def _signed(registers: int) -> _Integer:
    return _Integer(registers, True, -(1 << (16 * registers - 1)))


def _unsigned(registers: int) -> _Integer:
    return _Integer(registers, False, (1 << 16 * registers) - 1)


def _accumulator(registers: int) -> _Integer:
    return _Integer(registers, False, None)


_INTEGERS = {
    PointType.INT16: _signed(1),
    PointType.INT32: _signed(2),
    PointType.INT64: _signed(4),
    PointType.SUNSSF: _signed(1),
    PointType.UINT16: _unsigned(1),
    PointType.COUNT: _unsigned(1),
    PointType.UINT32: _unsigned(2),
    PointType.UINT64: _unsigned(4),
    PointType.ENUM16: _unsigned(1),
    PointType.ENUM32: _unsigned(2),
    PointType.BITFIELD16: _unsigned(1),
    PointType.BITFIELD32: _unsigned(2),
    PointType.BITFIELD64: _unsigned(4),
    PointType.ACC16: _accumulator(1),
    PointType.ACC32: _accumulator(2),
    PointType.ACC64: _accumulator(4),
}
_FLOATS = {PointType.FLOAT32: (">f", 2, 0x7FC00000), PointType.FLOAT64: (">d", 4, 0x7FF8000000000000)}
_SIZES = {PointType.IPADDR: 2, PointType.IPV6ADDR: 8, PointType.EUI48: 4}
_NO_PAD = 0x8000
_SIGN = 0x8000
_NO_EUI48 = bytes.fromhex("0000FFFFFFFFFFFF")


def registers_of(kind: PointType, size: int = 0) -> int:
    """How many registers a point of this type takes; ``size`` is that of a string or pad."""
    if kind in _INTEGERS:
        return _INTEGERS[kind].registers
    if kind in _FLOATS:
        return _FLOATS[kind][1]
    return _SIZES.get(kind, size)


def integer_range(kind: PointType) -> tuple[int, int]:
    """The lowest and the highest value that can be written, without the pattern for not implemented."""
    integer = _INTEGERS[kind]
    lowest, highest = integer.lowest, integer.highest
    return lowest + (integer.absent == lowest), highest - (integer.absent == highest)


def decode(kind: PointType, registers: Sequence[int]) -> Value | None:
    """The value of a point that is all of ``registers``; None when it is not implemented."""
    integer = _INTEGERS.get(kind)
    if integer is not None:
        number = 0
        for register in registers:
            number = number << 16 | register
        if integer.signed and registers[0] & _SIGN:
            number -= 1 << 16 * integer.registers
        return None if number == integer.absent else number
    data = struct.pack(f">{len(registers)}H", *registers)
    if kind in _FLOATS:
        (real,) = struct.unpack(_FLOATS[kind][0], data)
        return None if math.isnan(real) else float(real)
    return None if kind is PointType.PAD else _decode_text(kind, data)


def _decode_text(kind: PointType, data: bytes) -> str | None:
    if not any(data) or (kind is PointType.EUI48 and data == _NO_EUI48):
        return None
    if kind is PointType.IPADDR:
        return str(ipaddress.IPv4Address(data))
    if kind is PointType.IPV6ADDR:
        return str(ipaddress.IPv6Address(data))
    if kind is PointType.EUI48:
        return data[2:].hex(":").upper()
    return data.split(b"\0", 1)[0].decode("utf-8", "replace").rstrip()


def encode(kind: PointType, value: Value | None, size: int = 0) -> list[int]:
    """The registers of ``value``; None is the pattern for not implemented. ``size``: registers of a string or pad.

    Raises ValueRangeError for what the type cannot hold.
    """
    count = registers_of(kind, size or 1)
    if kind in _INTEGERS:
        data = _integer_bytes(kind, value)
    elif kind in _FLOATS:
        data = _float_bytes(kind, value)
    elif kind is PointType.PAD:
        data = struct.pack(">H", _NO_PAD) * count
    else:
        data = _text_bytes(kind, value, count)
    return list(struct.unpack(f">{count}H", data))


def _integer_bytes(kind: PointType, value: Value | None) -> bytes:
    integer = _INTEGERS[kind]
    if value is None:
        value = integer.absent or 0
    elif isinstance(value, str) or value != int(value):
        raise ValueRangeError(f"{value!r} is no whole number, as a point of type {kind.value} has it")
    else:
        lowest, highest = integer_range(kind)
        if not lowest <= value <= highest:
            raise ValueRangeError(f"{value} is out of {lowest} to {highest}, what type {kind.value} holds")
    return int(value).to_bytes(2 * integer.registers, "big", signed=integer.signed)


def _float_bytes(kind: PointType, value: Value | None) -> bytes:
    form, registers, absent = _FLOATS[kind]
    if value is None:
        return absent.to_bytes(2 * registers, "big")
    if isinstance(value, str) or math.isnan(value):
        raise ValueRangeError(f"{value!r} is no number, as a point of type {kind.value} has it")
    try:
        return struct.pack(form, value)
    except OverflowError as error:
        raise ValueRangeError(f"{value} is beyond type {kind.value}") from error


def _text_bytes(kind: PointType, value: Value | None, registers: int) -> bytes:
    if value is None:
        return _NO_EUI48 if kind is PointType.EUI48 else bytes(2 * registers)
    if not isinstance(value, str):
        raise ValueRangeError(f"{value!r} is no text, as a point of type {kind.value} has it")
    try:
        if kind is PointType.IPADDR:
            return ipaddress.IPv4Address(value).packed
        if kind is PointType.IPV6ADDR:
            return ipaddress.IPv6Address(value).packed
        if kind is PointType.EUI48:
            return _eui48_bytes(value)
    except ValueError as error:
        raise ValueRangeError(f"{value!r} is not of type {kind.value}: {error}") from error
    data = value.encode()
    if len(data) > 2 * registers:
        raise ValueRangeError(f"{value!r} is longer than the {2 * registers} bytes of its point")
    return data.ljust(2 * registers, b"\0")


def _eui48_bytes(value: str) -> bytes:
    address = bytes.fromhex(value.replace(":", "").replace("-", ""))
    if len(address) != 6:
        raise ValueError("it has six bytes")
    return bytes(2) + address
