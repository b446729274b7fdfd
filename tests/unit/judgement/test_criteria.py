"""Each criterion can pass, can fail, and is inconclusive where nothing could be seen."""

from __future__ import annotations

import pytest

from bench.judgement.check import Check, judge
from bench.judgement.criteria import LimitMissingError, UnknownCriterionError, criterion, names
from bench.judgement.observation import Json, Observation
from bench.judgement.verdict import Verdict, exit_code, worst

PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


def series(*values: Json, uncertainty: float = 0.0, **attributes: Json) -> list[Observation]:
    return [Observation("s", value, standard_uncertainty=uncertainty, attributes=attributes) for value in values]


CASES: list[tuple[str, list[Observation], dict[str, Json], Verdict]] = [
    ("never", series(False, False), {}, PASS),
    ("never", series(False, True), {}, FAIL),
    ("always", series(True), {}, PASS),
    ("always", series(True, False), {}, FAIL),
    ("at_least_true", series(*[True] * 57, *[False] * 3), {"count": 57, "of": 60}, PASS),
    ("at_least_true", series(*[True] * 56, *[False] * 4), {"count": 57, "of": 60}, FAIL),
    ("at_least_true", series(True), {"count": 57, "of": 60}, INCONCLUSIVE),
    ("equals", series(3, 3), {"expected": 3}, PASS),
    ("equals", series(3, 4), {"expected": 3}, FAIL),
    ("one_of", series("DM", "silence"), {"allowed": ["DM", "silence"]}, PASS),
    ("one_of", series("UA"), {"allowed": ["DM", "silence"]}, FAIL),
    ("within", series(["a"], ["a", "b"]), {"allowed": ["a", "b"]}, PASS),
    ("within", series(["a", "c"]), {"allowed": ["a", "b"]}, FAIL),
    ("empty", series([], []), {}, PASS),
    ("empty", series([], ["hit"]), {}, FAIL),
    ("agree", series("12.3", "12.3"), {}, PASS),
    ("agree", series("12.3", "12.4"), {}, FAIL),
    ("unique", series([1, 2], [3]), {}, PASS),
    ("unique", series([1, 2], [2]), {}, FAIL),
    ("rising", series(1, 1, 2), {}, PASS),
    ("rising", series(2, 1), {}, FAIL),
    ("at_most", series(9.0, uncertainty=0.4), {"limit": 10}, PASS),
    ("at_most", series(9.5, uncertainty=0.4), {"limit": 10}, INCONCLUSIVE),
    ("at_most", series(10.5, uncertainty=0.4), {"limit": 10}, INCONCLUSIVE),
    ("at_most", series(10.9, uncertainty=0.4), {"limit": 10}, FAIL),
    ("at_least", series(11.0, uncertainty=0.4), {"limit": 10}, PASS),
    ("at_least", series(9.0, uncertainty=0.4), {"limit": 10}, FAIL),
    ("p50_at_most", series(*[1.0] * 5, *[9.0] * 5), {"limit": 2}, PASS),
    ("p50_at_most", series(*[1.0] * 4, *[9.0] * 6), {"limit": 2}, FAIL),
    ("p99_at_most", series(*[1.0] * 99, 9.0), {"limit": 2}, PASS),
    ("p99_at_most", series(*[1.0] * 98, 9.0, 9.0), {"limit": 2}, FAIL),
    ("p95_at_most", series(*[1.0] * 19, 9.0), {"limit": 2}, PASS),
    ("p95_at_most", series(*[1.0] * 18, 9.0, 9.0), {"limit": 2}, FAIL),
    ("close_to_reference", series(10.1, reference=10.0), {"limit": 0.2}, PASS),
    ("close_to_reference", series(10.3, reference=10.0), {"limit": 0.2}, FAIL),
    ("in_1547_band", series(10.1, 9.6, low=9.5, high=10.5), {}, PASS),
    ("in_1547_band", series(10.1, 10.6, low=9.5, high=10.5), {}, FAIL),
    ("relative_to_reference", series(10.1, reference=10.0), {"limit": 0.02}, PASS),
    ("relative_to_reference", series(10.3, reference=10.0), {"limit": 0.02}, FAIL),
]


@pytest.mark.parametrize(("name", "observations", "limits", "verdict"), CASES)
def test_criterion_answers(
    name: str, observations: list[Observation], limits: dict[str, Json], verdict: Verdict
) -> None:
    assert judge(Check("step", name, "s", limits), observations).verdict is verdict


def test_every_criterion_has_a_passing_and_a_failing_case() -> None:
    for verdict in (PASS, FAIL):
        assert {name for name, _s, _l, expected in CASES if expected is verdict} == set(names())


@pytest.mark.parametrize("name", names())
def test_nothing_recorded_is_inconclusive(name: str) -> None:
    assert criterion(name)([], {"limit": 1, "count": 1, "of": 1, "allowed": [], "expected": 1}).verdict is INCONCLUSIVE


def test_what_could_not_be_looked_at_forbids_a_pass_but_not_a_fail() -> None:
    blind = Observation("s", None, attributes={"why": "the port is closed"})
    passing = judge(Check("step", "never", "s"), [Observation("s", False), blind])
    failing = judge(Check("step", "never", "s"), [Observation("s", True), blind])
    assert (passing.verdict, failing.verdict) == (INCONCLUSIVE, FAIL)
    assert "the port is closed" in passing.seen


def test_a_check_sees_only_its_own_series() -> None:
    finding = judge(Check("step", "never", "s"), [Observation("s", False, record=4), Observation("other", True)])
    assert (finding.verdict, finding.evidence) == (PASS, (4,))


def test_unknown_criterion_and_missing_limit_name_what_is_wrong() -> None:
    with pytest.raises(UnknownCriterionError, match="nevver"):
        criterion("nevver")
    with pytest.raises(LimitMissingError, match="limit"):
        judge(Check("step", "at_most", "s"), series(1.0))


def test_the_worst_verdict_wins_and_a_fail_stands_above_an_error() -> None:
    assert worst([PASS, INCONCLUSIVE]) is INCONCLUSIVE
    assert worst([Verdict.ERROR, FAIL]) is FAIL
    assert worst([]) is INCONCLUSIVE


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([PASS, Verdict.NOT_APPLICABLE], 0),
        ([PASS, FAIL], 1),
        ([FAIL, Verdict.ERROR], 2),
        ([PASS, INCONCLUSIVE], 3),
        ([FAIL, Verdict.NOT_RUN], 1),
        ([], 3),
    ],
)
def test_exit_codes(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(verdicts) == code


@pytest.mark.parametrize(("uncertainty", "verdict"), [(0.08, PASS), (0.09, INCONCLUSIVE)])
def test_an_instrument_not_three_times_better_than_the_band_proves_nothing(
    uncertainty: float, verdict: Verdict
) -> None:
    seen = series(10.0, uncertainty=uncertainty, low=9.5, high=10.5)
    assert judge(Check("step", "in_1547_band", "s", {}), seen).verdict is verdict


def test_the_value_nearest_to_the_edge_of_its_band_is_told() -> None:
    seen = series(10.4, 9.9, 10.0, low=9.5, high=10.5)
    assert "10.4" in judge(Check("step", "in_1547_band", "s", {}), seen).seen


def test_what_is_expected_is_told_with_its_limits_though_nothing_was_recorded() -> None:
    finding = judge(Check("step", "at_least_true", "series", {"count": 2, "of": 3}), [])
    assert finding.expected == "true at least 2 times, of at least 3 tries"
    assert judge(Check("step", "one_of", "series", {"allowed": [1, 2]}), []).expected == "one of 1, 2 every time"
