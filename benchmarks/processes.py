"""Other processes of a benchmark: one that answers, one that asks."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_GUARD_S = 300.0
_USER, _SYSTEM = 11, 12
"""Fields of /proc/PID/stat behind the name: ticks in user mode and in the kernel (proc(5): 14 and 15)."""


class ProcessFailedError(RuntimeError):
    """A process of the benchmark ended with an error; the message has its last words."""


@dataclass(frozen=True)
class Server:
    """A process that answers, and where."""

    pid: int
    where: Any

    @property
    def processor_s(self) -> float:
        """Processor time that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")


def ours(module: str) -> list[str]:
    """The command of a module of this package."""
    return [sys.executable, "-m", f"benchmarks.{module}"]


async def ask(command: Sequence[str], order: Mapping[str, Any]) -> Any:
    """Run a process, hand it ``order`` as JSON on standard input, take the last line that it writes as JSON."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_GUARD_S):
            out, err = await process.communicate(json.dumps(order).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise ProcessFailedError(err.decode()[-1000:])
    answer = json.loads(out.decode().strip().splitlines()[-1])
    if isinstance(answer, dict) and "error" in answer:
        raise ProcessFailedError(f"{command[1]}: {answer['error']}")
    return answer


@asynccontextmanager
async def serving(command: Sequence[str], order: Mapping[str, Any]) -> AsyncIterator[Server]:
    """A process that gets ``order`` as its last argument and says as JSON, in one line, where it listens."""
    process = await asyncio.create_subprocess_exec(
        *command, json.dumps(order), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_GUARD_S):
            line = await process.stdout.readline()
        if not line:
            raise ProcessFailedError(f"{command[-1]} ended before it listened")
        yield Server(process.pid, json.loads(line))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
