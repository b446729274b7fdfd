"""The keeper: a process that owns what must not be left alone (``python -m bench.lab.keeper``).

It holds the leases of a run, starts the emulation hosts, and knows the safe state of instruments and relays. When the
bench orders it, or the bench's end of its standard input closes for whatever reason, ``kill -9`` included, or it is
told to end by a signal, it applies the safe state (loads off, sources at zero, relays as found), stops the hosts, and
removes their scratch folder. It lives in a session of its own, so that Ctrl-C reaches the bench alone.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from bench.lab.host_process import HostFailedError, HostProcess
from bench.lab.keeper_plan import KeeperPlan, KeeperSays
from bench.lab.leases import InUseError, Leases
from bench.lab.safety import Safety, SafetyError

SCRATCH_PREFIX = "amibench-"
_LONGEST_LINE = 1 << 24


class Keeper:
    """Everything one run owns."""

    def __init__(self, plan: KeeperPlan) -> None:
        remove_abandoned_scratch()
        self._leases = Leases(plan.run)
        self._plan = plan
        self._safety = Safety(plan.safe)
        self.scratch = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}{os.getpid()}-"))
        logs = Path(plan.log_folder) if plan.log_folder else self.scratch
        self._hosts = [HostProcess(host, self.scratch, logs / f"host-{host.name}.log") for host in plan.hosts]
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = False
        self._ours = False

    async def start(self) -> KeeperSays:
        """Take the leases, look at the relays, start the hosts side by side; says ``ready``, or why it ``failed``."""
        try:
            self._leases.take(self._plan.leases)
            self._ours = True
            await self._safety.look()
            await _all(host.start() for host in self._hosts)
        except (InUseError, SafetyError, HostFailedError, OSError) as error:
            return KeeperSays("failed", text=str(error), kind=type(error).__name__)
        self._watchers = [asyncio.create_task(self._watch(host)) for host in self._hosts]
        return KeeperSays("ready", hosts={host.name: host.ready for host in self._hosts}, scratch=str(self.scratch))

    async def _watch(self, host: HostProcess) -> None:
        status = await host.ended()
        if not self._stopping:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            say(KeeperSays("host_ended", host=host.name, text=f"host {host.name} {how}; {host.last_words()}"))

    async def make_safe(self) -> list[str]:
        """Apply the safe state of everything that is this run's; what went wrong."""
        problems = await self._safety.apply() if self._ours else []
        told = await asyncio.gather(*(host.make_safe() for host in self._hosts))
        return problems + [problem for problem in told if problem]

    async def stop(self) -> list[str]:
        """Safe state, then the end of everything."""
        self._stopping = True
        try:
            return await self.make_safe()
        finally:
            await asyncio.gather(*(host.stop() for host in self._hosts), return_exceptions=True)
            for watcher in self._watchers:
                watcher.cancel()
            shutil.rmtree(self.scratch, ignore_errors=True)
            self._leases.release()


async def _all(starting: Iterable[Coroutine[None, None, None]]) -> None:
    """Wait for all, whatever becomes of one; then raise the first failure."""
    for result in await asyncio.gather(*starting, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


def remove_abandoned_scratch() -> None:
    """Remove folders of keepers that were killed and could not."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH_PREFIX}*-*"):
        number = folder.name.removeprefix(SCRATCH_PREFIX).partition("-")[0]
        with suppress(OSError):
            if number.isdigit() and folder.stat().st_uid == os.getuid() and not Path(f"/proc/{number}").exists():
                shutil.rmtree(folder, ignore_errors=True)


def say(line: KeeperSays) -> None:
    """Tell the bench, if it is still there."""
    with suppress(BrokenPipeError, ValueError):
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()


async def serve() -> int:
    """Run for one bench: its plan, its orders, its end. Returns the exit status: 1 when something is not safe."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    ended = asyncio.create_task(_until_signal(loop))
    plan_line = await reader.readline()
    if not plan_line:
        ended.cancel()
        return 0
    keeper = Keeper(msgspec.json.decode(plan_line, type=KeeperPlan))
    problems: list[str] = []
    try:
        working = asyncio.create_task(_work(keeper, reader))
        await asyncio.wait({working, ended}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        (outcome,) = await asyncio.gather(working, return_exceptions=True)
    finally:
        ended.cancel()
        problems = await keeper.stop()
    say(KeeperSays("stopped", problems=problems))
    for problem in problems:
        print(f"not in its safe state: {problem}", file=sys.stderr)
    if isinstance(outcome, Exception):
        raise outcome
    return 1 if problems else 0


async def _work(keeper: Keeper, reader: asyncio.StreamReader) -> None:
    """Start, then follow orders until the last one, or until the bench has gone."""
    answer = await keeper.start()
    say(answer)
    if answer.what == "ready":
        await _obey(keeper, reader)


async def _obey(keeper: Keeper, reader: asyncio.StreamReader) -> None:
    while line := await reader.readline():
        order = msgspec.json.decode(line).get("order")
        if order == "stop":
            return
        if order == "safe_state":
            say(KeeperSays("safe", problems=await keeper.make_safe()))


async def _until_signal(loop: asyncio.AbstractEventLoop) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, told.set)
    await told.wait()


def main() -> None:
    """The process. Ends at once when all is done: a thread that hangs in a VISA library must not keep it alive."""
    status = asyncio.new_event_loop().run_until_complete(serve())
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
