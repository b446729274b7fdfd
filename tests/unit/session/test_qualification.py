"""A fault counts as detected only by the tests meant for it, and a false failure is seen."""

from __future__ import annotations

from pathlib import Path

from bench.catalogue.load import load_catalogue
from bench.evidence.run import TestStory
from bench.judgement.verdict import Verdict
from bench.session.plan import PlannedTest
from bench.session.qualification import Case, can_detect, result_of

REPLAY = PlannedTest("replay", "3.4.3", "control", control="I-H1", iut="meter1")
ROLES = PlannedTest("roles", "3.4.3", "control", control="I-M1", iut="meter1")
TRANSACTIONS = PlannedTest("transactions", "3.4.3", "control", control="I-M6", iut="meter1")
CASE = Case(load_catalogue().fault("F-I19"), "meter1", {"I-H1": (REPLAY,)})


def told(*pairs: tuple[PlannedTest, Verdict]) -> list[TestStory]:
    return [TestStory(test.name, test.as_json(), Path("j"), verdict=verdict) for test, verdict in pairs]


def test_the_intended_test_detects() -> None:
    result = result_of(CASE, told((REPLAY, Verdict.FAIL), (ROLES, Verdict.PASS)), ())
    assert result.good
    assert result.detected_by == ("replay",)


def test_a_fault_that_only_another_test_sees_is_missed() -> None:
    result = result_of(CASE, told((REPLAY, Verdict.PASS), (TRANSACTIONS, Verdict.FAIL)), ())
    assert (result.missed, result.false_failures) == (("I-H1",), ())


def test_a_failure_outside_the_register_is_false_and_inconclusive_counts_too() -> None:
    for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        result = result_of(CASE, told((REPLAY, Verdict.FAIL), (ROLES, verdict)), ())
        assert result.false_failures == ("roles",)


def test_inconclusive_is_no_detection_and_an_error_is_the_bench_s() -> None:
    assert result_of(CASE, told((REPLAY, Verdict.INCONCLUSIVE)), ()).missed == ("I-H1",)
    assert not result_of(CASE, told((REPLAY, Verdict.FAIL), (ROLES, Verdict.ERROR)), ()).good


def test_a_sample_holds_one_test_of_each_reference_and_kind() -> None:
    elsewhere = PlannedTest("replay elsewhere", "3.4.4", "control", control="I-H1", iut="meter1")
    case = Case(load_catalogue().fault("F-I19"), "meter1", {"I-H1": (REPLAY, elsewhere), "I-M6": (TRANSACTIONS,)})
    assert case.sample(lambda test: "switches") == (REPLAY, TRANSACTIONS)
    assert case.sample(lambda test: test.process) == (REPLAY, elsewhere, TRANSACTIONS)


def test_one_test_is_tried_first_then_one_of_each_kind_then_all() -> None:
    again = PlannedTest("replay again", "3.4.4", "control", control="I-H1", iut="meter1")
    other = PlannedTest("replay of a read", "3.1.1", "control", control="I-H1", iut="meter1")
    case = Case(load_catalogue().fault("F-I19"), "meter1", {"I-H1": (REPLAY, again, other)})

    def kind(test: PlannedTest) -> str:
        return "read" if test is other else "command"

    assert case.untried(["I-H1"], (), kind) == (REPLAY,)
    assert case.untried(["I-H1"], (REPLAY,), kind) == (other,)
    assert case.untried(["I-H1"], (REPLAY, other), kind) == (again,)
    assert case.untried(["I-H1"], (REPLAY, other, again), kind) == ()
    assert case.untried([], (), kind) == ()


def test_all_functional_tests_are_tried_at_once() -> None:
    tests = tuple(PlannedTest(name, "3.4.3", "functional") for name in ("one", "two"))
    case = Case(load_catalogue().fault("F-I19"), "meter1", {"functional:3.4.3": tests})
    assert case.untried(case.intended, (), lambda test: test.name) == tests


def test_a_control_without_a_probe_on_its_link_has_missed_nothing() -> None:
    probed = PlannedTest("replay", "3.4.3", "control", control="I-H1", link="dlms")
    gap = PlannedTest("key change", "4.2.1", "control", control="C-H3", link="sep2")
    protocol = PlannedTest("in clear", "3.4.3", "control", control="C-M2", link="c1218", structural="no mechanism")
    acted = PlannedTest("opens", "3.4.3", "functional")
    assert can_detect([probed, gap, protocol, acted], {("I-H1", "dlms")}) == [probed, protocol, acted]
