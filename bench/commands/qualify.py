"""``amibench qualify``: the detection matrix of the seeded faults."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.catalogue.load import load_catalogue
from bench.evidence.run import RunView, TestStory, read_run
from bench.judgement.verdict import Verdict
from bench.keywords.plan_of import whole_plan
from bench.lab.config import load_lab
from bench.session.plan import PlannedTest
from bench.session.progress import summary_line
from bench.session.qualification import Case, CaseResult, cases, kind_of, result_of, uncovered
from bench.session.request import DECLARATIONS, Request
from bench.session.runner import Worker, new_run_directory, start, stop, suites_of
from bench.session.running import processes_to_run


def qualify(
    console: Console,
    lab_path: Path,
    processes: Sequence[str],
    faults: Sequence[str],
    *,
    full: bool,
    derived: bool = False,
    out: Path | None,
    workers: int,
    as_json: bool,
) -> int:
    """Run every case, print the matrix; the exit code."""
    catalogue, lab = load_catalogue(), load_lab(lab_path)
    for fault in faults:
        catalogue.fault(fault.partition("@")[0])
    request = Request(lab=lab_path.resolve(), processes=tuple(processes), raise_to="high", derived=derived, out=out)
    directory = new_run_directory(request)
    suites = processes_to_run(request)
    suites.pop(DECLARATIONS, None)  # a fault is no matter of what is declared
    plan = whole_plan(catalogue, lab, request, suites)
    found = list(cases(catalogue, lab, plan, faults))
    console.print(f"{len(found)} cases ({len({case.fault.id for case in found})} faults), {workers} at a time")
    kind = partial(kind_of, catalogue)
    shown = plan if full else list(dict.fromkeys(test for case in found for test in case.sample(kind)))
    baseline = _without_fault(request, directory / "baseline", shown, suites, workers)

    def one(case: Case) -> CaseResult:
        own = replace(request, faults=(case.spec,))
        place = directory / case.spec.replace("@", "-")
        if full:
            return _seen(case, _run_everything(own, place, suites))
        chosen = case.sample(kind)
        result = _seen(case, _run(own, place, _names(chosen), suites))
        if result.missed and len(chosen) < len(case.tests):
            return _seen(case, _run(own, place.with_name(f"{place.name}-all"), _names(case.tests), suites))
        return result

    results = _run_cases(console, found, one, workers)
    if as_json:
        json.dump(
            _as_json(baseline, results, uncovered(catalogue, lab, found) if not faults else ()), sys.stdout, indent=1
        )
    else:
        _print_matrix(console, results)
    return _conclude(console, baseline, results)


def _names(tests: Sequence[PlannedTest]) -> tuple[tuple[str, str], ...]:
    return tuple((test.process, test.name) for test in tests)


def _run(request: Request, directory: Path, tests: Sequence[tuple[str, str]], suites: dict[str, Path]) -> RunView:
    processes = sorted({process for process, _name in tests})
    own = replace(
        request, out=directory, processes=tuple(processes), tests=tuple(sorted({name for _process, name in tests}))
    )
    chosen = [suites[process] for process in suites_of(processes)]
    running = start(Worker(directory, own, tuple(chosen)))
    try:
        running.wait()
    except BaseException:
        stop([running])
        raise
    return read_run(directory)


def _without_fault(
    request: Request, directory: Path, tests: Sequence[PlannedTest], suites: dict[str, Path], workers: int
) -> RunView:
    """The run of ``tests`` on devices as they should be, the processes shared out among ``workers``."""
    processes = sorted({test.process for test in tests})

    def part(number: int) -> None:
        own = [test for test in tests if test.process in processes[number::workers]]
        _run(request, directory / f"worker-{number + 1}", _names(own), suites)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(part, range(min(workers, len(processes)))))
    return read_run(directory)


def _seen(case: Case, view: RunView) -> CaseResult:
    return result_of(case, view.tests, view.bench_errors)


def _run_cases(
    console: Console, found: Sequence[Case], one: Callable[[Case], CaseResult], workers: int
) -> list[CaseResult]:
    results: dict[str, CaseResult] = {}
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(one, case): case for case in found}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                result = future.result()
                results[futures[future].spec] = result
                console.print(f"[{done}/{len(found)}] {_line(result)}", highlight=False, markup=False)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [results[case.spec] for case in found]


def _run_everything(request: Request, directory: Path, suites: dict[str, Path]) -> RunView:
    running = start(Worker(directory, replace(request, out=directory), tuple(suites.values())))
    try:
        running.wait()
    except BaseException:
        stop([running])
        raise
    return read_run(directory)


def _line(result: CaseResult) -> str:
    if result.good:
        return f"detected   {result.case.spec:18} by {', '.join(sorted(result.case.intended))}"
    problems = [f"missed by {reference}" for reference in result.missed]
    problems += [f"false failure: {name}" for name in result.false_failures]
    problems += [f"bench error: {error}" for error in result.bench_errors[:2]]
    return f"NOT GOOD   {result.case.spec:18} {'; '.join(problems)}"


def _print_matrix(console: Console, results: Sequence[CaseResult]) -> None:
    table = Table("fault", "in", "what the device does wrong", "meant for", "result", title="Detection matrix")
    for result in results:
        shown = "[green]detected[/]" if result.good else "[bold red]" + _line(result).split(None, 3)[-1] + "[/]"
        fault = result.case.fault
        table.add_row(fault.id, result.case.seat, fault.title, ", ".join(sorted(result.case.intended)), shown)
    console.print(table)


def _as_json(baseline: RunView, results: Sequence[CaseResult], left: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {
        "baseline": {verdict.value: count for verdict, count in baseline.counts().items()},
        "cases": [result.as_json() for result in results],
        "no_test_meant_for": [f"{fault}@{seat}" for fault, seat in left],
    }


def _conclude(console: Console, baseline: RunView, results: Sequence[CaseResult]) -> int:
    bad = [result for result in results if not result.good]
    spoiled = [test for test in baseline.tests if _spoils(test)]
    console.print(f"without a fault: {summary_line(baseline.counts())}", highlight=False)
    for test in spoiled[:10]:
        console.print(f"  {test.verdict.value}: {test.name}: {test.message}", highlight=False, markup=False)
    console.print(f"{len(results) - len(bad)} passed, {len(bad)} failed", highlight=False)
    if any(result.bench_errors for result in results) or baseline.bench_errors:
        return 2
    return 1 if bad or spoiled else 0


def _spoils(test: TestStory) -> bool:
    """Whether a test without a fault shows that the bench cannot be trusted with it.

    What stands outside the verdict (advisory, derived) may stay inconclusive: then it detects nothing either.
    """
    if test.verdict is Verdict.INCONCLUSIVE:
        return test.counts
    return test.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
