"""An emulation host as the keeper's child: started, watched, brought to its safe state, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.lab.channel import Channel, ChannelError
from bench.lab.errors import LabError
from bench.lab.keeper_plan import HostPlan
from drivers.clock import HostStuckError

_START_S = 60.0
_SAFE_S = 5.0
_END_S = 5.0
_TAIL_BYTES = 2000
_LONGEST_LINE = 1 << 20


class HostFailedError(LabError):
    """A host did not start."""


class HostProcess:
    """One host in ``scratch``. Its standard input is the string it hangs on: it ends when the keeper does."""

    def __init__(self, plan: HostPlan, scratch: Path, log: Path) -> None:
        self.name = plan.name
        self.ready: dict[str, Any] = {}
        self._plan = plan
        self._scratch = scratch
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start and wait for its ready line. Raises HostFailedError with the host's own words."""
        config = self._scratch / f"{self.name}.json"
        config.write_text(json.dumps({**self._plan.config, "directory": str(self._scratch / self.name)}))
        try:
            with self._log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-P",  # nothing of the folder that we happen to stand in
                    "-m",
                    self._plan.module,
                    str(config),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log,
                    limit=_LONGEST_LINE,
                )
            assert self._process.stdout is not None
            async with asyncio.timeout(_START_S):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise HostFailedError(f"host {self.name}: was not ready in {_START_S:g} s; {self.last_words()}") from None
        finally:
            config.unlink(missing_ok=True)
        try:
            self.ready = json.loads(line)
        except ValueError:
            raise HostFailedError(f"host {self.name}: did not start; {self.last_words()}") from None
        if not self.ready.get("ready"):
            raise HostFailedError(f"host {self.name}: {self.ready.get('error', 'did not start')}")

    async def ended(self) -> int:
        """Wait for its end; its exit status."""
        assert self._process is not None
        return await self._process.wait()

    def last_words(self) -> str:
        """The end of what it wrote to its log, for a message."""
        with suppress(OSError), self._log.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").strip().splitlines()
            if lines:
                return f"its last words: {lines[-1]} (all in {self._log})"
        return "it said nothing"

    async def make_safe(self) -> str:
        """The plant's safe state; what went wrong, or nothing. A host that has ended has nothing to make safe."""
        if self._process is None or self._process.returncode is not None:
            return ""
        if not self.ready.get("ready"):
            return ""
        channel = Channel(Path(self.ready["control"]), guard_s=_SAFE_S)
        try:
            await channel.open()
            await channel.request("safe_state")
        except (ChannelError, HostStuckError) as error:
            return f"host {self.name}: {error}"
        finally:
            await channel.close()
        return ""

    async def stop(self) -> None:
        """End it: by closing its input, by SIGTERM, by SIGKILL, each a little later than the one before."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        for step in (process.stdin.close, process.terminate, process.kill):
            with suppress(ProcessLookupError):
                step()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _END_S)
                return
