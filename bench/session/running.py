"""A whole run from the request to its directory: workers started, followed and, on Ctrl-C, stopped in order."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench.access.stated import every_problem
from bench.catalogue.load import load_catalogue
from bench.evidence.journal import JOURNAL_NAME
from bench.keywords.plan_of import whole_plan
from bench.lab.capture_key import capture_key_for
from bench.lab.checks import Severity
from bench.lab.config import lab_of_run
from bench.lab.errors import LabError
from bench.lab.faults import faults_by_seat
from bench.lab.secrets import SecretStore
from bench.lab.station import repository_of
from bench.session import conformance
from bench.session.following import JournalFollower
from bench.session.plan import selected
from bench.session.processors import divided
from bench.session.progress import RunProgress
from bench.session.request import DECLARATIONS, Request, RequestError
from bench.session.runner import (
    CONSOLE_NAME,
    ROBOT_FAILED,
    RunningWorker,
    Worker,
    start,
    stop,
    suites_directory,
    suites_of,
)
from bench.session.shares import share_out

_LOOK_EVERY_S = 0.1
_FULL_BYTES = 1 << 16


def processes_to_run(request: Request) -> dict[str, Path]:
    """The suites of the selected processes. Raises RequestError when the selection names none that exists."""
    catalogue = load_catalogue()
    known = [process.number for process in catalogue.processes]
    known += [subfunction.process for subfunction in catalogue.subfunctions]
    conforming = dict.fromkeys(case.process for case in catalogue.conformance)
    for wanted in request.processes:
        named = replace(request, processes=(wanted,), controls=())
        if wanted != DECLARATIONS and not any(map(named.wants_process, (*known, *conforming))):
            raise RequestError(f"no process {wanted}; `amibench list processes` prints them")
    for control in request.controls:
        catalogue.control(control)
    for fault in request.faults:
        catalogue.fault(fault.partition("@")[0])
    faults_by_seat(lab_of_run(request.lab), request.faults)
    for interface in request.interfaces:
        catalogue.interface(interface.split("/")[0])
    found = suites_of([number for number in known if request.wants_process(number)])
    found.update(conformance.wanted_suites(suites_directory(), lab_of_run(request.lab), request))
    if request.wants_process(DECLARATIONS) and (found or request.processes == (DECLARATIONS,)):
        found = {**suites_of([DECLARATIONS]), **found}
    if not found:
        covered = "`amibench coverage` shows what is covered"
        raise RequestError(f"no suite covers the selected processes on this station; {covered}")
    return found


def check_request(request: Request) -> None:
    """Check that the request can be run. Raises RequestError, LabError."""
    lab = lab_of_run(request.lab)
    processes_to_run(request)
    wrong = [problem for problem in every_problem(lab) if problem.severity is Severity.ERROR]
    if wrong:
        told = "".join(f"\n  {problem.where}: {problem.text}" for problem in wrong)
        raise LabError(f"{request.lab}: cannot be run as it stands; `amibench check {request.lab}` says more{told}")
    capture_key_for(SecretStore(repository=repository_of(lab.path)))


def run(
    request: Request, directory: Path, workers: int, progress: RunProgress, options: Sequence[str] = ()
) -> list[str]:
    """Run the request into ``directory``, robot with further ``options``; what workers could not write down.

    KeyboardInterrupt stops the workers in order, then goes on to the caller.
    """
    shares = _workers(replace(request, lab=request.lab.resolve()), directory, workers)
    running = [
        start(replace(worker, options=tuple(options), processors=processors))
        for worker, processors in zip(shares, divided(len(shares)), strict=True)
    ]
    try:
        _follow(running, progress)
    except BaseException:
        stop(running)
        raise
    return list(dict.fromkeys(said for worker in running for said in worker.wait() or _why_ended(worker)))


def _workers(request: Request, directory: Path, count: int) -> list[Worker]:
    """The workers of a run, one on a station that is not emulated as a whole, each with its share of the tests."""
    catalogue, lab, suites = load_catalogue(), lab_of_run(request.lab), processes_to_run(request)
    plan = selected(whole_plan(catalogue, lab, request, suites), request)
    shares = share_out(catalogue, plan, count if lab.emulated else 1)
    if len(shares) <= 1:
        return [_worker(request, directory / "worker-1", tuple(suites.values()))]
    return [
        _worker(
            replace(request, parts=tuple(sorted(share))),
            directory / f"worker-{number}",
            tuple(path for process, path in suites.items() if any(part.endswith(f" {process}") for part in share)),
        )
        for number, share in enumerate(shares, start=1)
    ]


def _worker(request: Request, directory: Path, suites: tuple[Path, ...]) -> Worker:
    return Worker(directory, replace(request, out=directory), suites)


def _why_ended(ended: RunningWorker) -> Iterator[str]:
    """Why a worker ended that did not say so itself; nothing when it ended as it should."""
    status = ended.process.returncode
    if 0 <= status < ROBOT_FAILED:  # number of failed tests
        return
    place = ended.worker.directory
    how = f"was killed by signal {-status}" if status < 0 else f"could not go on (exit status {status})"
    full = shutil.disk_usage(place).free < _FULL_BYTES
    why = f"the disk under {place} is full" if full else f"its last words are in {place / CONSOLE_NAME}"
    yield f"{place.name}: robot {how}; {why}"


def _follow(running: Sequence[RunningWorker], progress: RunProgress) -> None:
    followers = [JournalFollower(item.worker.directory / JOURNAL_NAME) for item in running]
    while True:
        done = all(item.process.poll() is not None for item in running)
        for follower in followers:
            progress.show(follower.new_records())
        if done:
            return
        time.sleep(_LOOK_EVERY_S)
