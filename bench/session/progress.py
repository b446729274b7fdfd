"""Showing a run's progress: a live bar on a terminal, one line a test elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bench.judgement.criteria import NOTHING_RECORDED
from bench.judgement.verdict import Verdict

_STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.ERROR: "bold magenta",
    Verdict.NOT_RUN: "yellow",
}


_INDENT = 16
_RECORDS = re.compile(r" \[records \d+-\d+\]$")
"""Where a reason stands in the journal: at another place for each test."""


class RunProgress:
    """Takes journal records as they come and shows them. Use as a context manager."""

    def __init__(self, console: Console, verbose: bool = False, *, asks: bool = False) -> None:
        """``asks``: an operator is asked at the same terminal, where a bar would paint over the question."""
        self._console = console
        self._verbose = verbose or asks or not console.is_terminal
        self._counts: Counter[Verdict] = Counter()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=asks or not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None)
        self._total = 0
        self._last_reason: tuple[str, ...] = ()

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def show(self, records: Iterable[dict[str, Any]]) -> None:
        """Show new records of any worker's journal."""
        for record in records:
            kind, data = record["kind"], record["data"]
            if kind == "plan":
                self._total += len(data["tests"])
                self._bar.update(self._task, total=self._total)
            elif kind == "test_started":
                self._bar.update(self._task, description=str(data["test"])[:60])
            elif kind == "verdict":
                self._verdict(data)

    def _verdict(self, data: dict[str, Any]) -> None:
        verdict = Verdict(data["verdict"])
        self._counts[verdict] += 1
        self._bar.advance(self._task)
        if self._verbose or verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            line = Text(f"{verdict.value.replace('_', ' '):<{_INDENT}}", style=_STYLES[verdict])
            line.append(str(data["test"]), style="")
            self._console.print(line, soft_wrap=True)
            if verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE):
                self._reason(str(data["message"]))

    def _reason(self, message: str) -> None:
        """Why; said once where many tests in a row end for the same reason. A terminal gets it in a column."""
        lines = _telling(message)
        reason = tuple(_RECORDS.sub("", line) for line in lines)
        if reason == self._last_reason:
            return
        self._last_reason = reason
        for line in lines:
            if self._console.is_terminal:
                self._console.print(Padding(Text(line, style="dim"), (0, 0, 0, _INDENT)))
            else:
                self._console.print(Text(f"{'':{_INDENT}}{line}"), soft_wrap=True)


def _telling(message: str) -> tuple[str, ...]:
    """The lines that say why; that something was then not recorded follows from them."""
    lines = tuple(message.splitlines())
    return tuple(line for line in lines if not line.endswith(NOTHING_RECORDED)) or lines


def summary_line(counts: Counter[Verdict]) -> str:
    """``312 passed, 0 failed, 2 inconclusive, ...``: all verdicts with a count, pass and fail always."""
    shown = [f"{counts[Verdict.PASS]} passed", f"{counts[Verdict.FAIL]} failed"]
    words = {
        Verdict.ERROR: "bench errors",
        Verdict.INCONCLUSIVE: "inconclusive",
        Verdict.NOT_RUN: "not run",
        Verdict.NOT_APPLICABLE: "not applicable",
    }
    shown += [f"{counts[verdict]} {word}" for verdict, word in words.items() if counts[verdict]]
    return ", ".join(shown)
