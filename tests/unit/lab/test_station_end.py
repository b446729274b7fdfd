"""A station on an emulation host in a process of its own: every way in which a part of it ends, or is lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bench.lab.channel import HostGoneError
from bench.lab.config import load_lab
from bench.lab.keeper_client import KeeperError
from bench.lab.leases import InUseError, Leases
from bench.lab.station import Station
from drivers.transport.base import PeerClosedError
from tests.unit.lab.conftest import STATION, LabWriter

pytestmark = pytest.mark.usefixtures("run_directory")


START = 1_767_571_200.0  # 2026-01-05T00:00:00Z
SAFE = """
[[safe_state]]
resource = "TCPIP::127.0.0.1::{port}::SOCKET"
commands = ["OUTP OFF", "VOLT 0"]
as_found = [{{query = "ROUT:CLOS? (@1)", restore = {{1 = "ROUT:CLOS (@1)", 0 = "ROUT:OPEN (@1)"}}}}]
"""


def host_pid(station: Station) -> int:
    return int(station._keeper.ready.hosts["emulation"]["pid"])


async def until_gone(*pids: int) -> None:
    """Wait until none of the processes runs."""
    loop = asyncio.get_running_loop()
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended = asyncio.Event()
        loop.add_reader(descriptor, ended.set)
        await asyncio.wait_for(ended.wait(), 20)
        loop.remove_reader(descriptor)
        os.close(descriptor)


def exists(path: Path | str) -> bool:
    return Path(path).exists()


class Relay:
    """A VISA socket that remembers what it was told, and whose relay is closed."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.heard = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            if line.endswith("?") or "? " in line:
                writer.write(b"1\n")
            if line != "*OPC?":
                self.told.append(line)
            else:
                self.heard.set()
        writer.close()


RelayStarter = Callable[[], Awaitable[tuple[Relay, int]]]


@pytest_asyncio.fixture
async def start_relay() -> AsyncIterator[RelayStarter]:
    servers: list[asyncio.Server] = []

    async def start() -> tuple[Relay, int]:
        relay = Relay()
        server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
        servers.append(server)
        return relay, server.sockets[0].getsockname()[1]

    yield start
    for server in servers:
        server.close()


async def test_nothing_is_left_after_closing(write_lab: LabWriter) -> None:
    station = await Station.open(load_lab(write_lab()))
    pids = (host_pid(station), station._keeper.pid)
    scratch = Path(station._keeper.ready.scratch)
    assert exists(scratch)
    assert await station.close() == []
    assert await station.close() == []
    await until_gone(*pids)
    assert not exists(scratch)


async def test_a_killed_host_is_reported_with_its_end(station: Station) -> None:
    transport = await station.open_transport("meter1", "tcp")
    os.kill(host_pid(station), signal.SIGKILL)
    with pytest.raises((HostGoneError, PeerClosedError)):
        await transport.read(START + 1.0)
    with pytest.raises(HostGoneError, match="host emulation was killed by signal 9"):
        await station.fresh()
    await transport.close()


async def test_a_killed_keeper_takes_its_hosts_along(write_lab: LabWriter) -> None:
    station = await Station.open(load_lab(write_lab()))
    pids = (host_pid(station), station._keeper.pid)
    scratch = Path(station._keeper.ready.scratch)
    os.kill(station._keeper.pid, signal.SIGKILL)
    await until_gone(*pids)
    (problem,) = await station.close()
    assert "the keeper has gone" in problem
    assert not exists(scratch)


BENCH = """
import asyncio, json, sys
from bench.lab.config import load_lab
from bench.lab.station import Station

async def main():
    station = await Station.open(load_lab(sys.argv[1]))
    ready = station._keeper.ready
    print(json.dumps([ready.hosts["emulation"]["pid"], station._keeper.pid, ready.scratch]), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
async def test_when_the_bench_dies_the_keeper_makes_safe_and_ends(
    write_lab: LabWriter, start_relay: RelayStarter, number: signal.Signals
) -> None:
    relay, port = await start_relay()
    path = write_lab(STATION + SAFE.format(port=port))
    bench = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BENCH, str(path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert bench.stdout is not None
    host, keeper, scratch = json.loads(await bench.stdout.readline())
    assert relay.told == ["ROUT:CLOS? (@1)"]
    bench.send_signal(number)
    await bench.wait()
    await until_gone(host, keeper)
    assert relay.told[1:] == ["OUTP OFF", "VOLT 0", "ROUT:CLOS (@1)"]
    assert not exists(scratch)


async def test_a_signal_to_the_keeper_makes_safe(write_lab: LabWriter, start_relay: RelayStarter) -> None:
    relay, port = await start_relay()
    station = await Station.open(load_lab(write_lab(STATION + SAFE.format(port=port))))
    pids = (host_pid(station), station._keeper.pid)
    os.kill(station._keeper.pid, signal.SIGTERM)
    await until_gone(*pids)
    assert relay.told[1:] == ["OUTP OFF", "VOLT 0", "ROUT:CLOS (@1)"]
    await station.close()


async def test_the_safe_state_can_be_had_in_between(write_lab: LabWriter, start_relay: RelayStarter) -> None:
    relay, port = await start_relay()
    async with Station(load_lab(write_lab(STATION + SAFE.format(port=port)))) as station:
        assert await station.make_safe() == []
        assert relay.told[1:] == ["OUTP OFF", "VOLT 0", "ROUT:CLOS (@1)"]


async def test_what_cannot_be_made_safe_is_told(write_lab: LabWriter, start_relay: RelayStarter) -> None:
    _, port = await start_relay()
    station = STATION + SAFE.format(port=port).replace("as_found = [{", "as_found = [] #").replace("VOLT 0", "VOLT 1")
    path = write_lab(station.replace(f"::{port}::", "::1::"))
    opened = await Station.open(load_lab(path))
    (problem,) = await opened.close()
    assert "TCPIP::127.0.0.1::1::SOCKET" in problem


async def test_a_relay_that_cannot_be_asked_keeps_the_run_from_starting(write_lab: LabWriter) -> None:
    with pytest.raises(KeeperError, match="its relays cannot be asked"):
        await Station.open(load_lab(write_lab(STATION + SAFE.format(port=1))))


async def test_what_another_run_uses_is_not_touched(write_lab: LabWriter, start_relay: RelayStarter) -> None:
    relay, port = await start_relay()
    with Leases("the other run") as other:
        other.take([f"TCPIP::127.0.0.1::{port}::SOCKET"])
        with pytest.raises(InUseError, match="in use by run the other run"):
            await Station.open(load_lab(write_lab(STATION + SAFE.format(port=port))))
    assert relay.told == []


async def test_a_host_that_cannot_start_says_why(write_lab: LabWriter) -> None:
    path = write_lab(STATION.replace("settings = {delay_s = 0.25}", "settings = {delay = 0.25}"))
    with pytest.raises(KeeperError, match="seat meter1: unknown setting delay"):
        await Station.open(load_lab(path))


def test_scratch_of_killed_keepers_is_removed() -> None:
    from bench.lab.keeper import SCRATCH_PREFIX, remove_abandoned_scratch

    abandoned = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}999999999-"))
    mine = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}{os.getpid()}-"))
    remove_abandoned_scratch()
    assert not abandoned.exists()
    assert mine.exists()
    mine.rmdir()
