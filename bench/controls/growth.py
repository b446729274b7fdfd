"""Whether answers grow slower over a long load: the 95th percentiles of its first and last stretch. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Timed = tuple[float, float]
"""When a request was made, and how long its answer took (s)."""

LONGEST_STRETCH_S = 3600.0
_STRETCHES = 3


def stretch_s(duration_s: float) -> float:
    """How long the first and the last stretch are: an hour, of a shorter load a third of it.

    >>> stretch_s(86400.0), stretch_s(60.0)
    (3600.0, 20.0)
    """
    return min(LONGEST_STRETCH_S, duration_s / _STRETCHES)


def p95(values: Sequence[float]) -> float:
    """The 95th percentile by nearest rank. Raises ValueError for no values.

    >>> p95([1.0] * 95 + [9.0] * 5), p95([1.0] * 94 + [9.0] * 6)
    (1.0, 9.0)
    """
    if not values:
        raise ValueError("no values have no percentile")
    return sorted(values)[-(-95 * len(values) // 100) - 1]


def growth(answers: Sequence[Timed], stretch: float, resolution_s: float) -> float | None:
    """P95 of the last ``stretch`` over that of the first; None where one of them has no answer.

    Both count as at least ``resolution_s``: of answers faster than that nobody can tell whether they got slower.

    >>> growth([(0.0, 0.1), (9.0, 0.2), (20.0, 0.3)], 5.0, 0.01)
    3.0
    """
    if not answers:
        return None
    begin, end = answers[0][0], answers[-1][0]
    first = [took for at, took in answers if at - begin <= stretch]
    last = [took for at, took in answers if end - at <= stretch]
    return max(p95(last), resolution_s) / max(p95(first), resolution_s)
