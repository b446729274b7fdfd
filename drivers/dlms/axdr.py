"""What all A-XDR decoders of this package share (IEC 61334-6): lengths, bounds, strings of bytes.

A decoder is a function ``(data, at) -> (value, at_after)``. It may run over the end: indexing and unpacking raise
then, and `decode_prefix` turns that into a DecodeError once, around the outermost call; slices are checked by `take`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeVar

from drivers.dlms.errors import DecodeError, EncodeError

MAX_DEPTH = 32
"""Deepest nesting of structures and arrays that a decoder follows. Real objects stay below 10."""

T = TypeVar("T")
Decoder = Callable[[bytes, int], tuple[T, int]]


def encode_length(length: int) -> bytes:
    """A length or count: one byte below 128, else 0x80 + number of bytes, then those bytes."""
    if length < 0x80:
        return bytes((length,))
    if length <= 0xFF:
        return bytes((0x81, length))
    if length <= 0xFFFF:
        return bytes((0x82, length >> 8, length & 0xFF))
    if length <= 0xFFFFFFFF:
        return b"\x84" + length.to_bytes(4, "big")
    raise EncodeError(f"a length of {length} is more than the wire format holds")


def decode_length(data: bytes, at: int) -> tuple[int, int]:
    """A length of at most 4 bytes. Longer forms are refused: no message that needs them fits into a PDU."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if size == 0 or size > 4:
        raise DecodeError(f"length of {size} bytes", at)
    end = at + 1 + size
    if end > len(data):
        raise DecodeError("the message ends inside a length", len(data))
    return int.from_bytes(data[at + 1 : end], "big"), end


def encode_bytes(value: bytes) -> bytes:
    """A length and as many bytes."""
    return encode_length(len(value)) + value


def take(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    """Exactly ``size`` bytes."""
    end = at + size
    if end > len(data):
        raise DecodeError(f"{size} bytes announced, {max(0, len(data) - at)} left", min(at, len(data)))
    return data[at:end], end


def decode_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """A length and as many bytes."""
    length, at = decode_length(data, at)
    return take(data, at, length)


def decode_whole(decoder: Decoder[T], data: bytes) -> T:
    """Decode ``data`` from its first byte to its last. Raises DecodeError, and nothing else, for anything else."""
    if type(data) is not bytes:
        data = bytes(data)
    try:
        value, end = decoder(data, 0)
    except (IndexError, struct.error):
        raise DecodeError("the message ends too early", len(data)) from None
    if end != len(data):
        raise DecodeError(f"{len(data) - end} bytes too many", end)
    return value


def decode_prefix(decoder: Decoder[T], data: bytes, at: int) -> tuple[T, int]:
    """Decode from ``at`` on, with the bytes that follow left over. Raises DecodeError, and nothing else."""
    if type(data) is not bytes:
        data = bytes(data)
    try:
        return decoder(data, at)
    except (IndexError, struct.error):
        raise DecodeError("the message ends too early", len(data)) from None
