"""What is said of a row: judged on somebody's device, or only on the bench's own emulation."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.catalogue.load import load_catalogue
from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict
from bench.report.judged import JudgedOn, JudgedRow, judged_line, judged_rows, judged_table

ROW = "3.4.3/AMI-28/HE-Meter"


def story(verdict: Verdict, *, iut: str = "meter", self_test: bool = False, row: str = ROW) -> TestStory:
    plan = {"process": "3.4.3", "kind": "control", "row": row, "iut": iut, "self_test": self_test}
    return TestStory(f"{verdict} {iut} {self_test}", plan, Path("j"), verdict=verdict)


def rows_of(*stories: TestStory) -> tuple[JudgedRow, ...]:
    return judged_rows(load_catalogue(), RunView(Path(), ({},), stories, (), False))


def judged(*stories: TestStory) -> JudgedRow:
    return next(row for row in rows_of(*stories) if row.row == ROW)


@pytest.mark.parametrize(
    ("stories", "on"),
    [
        ([story(Verdict.PASS)], JudgedOn.IUT),
        ([story(Verdict.FAIL), story(Verdict.INCONCLUSIVE)], JudgedOn.IUT),
        ([story(Verdict.PASS, self_test=True)], JudgedOn.SELF_TEST),
        ([story(Verdict.PASS, self_test=True), story(Verdict.PASS)], JudgedOn.IUT),
        ([story(Verdict.INCONCLUSIVE), story(Verdict.PASS, self_test=True)], JudgedOn.SELF_TEST),
        ([story(Verdict.INCONCLUSIVE)], JudgedOn.UNDECIDED),
        ([story(Verdict.PASS, iut="")], JudgedOn.UNDECIDED),
        ([story(Verdict.NOT_RUN), story(Verdict.NOT_APPLICABLE)], JudgedOn.NOT_TESTED),
    ],
)
def test_a_row_is_judged_where_a_test_of_it_decided_on_a_real_device(stories: list[TestStory], on: JudgedOn) -> None:
    assert judged(*stories).on is on


def test_rows_of_the_process_that_nobody_tested_are_named() -> None:
    untested = [row for row in rows_of(story(Verdict.PASS)) if row.on is JudgedOn.NOT_TESTED]
    assert {row.row for row in untested} == {row.id for row in load_catalogue().rows_of("3.4.3") if row.id != ROW}


def test_seats_are_those_that_decided() -> None:
    assert judged(story(Verdict.PASS, iut="emulated", self_test=True), story(Verdict.PASS)).seats == ("meter",)


def test_the_line_always_says_how_many_rows_were_judged_on_a_device() -> None:
    assert judged_line([judged(story(Verdict.PASS, self_test=True))]) == (
        "rows: 0 judged on an implementation under test, 1 self-test of the bench only"
    )


def test_the_table_names_row_and_seat() -> None:
    table = judged_table([judged(story(Verdict.PASS))])
    assert "AMI-28/HE-Meter" in table
    assert "(meter)" in table
