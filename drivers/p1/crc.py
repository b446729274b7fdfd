"""The check of a telegram: CRC-16 with x16 + x15 + x2 + 1, least significant bit first, from 0 on (CRC-16/ARC)."""

from __future__ import annotations

_POLYNOMIAL = 0xA001


def _row(number: int) -> int:
    for _ in range(8):
        number = number >> 1 ^ _POLYNOMIAL if number & 1 else number >> 1
    return number


_TABLE = tuple(map(_row, range(256)))


def crc16(data: bytes) -> int:
    """The check over ``data``: in a telegram everything from the slash to the exclamation mark, both included."""
    check = 0
    for byte in data:
        check = check >> 8 ^ _TABLE[(check ^ byte) & 0xFF]
    return check
