"""Protocol conformance in the reports: a section and suites of its own, behind the processes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict
from bench.report.conformance import conformance_line, conformance_table, conformance_tests
from bench.report.html import html_report
from bench.report.junit import junit
from bench.report.matrix import matrix

SUITE = "interfaces/dlms/hdlc_frames"


def story(process: str, name: str, verdict: Verdict = Verdict.PASS) -> TestStory:
    kind = "conformance" if process == SUITE else "functional"
    plan = {
        "process": process, "kind": kind, "row": "", "control": "", "iut": "meter1", "port": "hdlc", "self_test": True,
    }  # fmt: skip
    return TestStory(name, plan, Path("run/journal.jsonl"), verdict=verdict)


def view() -> RunView:
    tests = (
        story(SUITE, "HDLC_FRAME_N8 A Wrong Check", Verdict.FAIL),
        story(SUITE, "HDLC_FRAME_P1 Modes"),
        story("3.4.3", "Supply Is Off"),
    )
    head = {
        "lab": {"name": "emulated"}, "request": {}, "profile": "quick", "bench": "0", "robot": "7", "python": "3",
        "platform": "x",
    }  # fmt: skip
    return RunView(Path("run"), (head,), tests, (), False)


def test_the_cases_of_a_suite_stand_in_one_line() -> None:
    tests = conformance_tests(view())
    assert conformance_line(tests) == "protocol conformance: 1 pass, 1 fail"
    table = conformance_table(tests)
    assert table.count("<tr>") == 2
    assert "dlms/hdlc_frames" in table
    assert "meter1, hdlc" in table
    assert "HDLC_FRAME_N8" in table


def test_the_matrix_of_rows_and_controls_leaves_them_out() -> None:
    assert "hdlc_frames" not in matrix(view())
    assert "3.4.3" in matrix(view())


def test_junit_has_their_suites_behind_the_processes() -> None:
    root = ElementTree.fromstring(junit(view()))
    assert [suite.get("name") for suite in root] == ["3.4.3", SUITE]


def test_the_page_has_a_section_of_them() -> None:
    page = html_report(view())
    assert "<h2>Protocol conformance</h2>" in page
    assert page.index("3.4.3") < page.index("Protocol conformance: dlms/hdlc frames")
