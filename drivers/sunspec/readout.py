"""Which registers are read together: few reads, and nothing torn between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

READ_AT_MOST = 125
WRITE_AT_MOST = 123
"""Registers of one request (MODBUS Application Protocol V1.1b3, clauses 6.3 and 6.12)."""

Span = tuple[int, int]
"""From the first register to the one after the last."""


def cut_before(address: int, whole: Sequence[Span], start: int) -> int:
    """The last place at or before ``address`` where a read that began at ``start`` may end.

    ``address`` itself where ``whole`` leaves no place after ``start``: what does not fit into one read is cut.
    """
    cut = address
    while torn := [first for first, end in whole if first < cut < end]:
        cut = min(torn)
    return cut if cut > start else address


def reads(span: Span, whole: Sequence[Span], at_most: int = READ_AT_MOST) -> Iterator[Span]:
    """The fewest reads of at most ``at_most`` registers that cover ``span`` and tear nothing of ``whole``."""
    start, end = span
    while start < end:
        stop = min(start + at_most, end)
        if stop < end:
            stop = cut_before(stop, whole, start)
        yield start, stop
        start = stop


def joined(spans: Iterable[Span], at_most: int = READ_AT_MOST) -> list[Span]:
    """The fewest reads that cover all of ``spans``, each within one, with what lies between them.

    A span longer than ``at_most`` stays one; `reads` divides it.
    """
    found: list[Span] = []
    for first, end in sorted(spans):
        if found and max(end, found[-1][1]) - found[-1][0] <= at_most:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((first, end))
    return found


def adjacent(spans: Iterable[Span], at_most: int = WRITE_AT_MOST) -> list[list[Span]]:
    """``spans`` in the order of their addresses, together where one ends as the next begins: what one write carries."""
    found: list[list[Span]] = []
    for first, end in sorted(spans):
        if found and found[-1][-1][1] == first and end - found[-1][0][0] <= at_most:
            found[-1].append((first, end))
        else:
            found.append([(first, end)])
    return found
