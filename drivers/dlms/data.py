"""DLMS data and their A-XDR coding: the types of `drivers.dlms.values`, `encode_data` and `decode_data`.

>>> encode_data(Structure([U16(500), OctetString(b"ab"), True])).hex()
'02031201f4090261620301'
>>> decode_data(bytes.fromhex("02031201f4090261620301"))
Structure([U16(500), OctetString.fromhex('6162'), True])
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.dlms.axdr import MAX_DEPTH, decode_length, decode_prefix, decode_whole, encode_length
from drivers.dlms.compact import decode_compact_array, encode_compact_array
from drivers.dlms.datetimes import Date, DateTime, Time
from drivers.dlms.errors import DecodeError, EncodeError
from drivers.dlms.scalars import DECODERS, ENCODERS, ContentDecoder
from drivers.dlms.values import (
    DONT_CARE,
    I8,
    I16,
    I32,
    I64,
    NULL,
    U8,
    U16,
    U32,
    U64,
    Array,
    Bcd,
    BitString,
    CompactArray,
    Data,
    DeltaI8,
    DeltaI16,
    DeltaI32,
    DeltaU8,
    DeltaU16,
    DeltaU32,
    DontCare,
    Enum,
    Float32,
    Float64,
    Integer,
    Null,
    OctetString,
    Structure,
    Utf8String,
    VisibleString,
)

Boolean = bool
"""boolean is Python's own."""

_ARRAY, _STRUCTURE, _COMPACT = 1, 2, 19
_BY_TAG: list[ContentDecoder | None] = [DECODERS.get(tag) for tag in range(256)]


def encode_data(value: Data) -> bytes:
    """The A-XDR encoding of ``value``, tag included. Raises EncodeError for anything that is not DLMS data."""
    out = bytearray()
    encode_into(value, out)
    return bytes(out)


def decode_data(data: bytes) -> Data:
    """The value that ``data`` encodes, all of it. Raises DecodeError, and nothing else, for anything else.

    Nesting is followed down to `drivers.dlms.axdr.MAX_DEPTH` levels.
    """
    return decode_whole(decode_from, data)


def decode_data_prefix(data: bytes, at: int = 0) -> tuple[Data, int]:
    """The value that starts at ``at``, and the offset after it. Raises DecodeError, and nothing else."""
    return decode_prefix(decode_from, data, at)


def encode_into(value: Data, out: bytearray) -> None:
    """Append the encoding of ``value`` to ``out``; for encoders of messages that hold data."""
    kind = type(value)
    known = ENCODERS.get(kind)
    if known is not None:
        out.append(known[0])
        out += known[1](value)
    elif isinstance(value, CompactArray):
        out.append(_COMPACT)
        out += encode_compact_array(value)
    elif isinstance(value, (Structure, Array)):
        out.append(_STRUCTURE if kind is Structure else _ARRAY)
        out += encode_length(len(value))
        for element in value:
            encode_into(element, out)
    else:
        raise EncodeError(f"{kind.__name__} is not a type of DLMS data")


def decode_from(data: bytes, at: int, depth: int = 0) -> tuple[Data, int]:
    """As `decode_data_prefix`, for use inside a decoder: running over the end raises IndexError or struct.error."""
    tag = data[at]
    decoder = _BY_TAG[tag]
    if decoder is not None:
        return decoder(data, at + 1)
    if tag == _STRUCTURE:
        return _decode_elements(Structure, data, at + 1, depth)
    if tag == _ARRAY:
        return _decode_elements(Array, data, at + 1, depth)
    if tag == _COMPACT:
        return decode_compact_array(data, at + 1)
    raise DecodeError(f"{tag} is not a tag of DLMS data", at)


def _decode_elements(
    kind: Callable[[list[Data]], Structure | Array], data: bytes, at: int, depth: int
) -> tuple[Data, int]:
    if depth >= MAX_DEPTH:
        raise DecodeError(f"nested deeper than {MAX_DEPTH}", at)
    count, at = decode_length(data, at)
    if count > len(data) - at:
        raise DecodeError(f"{count} elements announced, {len(data) - at} bytes left", at)
    elements: list[Data] = []
    for _ in range(count):
        element, at = decode_from(data, at, depth + 1)
        elements.append(element)
    return kind(elements), at


__all__ = [
    "DONT_CARE",
    "I8",
    "I16",
    "I32",
    "I64",
    "NULL",
    "U8",
    "U16",
    "U32",
    "U64",
    "Array",
    "Bcd",
    "BitString",
    "Boolean",
    "CompactArray",
    "Data",
    "Date",
    "DateTime",
    "DeltaI8",
    "DeltaI16",
    "DeltaI32",
    "DeltaU8",
    "DeltaU16",
    "DeltaU32",
    "DontCare",
    "Enum",
    "Float32",
    "Float64",
    "Integer",
    "Null",
    "OctetString",
    "Structure",
    "Time",
    "Utf8String",
    "VisibleString",
    "decode_data",
    "decode_data_prefix",
    "decode_from",
    "encode_data",
    "encode_into",
]
