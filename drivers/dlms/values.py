"""The types of DLMS data (IEC 62056-6-2, common data types) as Python values.

A DLMS value *is* the Python value that it stands for: `U16` is an ``int``, `OctetString` is ``bytes``, `Structure` is a
``tuple``; its class says which of the DLMS types goes on the wire. Booleans are Python's own, null-data is `NULL`
(``None`` is left to mean *absent*). Values are immutable and hashable. Since ``U8(1) == U16(1) == 1``, two values that
must agree in type as well are compared by their encodings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self, TypeAlias

from drivers.dlms.datetimes import Date, DateTime, Time
from drivers.dlms.errors import EncodeError


class Null:
    """null-data. Use the one value `NULL`."""

    __slots__ = ()
    _only: ClassVar[Null | None] = None

    def __new__(cls) -> Null:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "NULL"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "NULL"


class DontCare:
    """dont-care (tag 255), as in restrictions of a push object list. Use the one value `DONT_CARE`."""

    __slots__ = ()
    _only: ClassVar[DontCare | None] = None

    def __new__(cls) -> DontCare:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "DONT_CARE"

    def __reduce__(self) -> str:
        return "DONT_CARE"


NULL = Null()
DONT_CARE = DontCare()


class Integer(int):
    """Base of the integer types. The constructor raises EncodeError outside ``low`` to ``high``."""

    __slots__ = ()
    tag: ClassVar[int]
    low: ClassVar[int]
    high: ClassVar[int]

    def __new__(cls, value: int) -> Self:
        if not cls.low <= value <= cls.high:
            raise EncodeError(f"{value} is not in the range of {cls.__name__}, {cls.low} to {cls.high}")
        return int.__new__(cls, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"


class U8(Integer):
    """unsigned."""

    __slots__ = ()
    tag, low, high = 17, 0, 0xFF


class U16(Integer):
    """long-unsigned."""

    __slots__ = ()
    tag, low, high = 18, 0, 0xFFFF


class U32(Integer):
    """double-long-unsigned."""

    __slots__ = ()
    tag, low, high = 6, 0, 0xFFFFFFFF


class U64(Integer):
    """long64-unsigned."""

    __slots__ = ()
    tag, low, high = 21, 0, 0xFFFFFFFFFFFFFFFF


class I8(Integer):
    """integer."""

    __slots__ = ()
    tag, low, high = 15, -0x80, 0x7F


class I16(Integer):
    """long."""

    __slots__ = ()
    tag, low, high = 16, -0x8000, 0x7FFF


class I32(Integer):
    """double-long."""

    __slots__ = ()
    tag, low, high = 5, -0x80000000, 0x7FFFFFFF


class I64(Integer):
    """long64."""

    __slots__ = ()
    tag, low, high = 20, -0x8000000000000000, 0x7FFFFFFFFFFFFFFF


class Enum(Integer):
    """enum: an unsigned byte whose meaning the class of the object gives."""

    __slots__ = ()
    tag, low, high = 22, 0, 0xFF


class Bcd(Integer):
    """bcd: on the wire an integer of one byte, whose two half-bytes the reader may take as digits."""

    __slots__ = ()
    tag, low, high = 13, -0x80, 0x7F


class DeltaI8(Integer):
    """delta-integer: difference to the same element of the entry before."""

    __slots__ = ()
    tag, low, high = 28, -0x80, 0x7F


class DeltaI16(Integer):
    """delta-long."""

    __slots__ = ()
    tag, low, high = 29, -0x8000, 0x7FFF


class DeltaI32(Integer):
    """delta-double-long."""

    __slots__ = ()
    tag, low, high = 30, -0x80000000, 0x7FFFFFFF


class DeltaU8(Integer):
    """delta-unsigned."""

    __slots__ = ()
    tag, low, high = 31, 0, 0xFF


class DeltaU16(Integer):
    """delta-long-unsigned."""

    __slots__ = ()
    tag, low, high = 32, 0, 0xFFFF


class DeltaU32(Integer):
    """delta-double-long-unsigned."""

    __slots__ = ()
    tag, low, high = 33, 0, 0xFFFFFFFF


class Float32(float):
    """float32 (IEEE 754 single). Encoding rounds to the nearest single."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Float32({float(self)!r})"


class Float64(float):
    """float64 (IEEE 754 double)."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Float64({float(self)!r})"


class OctetString(bytes):
    """octet-string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"OctetString.fromhex({self.hex()!r})"


class VisibleString(str):
    """visible-string. Characters above 0x7E, which some meters send, are read and written as Latin-1."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"VisibleString({str(self)!r})"


class Utf8String(str):
    """utf8-string."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Utf8String({str(self)!r})"


class BitString(str):
    """bit-string, first bit first: ``BitString("0110")``. Raises EncodeError for characters other than 0 and 1."""

    __slots__ = ()

    def __new__(cls, bits: str) -> Self:
        if bits.strip("01"):
            raise EncodeError(f"a bit string has only 0 and 1: {bits!r}")
        return str.__new__(cls, bits)

    @classmethod
    def of(cls, number: int, length: int) -> Self:
        """The ``length`` low bits of ``number``, highest first."""
        return str.__new__(cls, format(number & ((1 << length) - 1), f"0{length}b") if length else "")

    @property
    def number(self) -> int:
        """The bits as a number, the first bit highest. An empty string is 0."""
        return int(self, 2) if self else 0

    def __repr__(self) -> str:
        return f"BitString({str(self)!r})"


class Structure(tuple["Data", ...]):
    """structure: elements of any types."""

    __slots__ = ()

    def __new__(cls, elements: Iterable[Data] = ()) -> Self:
        return tuple.__new__(cls, elements)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class Array(tuple["Data", ...]):
    """array: elements of one type (not enforced, since devices send others and probes must)."""

    __slots__ = ()

    def __new__(cls, elements: Iterable[Data] = ()) -> Self:
        return tuple.__new__(cls, elements)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class CompactArray(Array):
    """compact-array: an array whose elements go on the wire without their tags. Encoding needs elements of one type."""

    __slots__ = ()


Data: TypeAlias = (
    Null
    | DontCare
    | bool
    | Integer
    | Float32
    | Float64
    | OctetString
    | VisibleString
    | Utf8String
    | BitString
    | Structure
    | Array
    | DateTime
    | Date
    | Time
)
"""Any DLMS value."""
