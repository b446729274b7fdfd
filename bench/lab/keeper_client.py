"""The bench's hold on its keeper."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from bench.lab.errors import LabError
from bench.lab.keeper_plan import KeeperPlan, KeeperSays
from bench.lab.leases import InUseError

_READY_S = 90.0
_END_S = 60.0
_LONGEST_LINE = 1 << 22


class KeeperError(LabError):
    """The keeper could not start what it should, or has gone. A fault of the bench, never of a device."""


class KeeperClient:
    """Starts a keeper and talks to it. ``host_ended`` is called with a text when a host ends by itself."""

    def __init__(self, host_ended: Callable[[str, str], None] = lambda _host, _text: None) -> None:
        self.ready = KeeperSays("")
        self._host_ended = host_ended
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._answers: asyncio.Queue[KeeperSays] = asyncio.Queue()

    @property
    def pid(self) -> int:
        """The keeper's process id."""
        if self._process is None:
            raise KeeperError("the keeper was not started")
        return self._process.pid

    async def start(self, plan: KeeperPlan) -> KeeperSays:
        """Start the keeper with ``plan``; its ready line. Raises InUseError, KeeperError."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # nothing of the folder that we happen to stand in
            "-m",
            "bench.lab.keeper",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LONGEST_LINE,
        )
        self._listening = asyncio.create_task(self._listen())
        try:
            self._write(msgspec.json.encode(plan))
            self.ready = await self._answer(_READY_S)
            if self.ready.what != "ready":
                raise (InUseError if self.ready.kind == "InUseError" else KeeperError)(self.ready.text)
        except BaseException:
            await self._end()
            raise
        return self.ready

    async def make_safe(self) -> list[str]:
        """Have everything brought to its safe state; what could not be. Raises KeeperError."""
        self._write(b'{"order": "safe_state"}')
        return (await self._answer(_END_S)).problems

    async def stop(self) -> list[str]:
        """Safe state, and the end of keeper and hosts; what could not be made safe. Never leaves anything running."""
        if self._process is None:
            return []
        try:
            self._write(b'{"order": "stop"}')
            return (await self._answer(_END_S)).problems
        except KeeperError as error:
            return [str(error)]
        finally:
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._listening is not None:
            await self._listening
        if self.ready.scratch:
            # A keeper that was killed could not do it, and its hosts end by themselves.
            shutil.rmtree(Path(self.ready.scratch), ignore_errors=True)

    def _write(self, line: bytes) -> None:
        if self._process is None or self._process.stdin is None or self._process.returncode is not None:
            raise KeeperError("the keeper has gone")
        self._process.stdin.write(line + b"\n")

    async def _answer(self, within_s: float) -> KeeperSays:
        try:
            answer = await asyncio.wait_for(self._answers.get(), within_s)
        except TimeoutError:
            raise KeeperError(f"the keeper has not answered in {within_s:g} s") from None
        if answer.what == "gone":
            self._answers.put_nowait(answer)
            raise KeeperError(f"the keeper has gone: {answer.text}")
        return answer

    async def _listen(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        while line := await process.stdout.readline():
            said = msgspec.json.decode(line, type=KeeperSays)
            if said.what == "host_ended":
                self._host_ended(said.host, said.text)
            else:
                self._answers.put_nowait(said)
        status = await process.wait()
        how = f"killed by signal {-status}" if status < 0 else f"exit status {status}"
        self._answers.put_nowait(KeeperSays("gone", text=how))
