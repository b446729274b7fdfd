"""Kinds of DLMS data as class definitions state them, and whether a value is of a kind.

A kind is a function from a value to what is wrong with it, empty when nothing is::

    >>> structure(integer, enum)(Structure([I8(0), U8(30)]))
    'element 2: U8(30) is no enum'
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.dlms.data import (
    I8,
    I16,
    I32,
    U8,
    U16,
    U32,
    Array,
    BitString,
    Data,
    Enum,
    Integer,
    Null,
    OctetString,
    Structure,
    Utf8String,
    VisibleString,
)

Kind = Callable[[Data], str]


def any_value(_value: Data) -> str:
    """A CHOICE of the class, or a type that the object's logical name decides."""
    return ""


def _of(name: str, *types: type) -> Kind:
    """``name`` as the standard calls it."""

    def check(value: Data) -> str:
        return "" if type(value) in types else f"{value!r:.60} is no {name}"

    return check


unsigned = _of("unsigned", U8)
long_unsigned = _of("long-unsigned", U16)
double_long_unsigned = _of("double-long-unsigned", U32)
integer = _of("integer", I8)
long = _of("long", I16)
double_long = _of("double-long", I32)
enum = _of("enum", Enum)
boolean = _of("boolean", bool)
bit_string = _of("bit-string", BitString)
text = _of("visible-string or UTF8-string", VisibleString, Utf8String)


def number(value: Data) -> str:
    """Any integer that is no enum."""
    return "" if isinstance(value, Integer) and type(value) is not Enum else f"{value!r:.60} is no number"


def octets(*lengths: int) -> Kind:
    """An octet-string, of one of these lengths in bytes where there are any."""

    def check(value: Data) -> str:
        if type(value) is not OctetString:
            return f"{value!r:.60} is no octet-string"
        if lengths and len(value) not in lengths:
            return f"an octet-string of {len(value)} bytes, not {' or '.join(map(str, lengths))}"
        return ""

    return check


def bits(count: int) -> Kind:
    """A bit-string of so many bits."""

    def check(value: Data) -> str:
        if type(value) is not BitString:
            return f"{value!r:.60} is no bit-string"
        return "" if len(value) == count else f"a bit-string of {len(value)} bits, not {count}"

    return check


def structure(*kinds: Kind) -> Kind:
    """A structure of exactly these elements."""

    def check(value: Data) -> str:
        if type(value) is not Structure:
            return f"{value!r:.60} is no structure"
        if len(value) != len(kinds):
            return f"a structure of {len(value)} elements, not {len(kinds)}"
        return _first_wrong([kind(element) for kind, element in zip(kinds, value, strict=True)])

    return check


def array(kind: Kind) -> Kind:
    """An array of any length of such elements."""

    def check(value: Data) -> str:
        if not isinstance(value, Array):
            return f"{value!r:.60} is no array"
        return _first_wrong([kind(element) for element in value])

    return check


def either(*kinds: Kind) -> Kind:
    """A value of any one of these kinds."""

    def check(value: Data) -> str:
        wrong = [kind(value) for kind in kinds]
        return "" if "" in wrong else wrong[0]

    return check


def or_null(kind: Kind) -> Kind:
    """Of this kind, or null-data."""
    return lambda value: "" if isinstance(value, Null) else kind(value)


def _first_wrong(found: list[str]) -> str:
    return next((f"element {place}: {wrong}" for place, wrong in enumerate(found, start=1) if wrong), "")


logical_name = octets(6)
date_time = octets(12)
date = octets(5)
time = octets(4)
script = structure(logical_name, long_unsigned)
value_definition = structure(long_unsigned, logical_name, integer)
"""class_id, logical_name, attribute_index."""
capture_object = structure(long_unsigned, logical_name, integer, long_unsigned)
scaler_unit = structure(integer, enum)
