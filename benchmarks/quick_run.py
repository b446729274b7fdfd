"""`quick` runs on emulated hardware, and how much of them is Robot itself: `robot` on as many empty tests."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Row, Sample
from benchmarks.processes import ProcessFailedError

_LAB = Path(__file__).parents[1] / "lab_configs" / "emulated.toml"
_GUARD_S = 1800.0
_BENCH_ERROR = 2


@dataclass(frozen=True)
class Selection:
    """What is run, and in how many seconds it must be over."""

    what: str
    processes: tuple[str, ...]
    target_s: float


SELECTIONS = (
    Selection("readings and remote switching (four processes)", ("3.1.1", "3.1.2", "3.4.1", "3.4.3"), 30.0),
    Selection("section 3, whole", ("3",), 60.0),
    Selection("the home, chargers and demand response", ("4.2", "4.3.2", "5.1.4", "5.3"), 60.0),
)


async def rows(turns: int) -> list[Row]:
    """One selection after the other."""
    return [row for selection in SELECTIONS for row in await _rows(selection, turns)]


async def _rows(selection: Selection, turns: int) -> list[Row]:
    """Ours and the empty one in turns. A run that fails is measured all the same, one with a bench error is not."""
    chosen = [part for process in selection.processes for part in ("--process", process)]
    whole, cost, empty, workers, tests = [], [], [], 0, 0
    for _turn in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            started, used = time.perf_counter(), _processor_s()
            code = await _end(_script("amibench"), "run", str(_LAB), *chosen, "--out", str(Path(folder, "run")))
            whole.append(time.perf_counter() - started)
            cost.append(_processor_s() - used)
            if code == _BENCH_ERROR:
                raise ProcessFailedError(f"amibench run ended with {code}")
            workers, tests = _size(Path(folder, "run"))
            suite = Path(folder, "empty.robot")
            _write_empty(suite, -(-tests // workers))
            started = time.perf_counter()
            await asyncio.gather(*(_empty(suite, Path(folder, f"robot-{number}")) for number in range(workers)))
            empty.append(time.perf_counter() - started)
    run, processor, robot = Sample(tuple(whole)), Sample(tuple(cost)), Sample(tuple(empty))
    processors = os.cpu_count() or 1
    share = robot.median / run.median
    on = f"{workers} workers, {processors} processors, load {os.getloadavg()[0]:.1f}"
    return [
        Row(
            f"quick run of {selection.what}, {tests} tests",
            f"{run.median:.1f} s",
            f"{selection.target_s:.0f} s",
            run.median / selection.target_s,
            run.spread,
            1.0,
            at_least=False,
            note=on,
        ),
        Row(
            f"... its processor time on {processors} processors",
            f"{processor.median / processors:.1f} s",
            f"{selection.target_s:.0f} s",
            processor.median / processors / selection.target_s,
            processor.spread,
            0.0,
            note="the least it can take here; close to the line above on an idle machine",
        ),
        Row(
            "Robot itself in it",
            f"{robot.median:.1f} s",
            f"{run.median:.1f} s",
            share,
            robot.spread,
            0.0,
            note="as many empty tests on as many workers",
        ),
    ]


def _processor_s() -> float:
    """Processor time of all processes that this one, and those it started, have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


async def _end(*command: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(_GUARD_S):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _size(run: Path) -> tuple[int, int]:
    """Workers, and tests with a verdict."""
    journals = list(run.glob("worker-*/journal.jsonl"))
    kinds = [json.loads(line)["kind"] for journal in journals for line in journal.read_text().splitlines()]
    return len(journals), kinds.count("verdict")


def _write_empty(suite: Path, tests: int) -> None:
    cases = "\n".join(f"Test {number}\n    No Operation\n" for number in range(tests))
    suite.write_text(f"*** Test Cases ***\n{cases}")


async def _empty(suite: Path, out: Path) -> None:
    code = await _end(_script("robot"), "--outputdir", str(out), str(suite))
    if code:
        raise ProcessFailedError(f"robot ended with {code} on empty tests")
