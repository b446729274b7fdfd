"""A station on an emulation host in a process of its own: time, links, fresh state."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from bench.lab.channel import Channel, ChannelError, HostGoneError
from bench.lab.clock import SteppedClock
from bench.lab.config import UnknownSeatError, load_lab
from bench.lab.faults import FaultOnRealDeviceError, faults_by_seat
from bench.lab.secrets import SecretError
from bench.lab.station import Station, WaitTooLongError
from drivers.clock import HostStuckError
from drivers.transport.base import SilenceError
from tests.unit.lab.conftest import STATION, LabWriter

pytestmark = pytest.mark.usefixtures("run_directory")

START = 1_767_571_200.0  # 2026-01-05T00:00:00Z


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
