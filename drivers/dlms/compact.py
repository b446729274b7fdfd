"""compact-array (tag 19): a type description once, then the elements without tags (IEC 62056-5-3, TypeDescription)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.axdr import MAX_DEPTH, decode_bytes, decode_length, encode_bytes, encode_length
from drivers.dlms.errors import DecodeError, EncodeError
from drivers.dlms.scalars import DECODERS, ENCODERS
from drivers.dlms.values import Array, CompactArray, Data, Structure

VALUES_PER_BYTE = 16
VALUES_IN_ANY_CASE = 1024
"""Bounds on the values in one compact array: a description can promise billions of values that take no byte at all."""

_ARRAY, _STRUCTURE = 1, 2


@dataclass(frozen=True, slots=True)
class TypeDescription:
    """Type of an element: a tag; the element types of a structure, or the one of an array and its fixed ``count``."""

    tag: int
    parts: tuple[TypeDescription, ...] = ()
    count: int = 0


def encode_compact_array(value: CompactArray) -> bytes:
    """Contents of a compact array. An empty one is described as null-data. Raises EncodeError for mixed elements."""
    description = describe(value[0]) if value else TypeDescription(0)
    contents = bytearray()
    for element in value:
        if describe(element) != description:
            raise EncodeError("the elements of a compact array have different types")
        _encode_element(element, contents)
    return _encode_description(description) + encode_bytes(bytes(contents))


def decode_compact_array(data: bytes, at: int) -> tuple[CompactArray, int]:
    """Contents of a compact array, from ``at`` on."""
    description, at = _decode_description(data, at, 0)
    contents, end = decode_bytes(data, at)
    start = end - len(contents)
    elements: list[Data] = []
    budget = _Budget(VALUES_IN_ANY_CASE + VALUES_PER_BYTE * len(contents))
    position = 0
    while position < len(contents):
        try:
            element, after = _decode_element(description, contents, position, budget)
        except DecodeError as error:
            raise DecodeError(error.reason, start + error.offset) from None
        if after == position:
            raise DecodeError("contents for elements that take no bytes", start + position)
        elements.append(element)
        position = after
    return CompactArray(elements), end


def describe(value: Data) -> TypeDescription:
    """The type description of a value. Raises EncodeError for arrays with mixed elements and for compact arrays."""
    if isinstance(value, CompactArray):
        raise EncodeError("a compact array cannot hold another one")
    if isinstance(value, Structure):
        return TypeDescription(_STRUCTURE, tuple(describe(element) for element in value))
    if isinstance(value, Array):
        kinds = {describe(element) for element in value}
        if len(kinds) != 1:
            raise EncodeError("an array inside a compact array needs elements of one type")
        return TypeDescription(_ARRAY, (kinds.pop(),), len(value))
    try:
        return TypeDescription(ENCODERS[type(value)][0])
    except KeyError:
        raise EncodeError(f"{type(value).__name__} is not a type of DLMS data") from None


class _Budget:
    __slots__ = ("left",)

    def __init__(self, values: int) -> None:
        self.left = values

    def spend(self, at: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise DecodeError("more values in a compact array than its bytes can hold", at)


def _encode_element(value: Data, out: bytearray) -> None:
    if isinstance(value, (Structure, Array)):
        for element in value:
            _encode_element(element, out)
    else:
        out += ENCODERS[type(value)][1](value)


def _decode_element(kind: TypeDescription, data: bytes, at: int, budget: _Budget) -> tuple[Data, int]:
    budget.spend(at)
    if kind.tag == _STRUCTURE:
        elements = []
        for part in kind.parts:
            element, at = _decode_element(part, data, at, budget)
            elements.append(element)
        return Structure(elements), at
    if kind.tag == _ARRAY:
        elements = []
        for _ in range(kind.count):
            element, at = _decode_element(kind.parts[0], data, at, budget)
            elements.append(element)
        return Array(elements), at
    return DECODERS[kind.tag](data, at)


def _encode_description(kind: TypeDescription) -> bytes:
    if kind.tag == _STRUCTURE:
        parts = b"".join(_encode_description(part) for part in kind.parts)
        return bytes((_STRUCTURE,)) + encode_length(len(kind.parts)) + parts
    if kind.tag == _ARRAY:
        if kind.count > 0xFFFF:
            raise EncodeError("an array inside a compact array has at most 65535 elements")
        return bytes((_ARRAY,)) + kind.count.to_bytes(2, "big") + _encode_description(kind.parts[0])
    return bytes((kind.tag,))


def _decode_description(data: bytes, at: int, depth: int) -> tuple[TypeDescription, int]:
    if depth > MAX_DEPTH:
        raise DecodeError(f"nested deeper than {MAX_DEPTH}", at)
    tag = data[at]
    if tag == _STRUCTURE:
        count, after = decode_length(data, at + 1)
        if count > len(data) - after:
            raise DecodeError(f"{count} element types announced, {len(data) - after} bytes left", after)
        parts = []
        for _ in range(count):
            part, after = _decode_description(data, after, depth + 1)
            parts.append(part)
        return TypeDescription(_STRUCTURE, tuple(parts)), after
    if tag == _ARRAY:
        count = data[at + 1] << 8 | data[at + 2]
        part, after = _decode_description(data, at + 3, depth + 1)
        return TypeDescription(_ARRAY, (part,), count), after
    if tag not in DECODERS:
        raise DecodeError(f"tag {tag} in a type description", at)
    return TypeDescription(tag), at + 1
