"""Which rows of each process were judged on an implementation under test, and which only on the bench's own emulation.

A row is judged where a test of it passed or failed on a seat. A seat that the bench emulates shows that the bench works
(a self-test), and says nothing about anybody's device.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from bench.judgement.verdict import Verdict

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.evidence.run import RunView, TestStory

_DECIDED = (Verdict.PASS, Verdict.FAIL)


class JudgedOn(StrEnum):
    """On what a row was judged."""

    IUT = "judged on an implementation under test"
    SELF_TEST = "self-test of the bench only"
    UNDECIDED = "tested, nothing decided"
    NOT_TESTED = "not tested"


@dataclass(frozen=True)
class JudgedRow:
    """One row of a process; ``seats`` are those of the tests that decide which of `JudgedOn` it is."""

    process: str
    row: str
    on: JudgedOn
    seats: tuple[str, ...]


def judged_rows(catalogue: Catalogue, view: RunView) -> tuple[JudgedRow, ...]:
    """Every row of each process of the run, in the paper's order; derived rows where a test has one."""
    tested = {str(test.plan["row"]) for test in view.tests}
    found: list[JudgedRow] = []
    for process in _processes(catalogue, view):
        for row in catalogue.rows_of(process, derived=True):
            if not row.derived or row.id in tested:
                tests = [test for test in view.tests if (test.plan["process"], test.plan["row"]) == (process, row.id)]
                found.append(_judged(process, row.id, tests))
    return tuple(found)


def _processes(catalogue: Catalogue, view: RunView) -> Sequence[str]:
    """Those of the run, in the paper's order; the first suite is no process."""
    run = {str(test.plan["process"]) for test in view.tests}
    return [process.number for process in catalogue.processes if process.number in run]


def _judged(process: str, row: str, tests: Sequence[TestStory]) -> JudgedRow:
    decided = [test for test in tests if test.verdict in _DECIDED and test.plan["iut"]]
    real = [test for test in decided if not test.plan["self_test"]]
    if decided:
        on, deciding = (JudgedOn.IUT, real) if real else (JudgedOn.SELF_TEST, decided)
    else:
        ran = [test for test in tests if test.verdict not in (Verdict.NOT_RUN, Verdict.NOT_APPLICABLE)]
        on, deciding = (JudgedOn.UNDECIDED, ran) if ran else (JudgedOn.NOT_TESTED, [])
    seats = dict.fromkeys(str(test.plan["iut"]) for test in deciding if test.plan["iut"])
    return JudgedRow(process, row, on, tuple(seats))


def judged_line(rows: Sequence[JudgedRow]) -> str:
    """``rows: 3 judged on an implementation under test, 14 self-test of the bench only``."""
    counts = ((on, sum(row.on is on for row in rows)) for on in JudgedOn)
    return "rows: " + ", ".join(f"{count} {on.value}" for on, count in counts if count or on is JudgedOn.IUT)


def judged_table(rows: Sequence[JudgedRow]) -> str:
    """An HTML table: processes down, what their rows were judged on across."""
    columns = [on for on in JudgedOn if any(row.on is on for row in rows) or on is JudgedOn.IUT]
    head = "".join(f"<th>{on.value}</th>" for on in columns)
    body = "".join(_line(process, rows, columns) for process in dict.fromkeys(row.process for row in rows))
    return f'<div class="scroll"><table class="judged"><tr><th>process</th>{head}</tr>{body}</table></div>'


def _line(process: str, rows: Sequence[JudgedRow], columns: Sequence[JudgedOn]) -> str:
    cells = "".join(f'<td data-l="{on.value}">{", ".join(_cells(process, rows, on))}</td>' for on in columns)
    return f"<tr><th>{escape(process)}</th>{cells}</tr>"


def _cells(process: str, rows: Sequence[JudgedRow], on: JudgedOn) -> Iterator[str]:
    for row in rows:
        if row.process == process and row.on is on:
            seats = f' <span class="dim">({escape(", ".join(row.seats))})</span>' if row.seats else ""
            yield escape(row.row.partition("/")[2]) + seats
