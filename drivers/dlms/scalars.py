"""A-XDR coding of the DLMS types that hold no other values. Contents only: the tag is `drivers.dlms.data`'s."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from drivers.dlms.axdr import decode_bytes, decode_length, encode_bytes, encode_length, take
from drivers.dlms.datetimes import Date, DateTime, Time
from drivers.dlms.errors import DecodeError, EncodeError
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
    Bcd,
    BitString,
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
    Utf8String,
    VisibleString,
)

ContentDecoder = Callable[[bytes, int], tuple[Data, int]]
ContentEncoder = Callable[[Any], bytes]

_LAYOUTS: dict[type[Integer], struct.Struct] = {
    U8: struct.Struct(">B"), U16: struct.Struct(">H"), U32: struct.Struct(">I"), U64: struct.Struct(">Q"),
    I8: struct.Struct(">b"), I16: struct.Struct(">h"), I32: struct.Struct(">i"), I64: struct.Struct(">q"),
    Enum: struct.Struct(">B"), Bcd: struct.Struct(">b"),
    DeltaI8: struct.Struct(">b"), DeltaI16: struct.Struct(">h"), DeltaI32: struct.Struct(">i"),
    DeltaU8: struct.Struct(">B"), DeltaU16: struct.Struct(">H"), DeltaU32: struct.Struct(">I"),
}  # fmt: skip


def _integer_decoder(kind: type[Integer], layout: struct.Struct) -> ContentDecoder:
    unpack_from, size, make = layout.unpack_from, layout.size, int.__new__

    def decode(data: bytes, at: int) -> tuple[Data, int]:
        return make(kind, unpack_from(data, at)[0]), at + size

    return decode


def _decode_null(_data: bytes, at: int) -> tuple[Data, int]:
    return NULL, at


def _decode_dont_care(_data: bytes, at: int) -> tuple[Data, int]:
    return DONT_CARE, at


def _decode_boolean(data: bytes, at: int) -> tuple[Data, int]:
    return data[at] != 0, at + 1


def _decode_bit_string(data: bytes, at: int) -> tuple[Data, int]:
    length, at = decode_length(data, at)
    raw, at = take(data, at, (length + 7) // 8)
    return BitString.of(int.from_bytes(raw, "big") >> (-length % 8), length), at


def _encode_bit_string(value: BitString) -> bytes:
    length = len(value)
    return encode_length(length) + (value.number << (-length % 8)).to_bytes((length + 7) // 8, "big")


def _decode_octet_string(data: bytes, at: int) -> tuple[Data, int]:
    raw, at = decode_bytes(data, at)
    return OctetString(raw), at


def _decode_visible_string(data: bytes, at: int) -> tuple[Data, int]:
    raw, at = decode_bytes(data, at)
    return VisibleString(raw.decode("latin-1")), at


def _encode_visible_string(value: str) -> bytes:
    try:
        return encode_bytes(value.encode("latin-1"))
    except UnicodeEncodeError as error:
        raise EncodeError(f"not a visible string: {error.reason}") from None


def _decode_utf8_string(data: bytes, at: int) -> tuple[Data, int]:
    start = at
    raw, at = decode_bytes(data, at)
    try:
        return Utf8String(raw.decode()), at
    except UnicodeDecodeError as error:
        raise DecodeError(f"not UTF-8: {error.reason}", start) from None


def _encode_utf8_string(value: str) -> bytes:
    try:
        return encode_bytes(value.encode())
    except UnicodeEncodeError as error:
        raise EncodeError(f"not UTF-8: {error.reason}") from None


_FLOAT32, _FLOAT64 = struct.Struct(">f"), struct.Struct(">d")


def _decode_float32(data: bytes, at: int) -> tuple[Data, int]:
    return Float32(_FLOAT32.unpack_from(data, at)[0]), at + 4


def _decode_float64(data: bytes, at: int) -> tuple[Data, int]:
    return Float64(_FLOAT64.unpack_from(data, at)[0]), at + 8


def _encode_float32(value: float) -> bytes:
    try:
        return _FLOAT32.pack(value)
    except OverflowError:
        raise EncodeError(f"{value} is too large for float32") from None


def _moment_decoder(kind: type[DateTime] | type[Date] | type[Time]) -> ContentDecoder:
    def decode(data: bytes, at: int) -> tuple[Data, int]:
        raw, at = take(data, at, kind.size)
        return kind.from_bytes(raw), at

    return decode


DECODERS: dict[int, ContentDecoder] = {
    0: _decode_null,
    3: _decode_boolean,
    4: _decode_bit_string,
    9: _decode_octet_string,
    10: _decode_visible_string,
    12: _decode_utf8_string,
    23: _decode_float32,
    24: _decode_float64,
    255: _decode_dont_care,
    **{kind.tag: _integer_decoder(kind, layout) for kind, layout in _LAYOUTS.items()},
    **{kind.tag: _moment_decoder(kind) for kind in (DateTime, Date, Time)},
}
"""Decoder of the contents, by tag."""

ENCODERS: dict[type, tuple[int, ContentEncoder]] = {
    Null: (0, lambda _value: b""),
    bool: (3, lambda value: b"\x01" if value else b"\x00"),
    BitString: (4, _encode_bit_string),
    OctetString: (9, encode_bytes),
    VisibleString: (10, _encode_visible_string),
    Utf8String: (12, _encode_utf8_string),
    Float32: (23, _encode_float32),
    Float64: (24, _FLOAT64.pack),
    DontCare: (255, lambda _value: b""),
    **{kind: (kind.tag, layout.pack) for kind, layout in _LAYOUTS.items()},
    **{kind: (kind.tag, kind.to_bytes) for kind in (DateTime, Date, Time)},
}
"""Tag and encoder of the contents, by type."""
