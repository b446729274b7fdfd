"""The check sequence of HDLC frames: CRC-16/X.25, sent low byte first (ISO/IEC 13239, 4.2.5; IEC 62056-46, 6.4.4)."""

from __future__ import annotations

_POLYNOMIAL = 0x8408  # x^16 + x^12 + x^5 + 1, bit-reversed


def _table() -> tuple[int, ...]:
    entries = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ _POLYNOMIAL if value & 1 else value >> 1
        entries.append(value)
    return tuple(entries)


_TABLE = _table()


def crc16_x25(data: bytes) -> int:
    """CRC-16/X.25 of ``data``; its check value, of the text ``123456789``, is 0x906E."""
    crc = 0xFFFF
    table = _TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFF


def check_sequence(data: bytes) -> bytes:
    """The two bytes that follow ``data`` as its HCS or FCS."""
    return crc16_x25(data).to_bytes(2, "little")
