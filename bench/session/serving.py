"""A process that runs one request after the other on one station (``python -m bench.session.serving``).

Starting a robot, a keeper and an emulation host takes longer than most tests. Where hundreds of short runs follow each
other, one process serves them all: a job comes as a line on standard input, and its answer goes to standard output as
a line when the run has ended. Each run has a session, a journal and a directory of its own. What they share is the
station, which is for emulated ones only: `Station.fresh` brings it back to its initial state before each test.

The process ends, and with it the station, when its standard input does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from robot.run import run_cli

from bench.lab.config import lab_of_run
from bench.session.holder import StationHolder, lending
from bench.session.request import REQUEST_VARIABLE


class Job(msgspec.Struct, frozen=True):
    """One run: where its request lies, the lab config that it is for, and robot's arguments."""

    lab: Path
    request: Path
    arguments: Sequence[str]


def decode_job(line: bytes) -> Job:
    """The job in a line."""
    return msgspec.json.decode(line, type=Job, dec_hook=lambda _kind, value: Path(value))


def main() -> None:
    """Serve until standard input ends. Only answers go to standard output; what is printed goes to standard error."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0) as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        holders: dict[Path, StationHolder] = {}
        try:
            for line in sys.stdin.buffer:
                status = _run(decode_job(line), holders)
                answers.write(msgspec.json.encode({"status": status}) + b"\n")
        except KeyboardInterrupt:
            pass  # between two runs: whoever wants this process to end
        finally:
            for holder in holders.values():
                holder.close()


def _run(job: Job, holders: dict[Path, StationHolder]) -> int:
    holder = holders.get(job.lab)
    if holder is None:
        holder = holders[job.lab] = StationHolder(lab_of_run(job.lab))
    os.environ[REQUEST_VARIABLE] = str(job.request)
    with lending(holder):
        return int(run_cli(list(job.arguments), exit=False))


if __name__ == "__main__":
    main()
