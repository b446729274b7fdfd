"""Running the suites: one robot process per worker, each with a station instance, a journal and a directory of its own.

The runner never judges. It starts robot, waits, and hands over the directory from which reports and the exit code are
made.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from bench.lab.operator import TERMINAL_VARIABLE, terminal_of_command
from bench.session import conformance
from bench.session.last_words import LAST_WORDS_VARIABLE, LastWords
from bench.session.request import REQUEST_VARIABLE, Request

RESULTS_VARIABLE = "AMIBENCH_RESULTS"
"""Environment variable with the folder in which runs are put that name none; ``results`` without it."""
REQUEST_NAME = "request.json"
CONSOLE_NAME = "console.txt"
"""What a worker's robot prints."""
ROBOT_FAILED = 251
"""Robot's exit status counts failed tests up to 250; from here on it says why it did not run to its end."""
_STOP_GRACE_S = 20.0


class RunnerError(RuntimeError):
    """The run could not be started."""


@dataclass(frozen=True)
class Worker:
    """One robot process: what it runs and where it writes. ``processors``: those it uses; none named: all."""

    directory: Path
    request: Request
    suites: tuple[Path, ...]
    options: tuple[str, ...] = ()
    processors: frozenset[int] = frozenset()


@dataclass
class RunningWorker:
    """A worker's process, and the pipe that it says its last words to."""

    worker: Worker
    process: subprocess.Popen[bytes] = field(repr=False)
    _last_words: LastWords = field(repr=False)

    def wait(self, timeout_s: float | None = None) -> tuple[str, ...]:
        """Wait for its end; what it could not write down. Raises subprocess.TimeoutExpired."""
        self.process.wait(timeout_s)
        return self._last_words.hear()


def suites_directory() -> Path:
    """The folder of the shipped suites."""
    return Path(str(files("suites")))


def new_run_directory(request: Request) -> Path:
    """A fresh directory for this run: ``request.out``, or one named by lab and UTC time. Raises RunnerError."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    results = Path(os.environ.get(RESULTS_VARIABLE, "results"))
    directory = request.out or results / f"{stamp}-{request.lab.stem}"
    counter = 1
    while request.out is None and directory.exists():
        counter += 1
        directory = results / f"{stamp}-{request.lab.stem}-{counter}"
    try:
        directory.mkdir(parents=True, exist_ok=request.out is None)
    except FileExistsError:
        raise RunnerError(f"{directory} exists already; name another directory with --out") from None
    except OSError as error:
        raise RunnerError(f"cannot create {directory}: {error.strerror}") from None
    return directory


def suites_of(processes: Sequence[str]) -> dict[str, Path]:
    """The suite file of each process that has one, by the number at the start of its name (``3.4.3_...robot``).

    Suites of protocol conformance are named by their path.
    """
    found: dict[str, Path] = {}
    for path in sorted(suites_directory().glob("*.robot")):
        number = path.name.split("_", 1)[0]
        if number in processes:
            found[number] = path
    return found | {name: path for name, path in conformance.suites(suites_directory()).items() if name in processes}


def robot_arguments(worker: Worker) -> list[str]:
    """The arguments of one worker's robot."""
    return [
        "--parser",
        "bench.keywords.selector.Selector:" + str(worker.request.lab),
        "--outputdir",
        str(worker.directory),
        "--name",
        "AMI bench",
        "--loglevel",
        "INFO",
        "--nostatusrc",
        "--runemptysuite",  # a selection may leave nothing of one worker's suites
        *worker.options,
        *(str(suite) for suite in worker.suites),
    ]


def write_request(worker: Worker) -> Path:
    """Make the worker's directory with its request; where that is written. Raises RunnerError."""
    path = worker.directory / REQUEST_NAME
    try:
        worker.directory.mkdir(parents=True, exist_ok=True)
        worker.request.write(path)
    except OSError as error:
        raise RunnerError(f"cannot write {path}: {error.strerror}; make room and run it again") from None
    return path


def start(worker: Worker, environment: Mapping[str, str] | None = None) -> RunningWorker:
    """Start one worker's robot in its own session, so that Ctrl-C reaches it once and in order: through us.

    Raises RunnerError.
    """
    path = write_request(worker)
    last_words = LastWords()
    end = last_words.writing_end
    told = {REQUEST_VARIABLE: str(path), LAST_WORDS_VARIABLE: str(end), TERMINAL_VARIABLE: terminal_of_command()}
    env = {**os.environ, **(environment or {}), **told}
    output = (worker.directory / CONSOLE_NAME).open("wb")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "robot", *robot_arguments(worker)],  # -P: nothing of the folder we stand in
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=(end,),
    )
    output.close()
    if worker.processors:
        with suppress(OSError):  # it has ended already
            os.sched_setaffinity(process.pid, worker.processors)
    last_words.inherited()
    return RunningWorker(worker, process, last_words)


def stop(running: Sequence[RunningWorker]) -> None:
    """Ask workers to stop in order (robot runs its teardowns), then end those that do not."""
    for item in running:
        if item.process.poll() is None:
            item.process.send_signal(signal.SIGINT)
    for item in running:
        try:
            item.wait(_STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(item.process.pid, signal.SIGKILL)
            item.wait()
