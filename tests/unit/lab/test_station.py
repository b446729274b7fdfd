"""A station on an emulation host in a process of its own: time, links, fresh state, and every way to lose a part."""

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

from bench.lab.channel import Channel, ChannelError, HostGoneError
from bench.lab.clock import SteppedClock
from bench.lab.config import UnknownSeatError, load_lab
from bench.lab.faults import FaultOnRealDeviceError, faults_by_seat
from bench.lab.keeper_client import KeeperError
from bench.lab.leases import InUseError, Leases
from bench.lab.secrets import SecretError
from bench.lab.station import Station, WaitTooLongError
from drivers.clock import HostStuckError
from drivers.transport.base import PeerClosedError, SilenceError
from tests.unit.lab.conftest import STATION, LabWriter

START = 1_767_571_200.0  # 2026-01-05T00:00:00Z
SAFE = """
[[safe_state]]
resource = "TCPIP::127.0.0.1::{port}::SOCKET"
commands = ["OUTP OFF", "VOLT 0"]
as_found = [{{query = "ROUT:CLOS? (@1)", restore = {{1 = "ROUT:CLOS (@1)", 0 = "ROUT:OPEN (@1)"}}}}]
"""


@pytest_asyncio.fixture
async def station(write_lab: LabWriter, tmp_path: Path) -> AsyncIterator[Station]:
    async with Station(load_lab(write_lab()), tmp_path / "run") as opened:
        yield opened


@pytest.fixture(autouse=True)
def run_directory(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


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


# -- time and links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("port", "profile"), [("tcp", "wrapper"), ("optical", "hdlc")])
async def test_an_answer_takes_its_station_time_exactly(station: Station, port: str, profile: str) -> None:
    transport = await station.open_transport("meter1", "dlms", profile)
    assert station.endpoint("meter1", "dlms", profile).port == port
    await transport.write(b"read")
    chunk = await transport.read(station.clock.now() + 5.0)
    assert (chunk.data, chunk.at) == (b"read", START + 0.25)
    await transport.close()


async def test_silence_lasts_until_the_deadline_in_station_time(station: Station) -> None:
    transport = await station.open_transport("meter1", "tcp")
    with pytest.raises(SilenceError):
        await transport.read(START + 3600.0)
    assert station.clock.now() == START + 3600.0
    await transport.close()


async def test_a_pty_can_be_opened_again(station: Station) -> None:
    for _ in range(3):
        transport = await station.open_transport("meter1", "optical")
        await transport.write(b"hello")
        assert (await transport.read(station.clock.now() + 1.0)).data == b"hello"
        await transport.close()


async def test_tasks_side_by_side_give_the_same_trace_every_time(station: Station) -> None:
    """A flood on one meter, a measurement on the other, a task that only waits: nothing races."""

    async def read(seat: str, times: int, trace: list[tuple[str, float]]) -> None:
        transport = await station.open_transport(seat, "tcp")
        for _ in range(times):
            await transport.write(seat.encode())
            chunk = await transport.read(station.clock.now() + 1.0)
            assert chunk.data == seat.encode()
            trace.append((seat, round(chunk.at - START, 6)))
        await transport.close()

    async def tick(trace: list[tuple[str, float]]) -> None:
        for _ in range(10):
            await station.advance(0.11)
            trace.append(("tick", round(station.clock.now() - START, 6)))

    traces = []
    for _ in range(4):
        await station.fresh()
        trace: list[tuple[str, float]] = []
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(read("meter1", 4, trace))
            tasks.create_task(read("meter2", 50, trace))
            tasks.create_task(tick(trace))
        traces.append(trace)
    assert [at for seat, at in traces[0] if seat == "meter1"] == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=1e-5)
    assert [at for seat, at in traces[0] if seat == "tick"] == pytest.approx([0.11 * n for n in range(1, 11)], abs=1e-5)
    assert all(trace == traces[0] for trace in traces)


async def test_time_stands_still_while_the_bench_holds_it(station: Station) -> None:
    clock = station.clock
    assert isinstance(clock, SteppedClock)
    waiting = asyncio.create_task(clock.sleep_until(START + 100.0))
    with clock.holding():
        await asyncio.sleep(0.01)
        assert await clock.refresh() == START
    await waiting
    assert clock.now() == START + 100.0


async def test_who_is_woken_by_other_means_stops_time(station: Station) -> None:
    transport = await station.open_transport("meter1", "tcp")
    transport.link.sent += 1  # a byte that never comes: the host waits for it
    reading = asyncio.create_task(transport.read(START + 1000.0))
    await asyncio.sleep(0.01)
    transport.tap.inject(b"injected")
    assert (await reading).data == b"injected"
    await transport.close()
    assert isinstance(station.clock, SteppedClock)
    assert await station.clock.refresh() == START


async def test_a_day_passes_at_once(station: Station) -> None:
    await station.advance(86_400.0)
    assert station.clock.now() == START + 86_400.0


async def test_a_cancelled_wait_stops_time(station: Station) -> None:
    transport = await station.open_transport("meter1", "tcp")
    transport.link.sent += 1  # a byte that never comes: the host waits for it
    reading = asyncio.create_task(transport.read(START + 1000.0))
    await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await transport.close()
    assert isinstance(station.clock, SteppedClock)
    assert await station.clock.refresh() == START


async def test_fresh_goes_back_to_the_start(station: Station) -> None:
    await station.advance(100.0)
    await station.power("meter1", on=False)
    await station.fresh()
    assert station.clock.now() == START
    transport = await station.open_transport("meter1", "tcp")
    await transport.write(b"x")
    assert (await transport.read(START + 1.0)).data == b"x"
    await transport.close()


async def test_a_device_without_supply_is_silent(station: Station) -> None:
    transport = await station.open_transport("meter1", "tcp")
    await station.power("meter1", on=False)
    await transport.write(b"x")
    with pytest.raises(SilenceError):
        await transport.read(START + 10.0)
    await transport.close()


async def test_the_fault_box_reaches_the_plant(station: Station) -> None:
    await station.box.do("meter1", "cover", open=True)
    with pytest.raises(ChannelError, match="no act 'kick'"):
        await station.box.do("meter1", "kick")


async def test_what_the_station_does_not_have_is_named(station: Station) -> None:
    with pytest.raises(UnknownSeatError, match="did you mean 'meter1'"):
        station.endpoint("meter11", "tcp")
    with pytest.raises(UnknownSeatError, match="no instrument 'analyser'"):
        station.instrument_table("analyser")
    with pytest.raises(SecretError, match="names no secret 'guek'"):
        station.secret("meter1", "guek")


async def test_secrets_come_from_the_ledger_after_a_rotation(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMIBENCH_TEST_PASSWORD", "first")
    assert station.secret("meter1", "password") == b"first"
    ledger = station.ledger("meter1")
    ledger.begin_rotation("password", b"second")
    ledger.finish_rotation("password")
    assert station.secret("meter1", "password") == b"second"
    await station.fresh()
    assert station.secret("meter1", "password") == b"first"


async def test_faults_go_to_the_seats_they_name(write_lab: LabWriter) -> None:
    lab = load_lab(write_lab())
    assert faults_by_seat(lab, ["F-I19", "F-C1@meter2"]) == {"meter1": ("F-I19",), "meter2": ("F-I19", "F-C1")}
    with pytest.raises(UnknownSeatError):
        faults_by_seat(lab, ["F-I19@meter9"])
    real = '[station]\nname = "real"\n[seats.m]\nactor = "Meter"\nlinks.o = {carries = "dlms", url = "tcp:h:1"}'
    for fault in ("F-I19", "F-I19@m"):
        with pytest.raises(FaultOnRealDeviceError):
            faults_by_seat(load_lab(write_lab(real)), [fault])


async def test_a_free_clock_refuses_to_wait_beyond_the_allowance(write_lab: LabWriter) -> None:
    lab = load_lab(write_lab(STATION.replace('clock = "stepped"', 'clock = "free"')))
    async with Station(lab, allowance_s=1.0) as station:
        assert station.clock.mode == "free"
        with pytest.raises(WaitTooLongError, match="86400 s exceeds the run's allowance of 1 s"):
            await station.advance(86_400.0)


async def test_what_a_test_left_open_is_closed_before_the_next(write_lab: LabWriter) -> None:
    ended = asyncio.Event()

    async def until_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    server = await asyncio.start_server(until_the_end, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    seat = f"[seats.m]\nactor = 'Meter'\nlinks.net = {{carries = 'dlms', url = 'tcp:127.0.0.1:{port}'}}"
    async with server, Station(load_lab(write_lab(f"[station]\nname = 'real'\n{seat}"))) as station:
        left = await station.open_transport("m", "net")
        await station.fresh()
        await ended.wait()
        assert left is not None


async def test_the_waits_of_a_test_count_together(write_lab: LabWriter) -> None:
    lab = load_lab(write_lab("[station]\nname = 'real'\n"))
    async with Station(lab, allowance_s=0.03) as station:
        await station.advance(0.02)
        with pytest.raises(WaitTooLongError, match=r"waiting 0\.02 s after 0\.02 s of waiting"):
            await station.advance(0.02)
        await station.fresh()
        await station.advance(0.02)


# -- the end of things -----------------------------------------------------------------------------------------------


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


# -- the channel -----------------------------------------------------------------------------------------------------


async def test_a_host_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    path = Path(tempfile.mkdtemp()) / "s"
    server = await asyncio.start_unix_server(silent, str(path))
    channel = Channel(path, guard_s=0.05)
    await channel.open()
    with pytest.raises(HostStuckError, match=r"has said nothing for 0\.05 s"):
        await channel.request("now")
    await channel.close()
    server.close()
    path.unlink()
    path.parent.rmdir()


async def test_no_host_at_all(tmp_path: Path) -> None:
    with pytest.raises(HostGoneError, match="no emulation host listens at"):
        await Channel(tmp_path / "nobody").open()
