"""JUnit tells the device's failures from the bench's errors."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict
from bench.report.junit import junit


def view(*verdicts: Verdict, errors: tuple[str, ...] = ()) -> RunView:
    tests = tuple(
        TestStory(
            f"test {n} <&>", {"process": "3.4.3", "kind": "control"}, Path("j"), verdict=verdict, message="why\nmore"
        )
        for n, verdict in enumerate(verdicts)
    )
    return RunView(Path(), ({},), tests, errors, False)


def test_each_verdict_has_its_place() -> None:
    root = ElementTree.fromstring(junit(view(*Verdict)))
    suite = root.find("testsuite")
    assert suite is not None
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "2",
        "errors": "1",
        "skipped": "2",
    }
    assert [child.tag for case in suite for child in case] == ["failure", "failure", "skipped", "error", "skipped"]


def test_an_error_of_the_bench_is_a_suite_of_its_own() -> None:
    root = ElementTree.fromstring(junit(view(Verdict.PASS, errors=("the station could not be opened",))))
    assert root.find("testsuite[@name='bench']/testcase/error") is not None
