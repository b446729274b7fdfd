"""The demand response life cycle in the report: one line a subfunction, with what it had to show and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from bench.judgement.verdict import worst
from bench.report.conformance import told
from bench.report.order import place_of
from bench.report.story import anchor
from bench.session.subfunctions import is_subfunction, number_of

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.evidence.run import RunView, TestStory


def life_cycle_tests(view: RunView) -> list[TestStory]:
    """The run's tests of subfunctions, by number."""
    tests = [test for test in view.tests if is_subfunction(str(test.plan["process"]))]
    return sorted(tests, key=lambda test: place_of(str(test.plan["process"])))


def life_cycle_line(tests: Sequence[TestStory]) -> str:
    """``demand response life cycle: 40 pass, 1 fail``."""
    return f"demand response life cycle: {told(tests)}"


def life_cycle_table(catalogue: Catalogue, tests: Sequence[TestStory]) -> str:
    """An HTML table: subfunctions down; what had to be seen, and the tests with their verdicts."""
    lines = "".join(
        _line(catalogue, process, list(members))
        for process, members in groupby(tests, key=lambda test: str(test.plan["process"]))
    )
    head = "<tr><th>subfunction</th><th>what must be seen</th><th>seats</th><th>tests</th></tr>"
    return f'<div class="scroll"><table class="judged conformance">{head}{lines}</table></div>'


def _line(catalogue: Catalogue, process: str, tests: Sequence[TestStory]) -> str:
    subfunction = catalogue.subfunction(number_of(process))
    seats = ", ".join(dict.fromkeys(str(test.plan["iut"]) for test in tests if test.plan["iut"]))
    verdict = worst(test.verdict for test in tests).value
    badges = " ".join(_badge(test, number) for number, test in enumerate(tests, start=1))
    return (
        f"<tr><th>{subfunction.number} {escape(subfunction.title)}: {escape(verdict.replace('_', ' '))}</th>"
        f'<td data-l="what must be seen">{escape(subfunction.criterion)}</td>'
        f'<td data-l="seats">{escape(seats)}</td><td data-l="tests">{badges}</td></tr>'
    )


def _badge(test: TestStory, number: int) -> str:
    verdict = test.verdict.value
    title = escape(f"{test.name}: {verdict}", quote=True)
    return f'<a class="badge {verdict}" href="#{anchor(test)}" title="{title}">{number}</a>'
