"""Protocol conformance in the report: one line a suite, one letter a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from bench.judgement.verdict import Verdict
from bench.report.order import is_conformance
from bench.report.story import anchor

if TYPE_CHECKING:
    from bench.evidence.run import RunView, TestStory


def conformance_tests(view: RunView) -> list[TestStory]:
    """The run's cases of protocol conformance, suite by suite."""
    tests = [test for test in view.tests if is_conformance(str(test.plan["process"]))]
    return sorted(tests, key=lambda test: str(test.plan["process"]))


def conformance_line(tests: Sequence[TestStory]) -> str:
    """``protocol conformance: 40 pass, 1 fail``."""
    return f"protocol conformance: {told(tests)}"


def told(tests: Sequence[TestStory]) -> str:
    """``40 pass, 1 fail``."""
    counts = Counter(test.verdict for test in tests)
    return ", ".join(f"{counts[verdict]} {verdict.value.replace('_', ' ')}" for verdict in Verdict if counts[verdict])


def conformance_table(tests: Sequence[TestStory]) -> str:
    """An HTML table: suites down, where each was run, its cases with their verdicts."""
    lines = "".join(
        _line(suite, list(members)) for suite, members in groupby(tests, key=lambda test: str(test.plan["process"]))
    )
    head = "<tr><th>suite</th><th>seat and port</th><th>cases</th></tr>"
    return f'<div class="scroll"><table class="judged conformance">{head}{lines}</table></div>'


def _line(suite: str, tests: Sequence[TestStory]) -> str:
    places = dict.fromkeys(f"{test.plan['iut']}, {test.plan.get('port', '')}" for test in tests)
    cells = " ".join(_case(test) for test in tests)
    name = escape(suite.partition("/")[2])
    return (
        f'<tr><th>{name}</th><td data-l="seat and port">{escape("; ".join(places))}</td>'
        f'<td data-l="cases">{cells}</td></tr>'
    )


def _case(test: TestStory) -> str:
    verdict = test.verdict.value
    title = escape(f"{test.name}: {verdict}", quote=True)
    name = escape(test.name.split(maxsplit=1)[0])
    return f'<a class="badge {verdict}" href="#{anchor(test)}" title="{title}">{name}</a>'
