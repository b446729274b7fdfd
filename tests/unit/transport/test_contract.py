"""What every transport promises, run on every kind of link."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from drivers.clock import FreeClock
from drivers.transport.base import NotOpenError, PeerClosedError, SilenceError, Transport
from drivers.transport.tap import Direction, drop, repeat
from drivers.transport.urls import make_transport, open_transport

EVERY_BYTE = bytes(range(256))
SOON = 5.0

# What the shared base does is the same on every kind; closing a pyserial socket takes a third of a second.
one_of_each_engine = pytest.mark.parametrize("far", ["tcp", "tls", "pty"], indirect=True)


@pytest.fixture
async def transport(far: Any, clock: FreeClock) -> AsyncIterator[Transport]:
    transport = await open_transport(far.url, clock, **far.settings)
    if hasattr(far, "connected"):
        await far.connected.wait()
    yield transport
    await transport.close()


async def read_all(transport: Transport, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        data += (await transport.read(transport.clock.now() + SOON)).data
    return bytes(data)


async def test_every_byte_value_passes_both_ways(far: Any, transport: Transport) -> None:
    far.echo = True
    await transport.write(EVERY_BYTE)
    assert await read_all(transport, 256) == EVERY_BYTE
    assert bytes(far.received) == EVERY_BYTE


async def test_both_directions_are_counted(far: Any, transport: Transport) -> None:
    far.echo = True
    await transport.write(EVERY_BYTE)
    await read_all(transport, 256)
    assert (transport.link.sent, transport.link.received) == (256, 256)


async def test_a_large_message_arrives_whole(far: Any, transport: Transport) -> None:
    message = os.urandom(100_000)
    await transport.write(message)
    assert await far.expect(len(message)) == message


async def test_silence_ends_at_the_deadline_and_keeps_what_comes_later(far: Any, transport: Transport) -> None:
    with pytest.raises(SilenceError):
        await transport.read(transport.clock.now() + 0.01)
    far.send(b"late")
    assert await read_all(transport, 4) == b"late"


@one_of_each_engine
async def test_a_chunk_is_stamped_with_its_arrival(far: Any, transport: Transport) -> None:
    before = transport.clock.now()
    far.send(b"x")
    chunk = await transport.read(before + SOON)
    assert before <= chunk.at <= transport.clock.now()


@one_of_each_engine
async def test_drain_takes_what_has_arrived_without_waiting(far: Any, transport: Transport, until: Any) -> None:
    assert transport.drain() == b""
    far.send(b"stale")
    await until(lambda: transport.link.received == 5)
    assert transport.drain() == b"stale"
    with pytest.raises(SilenceError):
        await transport.read(transport.clock.now())


async def test_a_read_cancelled_while_waiting_loses_nothing(far: Any, transport: Transport) -> None:
    reading = asyncio.create_task(transport.read(transport.clock.now() + SOON))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    far.send(b"kept")
    assert await read_all(transport, 4) == b"kept"


async def test_the_last_bytes_come_before_the_end(far: Any, transport: Transport, until: Any) -> None:
    far.send(b"bye")
    await until(lambda: transport.link.received == 3)
    far.hang_up()
    assert await read_all(transport, 3) == b"bye"
    with pytest.raises(PeerClosedError):
        await transport.read(transport.clock.now() + SOON)
    assert transport.link.closed


async def test_a_waiting_read_ends_when_the_peer_goes(far: Any, transport: Transport) -> None:
    reading = asyncio.create_task(transport.read(transport.clock.now() + SOON))
    await asyncio.sleep(0)
    far.hang_up()
    with pytest.raises(PeerClosedError):
        await reading


async def test_writing_to_a_peer_that_has_gone_is_an_error(far: Any, transport: Transport) -> None:
    far.hang_up()
    with pytest.raises(PeerClosedError):
        await transport.read(transport.clock.now() + SOON)
    with pytest.raises(PeerClosedError):
        await transport.write(b"hello?")


async def test_closing_ends_a_waiting_read(far: Any, transport: Transport) -> None:
    reading = asyncio.create_task(transport.read(transport.clock.now() + SOON))
    await asyncio.sleep(0)
    await transport.close()
    with pytest.raises(NotOpenError):
        await reading


@one_of_each_engine
async def test_closing_twice_is_fine_and_use_after_it_is_not(far: Any, transport: Transport) -> None:
    await transport.close()
    await transport.close()
    with pytest.raises(NotOpenError):
        await transport.write(b"x")
    with pytest.raises(NotOpenError):
        await transport.read(transport.clock.now())


@one_of_each_engine
async def test_use_before_opening_is_an_error(far: Any, clock: FreeClock) -> None:
    transport = make_transport(far.url, clock, **far.settings)
    with pytest.raises(NotOpenError):
        await transport.write(b"x")
    await transport.close()


@one_of_each_engine
async def test_opening_twice_is_an_error(far: Any, transport: Transport) -> None:
    with pytest.raises(RuntimeError, match="open already"):
        await transport.open()


async def test_a_closed_transport_opens_again_and_counts_anew(far: Any, transport: Transport) -> None:
    await transport.write(b"first")
    await far.expect(5)
    before = transport.link
    await transport.close()
    await transport.open()
    assert (transport.link.sent, transport.link.received, transport.link.closed) == (0, 0, False)
    assert transport.link is not before
    await transport.write(b"second")
    assert await far.expect(6) == b"second"


async def test_closing_leaves_no_descriptor_task_or_thread_of_its_own(far: Any, clock: FreeClock, until: Any) -> None:
    def held() -> tuple[int, int, int]:
        gc.collect()
        own = [thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")]
        return len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks()), len(own)

    async def once() -> None:
        transport = await open_transport(far.url, clock, **far.settings)
        await transport.close()
        await until(lambda: all(end.is_closing() for end in getattr(far, "connections", ())))
        for _ in range(5):  # the far end's sockets close a turn later
            await asyncio.sleep(0)

    await once()  # the first opening may start what is shared
    before = held()
    await once()
    assert held() == before


async def test_cancelling_a_write_that_the_peer_does_not_take_leaves_a_transport_that_closes(
    far: Any, transport: Transport
) -> None:
    if "rfc2217" in far.url:
        pytest.skip("a blocking pyserial write cannot be cancelled, only outlived")
    far.pause()

    async def flood() -> None:
        while True:
            await transport.write(bytes(1_000_000))

    writing = asyncio.create_task(flood())
    for _ in range(200):
        await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await transport.close()


@one_of_each_engine
async def test_the_line_tap_sees_both_directions(far: Any, transport: Transport) -> None:
    far.echo = True
    with transport.tap.capturing() as seen:
        await transport.write(b"ping")
        await read_all(transport, 4)
    assert (seen[0].layer, seen[0].direction, seen[0].data) == ("line", Direction.OUT, b"ping")
    assert b"".join(item.data for item in seen if item.direction is Direction.IN) == b"ping"


@one_of_each_engine
async def test_what_the_tap_drops_is_not_sent_nor_counted(far: Any, transport: Transport) -> None:
    with transport.tap.interfering(drop):
        await transport.write(b"gone")
    with transport.tap.interfering(repeat(2)):
        await transport.write(b"two")
    assert await far.expect(6) == b"twotwo"
    assert transport.link.sent == 6


@one_of_each_engine
async def test_an_injected_message_wakes_a_waiting_read(far: Any, transport: Transport) -> None:
    reading = asyncio.create_task(transport.read(transport.clock.now() + SOON))
    await asyncio.sleep(0)
    transport.tap.inject(b"forged")
    assert (await reading).data == b"forged"
    assert transport.link.received == 0


@one_of_each_engine
async def test_a_message_sent_from_the_tap_reaches_the_device(far: Any, transport: Transport) -> None:
    with transport.tap.interfering(drop):
        await transport.tap.send(b"replayed")
    assert await far.expect(8) == b"replayed"
