"""The matrix row x control: one cell a test, linked to its story."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from bench.evidence.run import RunView, TestStory
from bench.judgement.verdict import Verdict, worst
from bench.report.order import is_conformance
from bench.report.story import anchor
from bench.session.request import DECLARATIONS
from bench.session.subfunctions import is_subfunction

_LETTERS = {
    Verdict.PASS: "P",
    Verdict.FAIL: "F",
    Verdict.INCONCLUSIVE: "I",
    Verdict.ERROR: "E",
    Verdict.NOT_RUN: "–",
    Verdict.NOT_APPLICABLE: "n",
}
FUNCTIONAL = "functional"
_WITHOUT_ROW = {False: "whole process", True: "declared against seen"}


def matrix(view: RunView) -> str:
    """An HTML table of the run: rows of the white paper down, ``functional`` and the controls across."""
    cells: dict[str, dict[str, list[TestStory]]] = defaultdict(lambda: defaultdict(list))
    for test in view.tests:
        if is_conformance(str(test.plan["process"])) or is_subfunction(str(test.plan["process"])):
            continue  # they have a table of their own
        row = str(test.plan["row"]) or f"{test.plan['process']} ({_WITHOUT_ROW[test.plan['process'] == DECLARATIONS]})"
        cells[row][str(test.plan["control"]) or FUNCTIONAL].append(test)
    columns = sorted({column for row in cells.values() for column in row}, key=_column_order)
    head = "".join(f'<th class="control">{escape(column)}</th>' for column in columns)
    lines = "".join(
        f'<tr><th class="row">{escape(row)}</th>{"".join(_cell(cells[row][column]) for column in columns)}</tr>'
        for row in sorted(cells, key=_row_order)
    )
    return f'<div class="scroll"><table class="matrix"><tr><th></th>{head}</tr>{lines}</table></div>'


def _cell(tests: list[TestStory]) -> str:
    if not tests:
        return '<td><span class="none"></span></td>'
    verdict = worst(test.verdict for test in tests) if len(tests) > 1 else tests[0].verdict
    shown = next((test for test in tests if test.verdict is verdict), tests[0])
    letter = _LETTERS[verdict] if any(test.counts for test in tests) else _LETTERS[verdict].lower()
    title = escape(f"{shown.name}: {verdict.value}", quote=True)
    return f'<td><a class="{verdict.value}" href="#{anchor(shown)}" title="{title}">{letter}</a></td>'


def _column_order(column: str) -> tuple[int, str, int, int]:
    if column == FUNCTIONAL:
        return (0, "", 0, 0)
    objective, rest = column.split("-", 1)
    return (1 + "CIA".find(objective), "", "LMH".find(rest[0]), int(rest[1:]) if rest[1:].isdigit() else 0)


def _row_order(row: str) -> tuple[tuple[int, ...], str]:
    process = row.split("/", 1)[0].split(" ", 1)[0]
    return tuple(int(part) for part in process.split(".")), row
