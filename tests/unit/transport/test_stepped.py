"""Transports on a stepped plant clock: station time moves only by waiting, and no byte in flight is overlooked."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from drivers.transport.base import PeerClosedError, SilenceError
from drivers.transport.urls import open_transport
from fixtures.clock import HostLink, PlantClock

START = 1_000_000.0


@pytest.fixture
def plant_clock() -> PlantClock:
    return PlantClock(START)


class EmulatedPty:
    """An emulated seat on a pty that answers after 2 s of station time."""

    def __init__(self, end: Any, clock: PlantClock) -> None:
        self.end = end
        self.clock = clock
        self.link: HostLink = clock.link(f"pty:{end.path}", "seat")
        end.heard = self.heard

    def heard(self, data: bytes) -> None:
        self.clock.call_later(2.0, lambda: self.answer(data.upper()))
        self.link.consumed += len(data)

    def answer(self, data: bytes) -> None:
        self.end.send(data)
        self.link.emitted += len(data)


async def test_an_answer_on_a_pty_is_stamped_with_station_time(pty_end: Any, plant_clock: PlantClock) -> None:
    EmulatedPty(pty_end, plant_clock)
    transport = await open_transport(pty_end.url, plant_clock, counted=True)
    await transport.write(b"hello")
    chunk = await transport.read(START + 60)
    assert (chunk.data, chunk.at) == (b"HELLO", START + 2.0)
    await transport.close()


async def test_an_hour_of_silence_passes_at_once(pty_end: Any, plant_clock: PlantClock) -> None:
    EmulatedPty(pty_end, plant_clock)
    transport = await open_transport(pty_end.url, plant_clock, counted=True)
    begun = time.monotonic()
    with pytest.raises(SilenceError):
        await transport.read(START + 3600)
    assert plant_clock.now() == START + 3600
    assert time.monotonic() - begun < 600
    await transport.close()


async def test_the_next_opener_of_a_pty_counts_from_zero(pty_end: Any, plant_clock: PlantClock) -> None:
    EmulatedPty(pty_end, plant_clock)
    for text in (b"one", b"three", b"eleven"):
        transport = await open_transport(pty_end.url, plant_clock, counted=True)
        await transport.write(text)
        assert (await transport.read(plant_clock.now() + 10)).data == text.upper()
        await transport.close()


async def test_an_answer_nobody_waited_for_does_not_reach_the_next_opener(
    pty_end: Any, plant_clock: PlantClock
) -> None:
    EmulatedPty(pty_end, plant_clock)
    transport = await open_transport(pty_end.url, plant_clock, counted=True)
    await transport.write(b"lost")
    with pytest.raises(SilenceError):
        await transport.read(START + 1)
    await transport.close()
    await plant_clock.advance_to(START + 10)
    transport = await open_transport(pty_end.url, plant_clock, counted=True)
    with pytest.raises(SilenceError):
        await transport.read(START + 20)
    await transport.close()


async def test_tcp_closing_by_the_emulated_side_is_seen(plant_clock: PlantClock) -> None:
    class Server(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport
            ports = (transport.get_extra_info(name)[1] for name in ("sockname", "peername"))
            self.link = plant_clock.link("tcp:{}:{}".format(*ports), "seat")

        def data_received(self, data: bytes) -> None:
            plant_clock.call_later(3.0, self.end)
            self.link.consumed += len(data)

        def end(self) -> None:
            self.transport.close()
            self.link.close()

    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    transport = await open_transport(f"tcp:127.0.0.1:{server.sockets[0].getsockname()[1]}", plant_clock)
    await transport.write(b"quit")
    with pytest.raises(PeerClosedError):
        await transport.read(START + 60)
    assert plant_clock.now() == START + 3.0
    await transport.close()
    server.close()
