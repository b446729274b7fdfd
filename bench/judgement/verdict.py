"""The verdicts of ISO/IEC 9646-1 and how several become one (the definitions there are unverified)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """``error`` is the bench's own fault and never blames the IUT; ``not_run`` was planned and has no verdict."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"
    NOT_RUN = "not_run"


_WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.NOT_APPLICABLE)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for several findings: an earlier fail stands above an error; nothing at all is inconclusive."""
    present = set(verdicts)
    for verdict in _WORST_FIRST:
        if verdict in present:
            return verdict
    return Verdict.INCONCLUSIVE


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """0 all pass or not applicable; 1 some fail; 2 bench error; 3 only inconclusive or not run. 2 before 1 before 3."""
    present = set(verdicts)
    if Verdict.ERROR in present:
        return 2
    if Verdict.FAIL in present:
        return 1
    if present & {Verdict.INCONCLUSIVE, Verdict.NOT_RUN} or not present:
        return 3
    return 0
