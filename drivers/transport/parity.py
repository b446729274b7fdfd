"""Parity in software, for byte streams that carry 8 bits whatever is asked: ptys and plain sockets.

A character of 7 data bits travels with its parity bit as bit 7, which is what a UART set to 8N1 makes of it:
7E1 and 8N1 take the same time on the line. With 8 data bits there is no room for a parity bit, and none is
sent.
"""

from __future__ import annotations

from functools import cache

_STRIP = bytes(value & 0x7F for value in range(256))


def _parity_bit(value: int, parity: str) -> int:
    match parity:
        case "E":
            return value.bit_count() & 1
        case "O":
            return ~value.bit_count() & 1
        case "M":
            return 1
        case _:  # space, and no parity at all
            return 0


@cache
def _tables(parity: str) -> tuple[bytes, bytes]:
    """By character: with its parity bit; 1 where it came with the wrong one."""
    table = bytes(value & 0x7F | _parity_bit(value & 0x7F, parity) << 7 for value in range(256))
    return table, bytes(parity != "N" and table[value] != value for value in range(256))


class SoftwareParity:
    """Adds and checks the parity bit of 7-bit characters; with 8 data bits it changes nothing.

    ``errors`` counts the received characters whose parity bit was wrong; they are delivered all the same, as
    a UART without parity checking does. 7 bits without parity travel with bit 7 clear, and any bit 7 is
    accepted.
    """

    def __init__(self, data_bits: int, parity: str) -> None:
        self.errors = 0
        self._transparent = data_bits != 7
        self._encode, self._wrong = _tables(parity)

    def encode(self, data: bytes) -> bytes:
        """Characters with their parity bit. Bits above the 7 data bits are lost, as on a real line."""
        return data if self._transparent else data.translate(self._encode)

    def decode(self, data: bytes) -> bytes:
        """Characters without their parity bit."""
        if self._transparent:
            return data
        self.errors += data.translate(self._wrong).count(1)
        return data.translate(_STRIP)
