"""The decision rule for analogue values: a guard band of the expanded uncertainty, k = 2.

U never widens a limit. A value passes when it lies inside the limit by at least U, fails when it lies outside by more
than U, and is inconclusive between (ILAC-G8:09/2019 4.2, guard band w = U). Counts and logic have U = 0 and are never
inconclusive for that reason.
"""

from __future__ import annotations

from bench.judgement.verdict import Verdict

COVERAGE_FACTOR = 2.0


def at_most(value: float, limit: float, standard_uncertainty: float) -> Verdict:
    """Verdict for ``value <= limit``; all three in the same unit."""
    expanded = COVERAGE_FACTOR * standard_uncertainty
    if value <= limit - expanded:
        return Verdict.PASS
    return Verdict.FAIL if value > limit + expanded else Verdict.INCONCLUSIVE


def at_least(value: float, limit: float, standard_uncertainty: float) -> Verdict:
    """Verdict for ``value >= limit``; all three in the same unit."""
    return at_most(-value, -limit, standard_uncertainty)


INSTRUMENT_SHARE = 1 / 3
"""Of half a band, that the expanded uncertainty of the instrument may at most be."""


def in_band(value: float, low: float, high: float, standard_uncertainty: float) -> Verdict:
    """Verdict for ``low <= value <= high``, where the band already holds the accuracy that is asked of the device (IEEE
    1547.1-2020: 1.5 times its minimum measurement accuracy) and no guard is added. An instrument that is not at least
    three times better than the band is wide proves nothing: inconclusive."""
    if COVERAGE_FACTOR * standard_uncertainty > INSTRUMENT_SHARE * (high - low) / 2:
        return Verdict.INCONCLUSIVE
    return Verdict.PASS if low <= value <= high else Verdict.FAIL
