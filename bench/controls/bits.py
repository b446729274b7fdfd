"""Messages with single bits turned over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random


def flipped(message: bytes, bits: Sequence[int]) -> bytes:
    """``message`` with these bits turned over; bit 0 is the lowest bit of the first byte."""
    changed = bytearray(message)
    for bit in bits:
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def spread(random: Random, first: int, last: int, count: int) -> Iterator[int]:
    """``count`` numbers from ``first`` up to and without ``last``: one drawn from each of as many equal parts.

    So that a few of them reach every part of a field. Where there are fewer numbers than that, they repeat.
    """
    width = last - first
    for index in range(count):
        low, high = index * width // count, (index + 1) * width // count
        yield first + (random.randrange(low, high) if high > low else index % width)
