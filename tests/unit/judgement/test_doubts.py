"""What rests on an instrument without valid calibration is inconclusive; what others show stands."""

from __future__ import annotations

import pytest

from bench.judgement.check import Check, judge
from bench.judgement.observation import Json, Observation
from bench.judgement.verdict import Verdict

DOUBT = ("the calibration of analyser was due on 2025-06-01",)
NEVER = Check("no replay has an effect", "never", "replay")
AT_MOST = Check("no current flows", "at_most", "current", {"limit": 0.01})


def replay(value: Json, doubts: tuple[str, ...] = ()) -> Observation:
    return Observation("replay", value, doubts=doubts)


@pytest.mark.parametrize("value", [0.001, 5.0])
def test_a_measured_value_in_doubt_is_inconclusive_and_says_why(value: float) -> None:
    finding = judge(AT_MOST, [Observation("current", value, unit="A", doubts=DOUBT)])
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert "the calibration of analyser was due on 2025-06-01" in finding.seen


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ([replay(False), replay(False)], Verdict.PASS),
        ([replay(False), replay(False, DOUBT)], Verdict.INCONCLUSIVE),
        ([replay(False), replay(True, DOUBT)], Verdict.INCONCLUSIVE),
        ([replay(True), replay(False, DOUBT)], Verdict.FAIL),
    ],
)
def test_a_fail_stands_that_others_show(seen: list[Observation], verdict: Verdict) -> None:
    assert judge(NEVER, seen).verdict is verdict
