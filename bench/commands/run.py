"""``amibench run`` and ``amibench report``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from bench.catalogue.load import load_catalogue
from bench.commands.outlook import announce
from bench.evidence.run import NoRunError, RunView, read_run
from bench.extras import how_to_install
from bench.lab.config import lab_of_run
from bench.report.conformance import conformance_line, conformance_tests
from bench.report.judged import judged_line, judged_rows
from bench.report.life_cycle import life_cycle_line, life_cycle_tests
from bench.report.write import write_reports
from bench.session.progress import RunProgress, summary_line
from bench.session.request import Request, RequestError
from bench.session.runner import CONSOLE_NAME, RunnerError, new_run_directory
from bench.session.running import check_request
from bench.session.running import run as run_request

ALLURE_LISTENER = "allure_robotframework"
_CONSOLE_TAIL_LINES = 15


def request_of(
    lab: Path,
    processes: Sequence[str],
    interfaces: Sequence[str],
    controls: Sequence[str],
    raise_to: str | None,
    profile: str,
    faults: Sequence[str],
    allow: Sequence[str],
    *,
    derived: bool,
    out: Path | None,
) -> Request:
    """The request in the command's options. Raises RequestError."""
    return Request(
        lab=lab,
        processes=tuple(processes),
        interfaces=tuple(interfaces),
        controls=tuple(controls),
        raise_to=raise_to,
        profile=profile,
        faults=tuple(faults),
        allow=tuple(allow),
        derived=derived,
        out=out,
    )


def run(console: Console, request: Request, workers: int, *, verbose: bool, yes: bool, allure: bool) -> int:
    """Say what will happen, run, write the reports, print the summary and where the report lies; the exit code."""
    check_request(request)
    if allure and find_spec(ALLURE_LISTENER) is None:
        raise RequestError(f"--allure needs its listener: {how_to_install('allure')}")
    announce(console, request, yes=yes)
    directory = new_run_directory(request)
    try:
        with RunProgress(console, verbose, asks=lab_of_run(request.lab).asks_operator) as progress:
            options = ("--listener", f"{ALLURE_LISTENER};{directory / 'allure'}") if allure else ()
            unwritten = run_request(request, directory, workers, progress, options)
    except KeyboardInterrupt:
        with contextlib.suppress(RunnerError):
            conclude(console, directory)
        raise
    if allure and not (directory / "allure").exists():
        unwritten = [*unwritten, f"Allure's listener has written nothing; {directory}/worker-*/{CONSOLE_NAME} says why"]
    return conclude(console, directory, unwritten)


def report(console: Console, directory: Path) -> int:
    """Make the reports of a run again; the exit code of the run."""
    return conclude(console, directory)


def conclude(console: Console, directory: Path, unwritten: Sequence[str] = ()) -> int:
    """Write all reports of a run, print the summary, and return the run's exit code. Raises RunnerError.

    ``unwritten`` is what workers said that could no longer write their journal.
    """
    for error_text in unwritten:
        console.print(f"[bold magenta]bench error:[/] {escape(error_text)}", highlight=False, soft_wrap=True)
    try:
        view = read_run(directory)
    except NoRunError as error:
        raise RunnerError(str(error) if unwritten else f"{error}\n{console_tail(directory)}") from None
    for error_text in view.bench_errors:
        console.print(f"[bold magenta]bench error:[/] {escape(error_text)}", highlight=False, soft_wrap=True)
    if not view.tests:
        text = "nothing was selected: no row of these processes and interfaces has such a test on this station"
        console.print(text, soft_wrap=True)
    console.print(closing_line(view), highlight=False, soft_wrap=True)
    if rows := judged_rows(load_catalogue(), view):
        console.print(judged_line(rows), highlight=False, soft_wrap=True)
    if tests := life_cycle_tests(view):
        console.print(life_cycle_line(tests), highlight=False, soft_wrap=True)
    if cases := conformance_tests(view):
        console.print(conformance_line(cases), highlight=False, soft_wrap=True)
    try:
        written = write_reports(view)
    except OSError as error:
        raise RunnerError(
            f"cannot write the report: {error.strerror}; make room and make it with: amibench report {directory}"
        ) from None
    console.print(f"report: {written}", highlight=False, soft_wrap=True)
    return view.exit_code()


def closing_line(view: RunView) -> str:
    """All verdicts that count, with how many tests did not count."""
    aside = sum(not test.counts for test in view.tests)
    beside = f" (and {aside} advisory, derived or extension tests outside the verdict)" if aside else ""
    return summary_line(view.counts()) + beside


def console_tail(directory: Path) -> str:
    """The last lines that the workers' robot processes printed, for a run that never came to a journal."""
    lines: list[str] = []
    for path in sorted(directory.glob("worker-*/console.txt")):
        lines += path.read_text(errors="replace").splitlines()[-_CONSOLE_TAIL_LINES:]
    return "\n".join(lines)
