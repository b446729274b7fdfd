"""Damaging a frame on its way: which bits of it a check covers, single bits and bursts of them. Pure.

A burst is what noise on a line does: some bits in a row, the first and the last of them wrong. A check sequence of 16
bits finds every burst of up to 16 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from bench.controls.bits import spread
from drivers.dlms.hdlc_frame import header_length
from drivers.dlms.wrapper import HEADER

LONGEST_BURST = 16
_FLAG, _CHECK = 1, 2

Regions = Mapping[str, tuple[int, int]]
"""Bits (first, behind the last) by what an engineer calls them."""


def hdlc_regions(line: bytes) -> Regions:
    """The parts of an I frame as it is on the line, its flags left out. Raises FrameError for what is no frame."""
    header = _FLAG + header_length(line[_FLAG:])
    information = header + _CHECK
    return {
        "header and its check sequence": (8 * _FLAG, 8 * information),
        "information and frame check sequence": (8 * information, 8 * (len(line) - _FLAG)),
    }


def wrapper_regions(_message: bytes) -> Regions:
    """The header, since nothing on this link checks the rest: that is the affair of the authentication (I-M2)."""
    return {"header": (0, 8 * HEADER)}


def errors(random: Random, region: tuple[int, int], singles: int, bursts: int) -> Iterator[tuple[str, list[int]]]:
    """Bits that arrive wrong: one of ``region``, ``singles`` times, then a burst in it, ``bursts`` times."""
    first, last = region
    for bit in spread(random, first, last, singles):
        yield f"bit {bit - first}", [bit]
    for start in spread(random, first, last - 1, bursts):
        length = random.randint(2, min(LONGEST_BURST, last - start))
        inside = [bit for bit in range(start + 1, start + length - 1) if random.random() < 0.5]
        yield f"burst of {length} bits from bit {start - first}", [start, *inside, start + length - 1]


def cuts(random: Random, length: int, count: int, inside_value: int) -> Iterator[int]:
    """Lengths to which to cut a message: ``count`` of any kind, and one that leaves its value half there."""
    yield from spread(random, 1, length - 1, count)
    yield inside_value
