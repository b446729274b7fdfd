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
