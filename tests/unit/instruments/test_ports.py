"""Instruments at their ports: raw bytes on the socket and on the serial line, faults, supply, and several clients."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from fixtures.instruments.conversation import INPUT_BUFFER
from fixtures.instruments.device import Execution
from fixtures.instruments.seats import InstrumentSeat
from fixtures.seats import seat_factory
from fixtures.world import World


class Line:
    """A raw client of one interface."""

    def __init__(self, reader: asyncio.StreamReader, send: asyncio.StreamWriter | int) -> None:
        self._reader = reader
        self._send = send

    async def tell(self, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode("latin-1")
        if isinstance(self._send, int):
            os.write(self._send, data)
        else:
            self._send.write(data)
            await self._send.drain()

    async def hear(self) -> str:
        async with asyncio.timeout(20):
            return (await self._reader.readline()).decode()

    async def ask(self, text: str) -> str:
        await self.tell(text + "\n")
        return await self.hear()


@pytest_asyncio.fixture
async def load(world: World) -> InstrumentSeat:
    """A started electronic load with both interfaces, on service point ``home``."""
    seat = world.add("load", "electronic_load", {"service_point": "home", "interfaces": ["socket", "serial"]})
    await world.start()
    assert isinstance(seat, InstrumentSeat)
    return seat


@asynccontextmanager
async def connected(seat: InstrumentSeat, interface: str = "socket") -> AsyncIterator[Line]:
    """A raw client at one of the instrument's interfaces."""
    if interface == "socket":
        _, host, port, _ = seat.endpoints()["socket"].replace("::", " ").split()
        reader, writer = await asyncio.open_connection(host, int(port))
        yield Line(reader, writer)
        writer.close()
        return
    path = seat.endpoints()["serial"].removeprefix("ASRL").removesuffix("::INSTR")
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(descriptor), "rb", buffering=0)
    )
    yield Line(reader, descriptor)
    transport.close()
    os.close(descriptor)


@pytest.fixture(params=["socket", "serial"])
def interface(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest_asyncio.fixture
async def line(interface: str, load: InstrumentSeat) -> AsyncIterator[Line]:
    async with connected(load, interface) as client:
        yield client


def executed(seat: InstrumentSeat, message: str) -> asyncio.Event:
    """Is set when the instrument has executed ``message``."""
    event = asyncio.Event()
    start = seat.device.start

    def watched(text: str) -> tuple[Execution, Awaitable[str | None] | None]:
        started = start(text)
        if text == message:
            event.set()
        return started

    seat.device.start = watched  # type: ignore[method-assign]
    return event


async def broken(line: Line) -> bool:
    """Whether the connection ends: closed, reset, or an error of the line."""
    try:
        return await line.hear() == ""
    except OSError:
        return True


async def test_lines_are_answered(line: Line) -> None:
    assert await line.ask("*IDN?") == "AMIBENCH,EEL-12,load,1.0\n"


async def test_message_may_come_in_pieces_and_with_other_line_ends(line: Line) -> None:
    await line.tell("*ID")
    await line.tell("N?\r\n*OP")
    assert "EEL-12" in await line.hear()
    assert await line.ask("C?") == "1\n"


async def test_several_messages_at_once_are_answered_in_order(line: Line) -> None:
    await line.tell("POW 5\nPOW?\n*IDN?\nINP?\n")
    assert float(await line.hear()) == 5.0
    assert "EEL-12" in await line.hear()
    assert await line.hear() == "0\n"


async def test_message_before_the_answer_is_ready_interrupts_the_query(line: Line, load: InstrumentSeat) -> None:
    load.device.settled_at = load.device.clock.now() + 1e9
    never = asyncio.Event()

    async def settle() -> None:
        await never.wait()

    load.device.settle = settle  # type: ignore[method-assign]
    await line.tell("*OPC?\n")
    await line.tell("SYST:ERR?\n")
    assert await line.hear() == '-410,"Query INTERRUPTED"\n'
    assert await line.ask("SYST:ERR?") == '0,"No error"\n'


async def test_message_that_is_too_long_overruns_the_buffer_once(line: Line) -> None:
    for _ in range(INPUT_BUFFER // 1024 + 2):
        await line.tell(b"x" * 1024)
    await line.tell("\n")
    assert await line.ask("SYST:ERR?") == '-363,"Input buffer overrun"\n'
    assert await line.ask("SYST:ERR?") == '0,"No error"\n'


async def test_bytes_outside_ascii_are_an_error_not_an_end(line: Line) -> None:
    await line.tell(b"\xff\xfe\x00\n")
    assert (await line.ask("SYST:ERR?")).startswith("-101,")


async def test_long_answers_pass_whole(line: Line, load: InstrumentSeat) -> None:
    await line.tell(";".join(["*IDN?"] * 1000) + "\n")
    assert await line.hear() == ";".join(["AMIBENCH,EEL-12,load,1.0"] * 1000) + "\n"


async def test_silent_instrument_executes_but_does_not_answer(line: Line, load: InstrumentSeat) -> None:
    load.fresh(frozenset({"INS-SILENT"}))
    done = executed(load, "POW 7")
    await line.tell("*IDN?\nPOW 7\n")
    async with asyncio.timeout(20):
        await done.wait()
    load.fresh(frozenset())
    assert await line.ask("INP?") == "0\n"


async def test_garbage_replaces_readings_only(line: Line, load: InstrumentSeat) -> None:
    load.fresh(frozenset({"INS-GARBAGE"}))
    assert "EEL-12" in await line.ask("*IDN?")
    await line.tell("MEAS:POW?\n")
    with pytest.raises(UnicodeDecodeError):
        await line.hear()


async def test_other_instrument_has_another_identity(line: Line, load: InstrumentSeat) -> None:
    load.fresh(frozenset({"INS-IDENTITY"}))
    assert await line.ask("*IDN?") == "AMIBENCH,EEL-12,load-B,0.9\n"


async def test_vanishing_instrument_breaks_off_and_is_reachable_when_fresh(
    line: Line, load: InstrumentSeat, interface: str
) -> None:
    load.fresh(frozenset({"INS-VANISHES"}))
    assert "EEL-12" in await line.ask("*IDN?")
    await line.tell("MEAS:POW?\n")
    assert await broken(line)
    load.fresh(frozenset())
    async with connected(load, interface) as again:
        assert "EEL-12" in await again.ask("*IDN?")


async def test_instrument_without_supply_is_deaf_and_draws_nothing(load: InstrumentSeat, world: World) -> None:
    point = world.plant.service_point("home")
    async with connected(load) as client:
        assert await client.ask("POW 1000;:INP ON;*WAI;*OPC?") == "1\n"
        assert point.measured.active_w == 1000.0
        load.power(False)
        assert point.measured.active_w == 0.0
        assert await broken(client)
    async with connected(load) as client:
        assert await broken(client)
    load.power(True)
    async with connected(load) as client:
        assert await client.ask("INP?;*ESR?") == "0;128\n"


async def test_what_a_client_sent_before_it_went_is_executed(load: InstrumentSeat) -> None:
    done = executed(load, "POW 3")
    async with connected(load) as client:
        await client.tell("POW 1\nPOW 2\nPOW 3\n")
    async with asyncio.timeout(20):
        await done.wait()


async def test_clients_share_one_instrument(load: InstrumentSeat) -> None:
    async with connected(load) as first, connected(load) as second:
        assert await first.ask("POW 42;POW?") == await second.ask("POW?")


@pytest.mark.parametrize(
    ("kind", "settings", "named"),
    [
        ("ac_source", {"source": "moon"}, "moon"),
        ("ac_source", {"service_point": "home"}, "service_point"),
        ("multimeter", {"position": "roof"}, "position"),
        ("power_analyser", {"phase": 2}, "phase"),
        ("power_analyser", {"interfaces": ["gpib"]}, "gpib"),
        ("electronic_load", {"interfaces": []}, "interfaces"),
        ("electronic_load", {"colour": "red"}, "colour"),
    ],
)
async def test_settings_that_cannot_be_used_are_named(
    world: World, kind: str, settings: dict[str, object], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        seat_factory(kind)("x", settings, world)
