"""A check names a criterion, the series that it judges and its limits; a finding is the answer.

Example
-------
>>> from bench.judgement.check import Check, judge
>>> from bench.judgement.observation import Observation
>>> seen = [Observation("replayed frame accepted", False), Observation("replayed frame accepted", True)]
>>> finding = judge(Check("no replayed frame has an effect", "never", "replayed frame accepted"), seen)
>>> finding.verdict.value, finding.seen
('fail', '1 of 2 true')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bench.judgement.criteria import Answer, criterion
from bench.judgement.observation import Json, Observation
from bench.judgement.verdict import Verdict


@dataclass(frozen=True)
class Check:
    """One step of a test. ``step`` is what a report prints; ``criterion`` a name in :mod:`bench.judgement.criteria`."""

    step: str
    criterion: str
    series: str
    limits: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """The answer to one check: what was expected, what was seen, and the journal records that it rests on."""

    step: str
    verdict: Verdict
    expected: str
    seen: str
    criterion: str
    series: str
    limits: Mapping[str, Json]
    evidence: tuple[int, ...] = ()


def judge(check: Check, observations: Iterable[Observation]) -> Finding:
    """Answer ``check`` from those of ``observations`` that belong to its series.

    What rests on an instrument whose calibration does not hold is inconclusive. Raises UnknownCriterionError.
    """
    series = [observation for observation in observations if observation.series == check.series]
    answer = _answer(check, series)
    return Finding(
        step=check.step,
        verdict=answer.verdict,
        expected=answer.expected,
        seen=answer.seen,
        criterion=check.criterion,
        series=check.series,
        limits=dict(check.limits),
        evidence=tuple(observation.record for observation in series if observation.record >= 0),
    )


def _answer(check: Check, series: Sequence[Observation]) -> Answer:
    """The criterion's answer; inconclusive where it rests on an instrument whose calibration does not hold.

    A fail stands that the other observations show by themselves.
    """
    ask = criterion(check.criterion)
    answer = ask(series, check.limits)
    doubts = dict.fromkeys(doubt for observation in series for doubt in observation.doubts)
    if not doubts or answer.verdict not in (Verdict.PASS, Verdict.FAIL):
        return answer
    sure = [observation for observation in series if not observation.doubts]
    if answer.verdict is Verdict.FAIL and ask(sure, check.limits).verdict is Verdict.FAIL:
        return answer
    return replace(answer, verdict=Verdict.INCONCLUSIVE, seen=f"{answer.seen}; but {', '.join(doubts)}")
