"""Many short runs on few stations: processes of `bench.session.serving`, each with a station of its own."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from bench.session.runner import CONSOLE_NAME, ROBOT_FAILED, RunnerError, Worker, robot_arguments, write_request
from bench.session.serving import Job

_END_S = 20.0
_WITHOUT_REPORTS = ("--output", "NONE", "--log", "NONE", "--report", "NONE", "--console", "quiet")
"""The journal says all; nobody looks at robot's own log of hundreds of runs."""


class RunPool:
    """Serves as many runs at a time as there are servers. ``directory`` gets what they print. Use it as a context."""

    def __init__(self, directory: Path, count: int) -> None:
        self.servers = [Server(directory / f"server-{number}") for number in range(1, count + 1)]
        self._free: queue.SimpleQueue[Server] = queue.SimpleQueue()
        for server in self.servers:
            self._free.put(server)
        self._stopped = False

    def run(self, worker: Worker) -> None:
        """Run to the end; to be called from as many threads as there are servers. Raises RunnerError.

        Where a server has died the next run gets another one.
        """
        server = self._free.get()
        try:
            if self._stopped:
                raise RunnerError("the run was stopped before it began")
            server.run(worker)
        finally:
            self._free.put(server)

    def stop(self) -> None:
        """Stop what is running in order (robot runs its teardowns), and begin nothing more."""
        self._stopped = True
        for server in self.servers:
            server.interrupt()
        for server in self.servers:
            if not server.is_idle(_END_S):
                server.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self.stop()
        for server in self.servers:
            server.close()


class Server:
    """One serving process, started when its first run comes and again after it has died."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._idle = threading.Event()
        self._idle.set()

    def run(self, worker: Worker) -> None:
        """Run to the end. Raises RunnerError where robot did not begin, or the process died."""
        plain = replace(worker, options=(*worker.options, *_WITHOUT_REPORTS))
        job = Job(worker.request.lab, write_request(worker).resolve(), robot_arguments(plain))
        self._idle.clear()
        try:
            answer = self._answer(msgspec.json.encode(job, enc_hook=str) + b"\n")
            place = self._directory / CONSOLE_NAME
            if not answer:
                self.close()
                raise RunnerError(f"{worker.directory}: the process that served the run has died: see {place}")
            if (status := msgspec.json.decode(answer)["status"]) >= ROBOT_FAILED:
                raise RunnerError(f"{worker.directory}: robot could not go on (status {status}): see {place}")
        finally:
            self._idle.set()

    def _answer(self, line: bytes) -> bytes:
        """The process's answer; nothing when it has died."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline()
        return b""

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            with (self._directory / CONSOLE_NAME).open("ab") as console:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "bench.session.serving"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=console,
                    start_new_session=True,
                )
        return self._process

    def interrupt(self) -> None:
        """Ask for the end of the run that is going on."""
        process = self._process
        if process is not None and not self._idle.is_set():
            process.send_signal(signal.SIGINT)

    def is_idle(self, within_s: float) -> bool:
        """Whether no run is going on, or it ends in time."""
        return self._idle.wait(within_s)

    def kill(self) -> None:
        """End the process at once; its keeper brings the station to its safe state."""
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        """Let the process end its station and itself; one that does not is killed."""
        process = self._process
        if process is not None:
            try:
                process.communicate(timeout=_END_S)
            except (subprocess.TimeoutExpired, BrokenPipeError):
                self.kill()
        self._process = None
