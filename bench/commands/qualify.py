"""``amibench qualify``: the detection matrix of the seeded faults."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.catalogue.load import load_catalogue
from bench.controls.registry import installed_probes
from bench.evidence.run import NoRunError, RunView, TestStory, read_run
from bench.judgement.verdict import Verdict
from bench.keywords.plan_of import whole_plan
from bench.lab.config import lab_of_run
from bench.session.plan import PlannedTest
from bench.session.pool import RunPool
from bench.session.progress import summary_line
from bench.session.qualification import Case, CaseResult, can_detect, cases, kind_of, result_of, uncovered
from bench.session.request import DECLARATIONS, Request, RequestError
from bench.session.runner import RunnerError, Worker, new_run_directory
from bench.session.running import processes_to_run
from bench.session.shares import share_out


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
    """Run every case, then the tests without a fault, print the matrix; the exit code."""
    catalogue, lab = load_catalogue(), lab_of_run(lab_path)
    for fault in faults:
        catalogue.fault(fault.partition("@")[0])
    request = Request(lab=lab_path.resolve(), processes=tuple(processes), raise_to="high", derived=derived, out=out)
    suites = processes_to_run(request)
    suites.pop(DECLARATIONS, None)  # a fault is no matter of what is declared
    plan = whole_plan(catalogue, lab, request, suites)
    found = list(cases(catalogue, lab, can_detect(plan, installed_probes()), faults))
    if not found:
        raise RequestError(
            f"no test of this selection shows such a seeded fault on {lab_path}; see amibench list faults"
        )
    directory = new_run_directory(request)
    shown_ids = {spec for case in found for spec in (case.fault.id, case.spec)}
    if left_out := [fault for fault in faults if fault not in shown_ids]:
        console.print(
            f"not shown by this selection on {lab_path}: {', '.join(left_out)}", highlight=False, markup=False
        )
    console.print(f"{len(found)} cases ({len({case.fault.id for case in found})} faults), {workers} at a time")
    kind = partial(kind_of, catalogue)
    shown = plan if full else list(dict.fromkeys(test for case in found for test in case.sample(kind)))
    with RunPool(directory, workers) as pool, ThreadPoolExecutor(workers) as threads:
        try:
            judge = partial(_judge, pool, request, directory, suites, plan if full else (), kind)
            results = _run_cases(console, threads, found, judge)
            # On the stations that have had all the faults: one that stays would be seen here.
            baseline = _without_fault(threads, pool, request, directory / "baseline", shown, suites)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            pool.stop()
            raise
    if as_json:
        json.dump(
            _as_json(baseline, results, uncovered(catalogue, lab, found) if not faults else ()), sys.stdout, indent=1
        )
    else:
        _print_matrix(console, results)
    return _conclude(console, baseline, results)


def _judge(
    pool: RunPool,
    request: Request,
    directory: Path,
    suites: Mapping[str, Path],
    everything: Sequence[PlannedTest],
    kind: Callable[[PlannedTest], Hashable],
    case: Case,
) -> CaseResult:
    """Run a case with ``everything``, or with the tests meant for it until each of its references has detected it."""
    own = replace(request, faults=(case.spec,))
    place = directory / case.spec.replace("@", "-")
    chosen = everything or case.untried(case.intended, (), kind)
    tried: list[PlannedTest] = []
    while True:
        tried += chosen
        try:
            _run(pool, own, place / f"try-{len(tried)}", chosen, suites)
            view = read_run(place)
        except (RunnerError, NoRunError) as error:
            return result_of(case, (), (str(error),))
        result = result_of(case, view.tests, view.bench_errors)
        chosen = case.untried(result.missed, tried, kind)
        if everything or result.bench_errors or not chosen:
            return result


def _run(
    pool: RunPool, request: Request, directory: Path, tests: Sequence[PlannedTest], suites: Mapping[str, Path]
) -> None:
    processes = sorted({test.process for test in tests})
    names = tuple(sorted({test.name for test in tests}))
    own = replace(request, out=directory, processes=tuple(processes), tests=names)
    pool.run(Worker(directory, own, tuple(suites[process] for process in processes)))


def _without_fault(
    threads: ThreadPoolExecutor,
    pool: RunPool,
    request: Request,
    directory: Path,
    tests: Sequence[PlannedTest],
    suites: Mapping[str, Path],
) -> RunView:
    """The run of ``tests`` on devices as they should be, shared out among the servers of the pool."""
    shares = share_out(load_catalogue(), tests, len(pool.servers))
    runs = [
        threads.submit(
            _run,
            pool,
            replace(request, parts=tuple(sorted(share))),
            directory / f"worker-{number}",
            [test for test in tests if test.part in share],
            suites,
        )
        for number, share in enumerate(shares, start=1)
    ]
    errors: list[str] = []
    for run in runs:
        try:
            run.result()
        except RunnerError as error:
            errors.append(str(error))
    try:
        view = read_run(directory)
    except NoRunError as error:
        raise RunnerError("\n".join([str(error), *errors])) from None
    return replace(view, bench_errors=(*view.bench_errors, *errors))


def _run_cases(
    console: Console, threads: ThreadPoolExecutor, found: Sequence[Case], judge: Callable[[Case], CaseResult]
) -> list[CaseResult]:
    results: dict[str, CaseResult] = {}
    futures = {threads.submit(judge, case): case for case in found}
    for done, future in enumerate(as_completed(futures), start=1):
        result = future.result()
        results[futures[future].spec] = result
        console.print(f"[{done}/{len(found)}] {_line(result)}", highlight=False, markup=False)
    return [results[case.spec] for case in found]


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
    for error in baseline.bench_errors:
        console.print(f"  bench error: {error}", highlight=False, markup=False)
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
