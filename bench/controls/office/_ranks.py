"""Whether two samples differ in their location: the Mann-Whitney U test."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence


def mann_whitney_p(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p value by the normal approximation, with corrections for ties and continuity.

    Good from about eight values a sample. Raises ValueError for an empty one.
    """
    if not first or not second:
        raise ValueError("the test needs two samples")
    n, m = len(first), len(second)
    ranks = _ranks([*first, *second])
    u = sum(ranks[:n]) - n * (n + 1) / 2
    together = n + m
    ties = sum(count**3 - count for count in Counter([*first, *second]).values())
    variance = n * m / 12 * (together + 1 - ties / (together * (together - 1)))
    if variance <= 0:
        return 1.0
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1 on, tied values sharing the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for index in order[at : end + 1]:
            ranks[index] = (at + end) / 2 + 1
        at = end + 1
    return ranks
