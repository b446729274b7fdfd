"""The bench's end of a push."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from bench.access.push import PushListener
from bench.lab.station import Station
from drivers.clock import FreeClock
from drivers.dlms.wrapper import WrapperPdu

GUARD_S = 10.0


@pytest.fixture
def station() -> Station:
    return cast("Station", SimpleNamespace(clock=FreeClock()))


async def push(destination: str, *chunks: bytes) -> None:
    host, _, port = destination.rpartition(":")
    _reader, writer = await asyncio.open_connection(host, int(port))
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_a_message_comes_whole_however_it_was_cut(station: Station) -> None:
    message = WrapperPdu(1, 102, b"\x0fnotification").encode()
    async with PushListener(station) as listener:
        await push(listener.destination, message[:5], message[5:])
        pushed = await listener.next(GUARD_S)
    assert pushed is not None
    assert pushed.apdu == b"\x0fnotification"


async def test_messages_of_several_connections_come_one_by_one(station: Station) -> None:
    come = []
    async with PushListener(station) as listener:
        for apdu in (b"first", b"second"):
            await push(listener.destination, WrapperPdu(1, 102, apdu).encode())
            come.append(await listener.next(GUARD_S))
    assert [one.apdu for one in come if one is not None] == [b"first", b"second"]


async def test_nothing_comes_of_half_a_message(station: Station) -> None:
    async with PushListener(station) as listener:
        await push(listener.destination, WrapperPdu(1, 102, b"whole").encode()[:-1])
        assert await listener.next(0.0) is None


async def test_while_it_is_away_nobody_is_reached_and_afterwards_the_address_is_the_same(station: Station) -> None:
    async with PushListener(station) as listener:
        destination = listener.destination
        async with listener.away():
            with pytest.raises(ConnectionRefusedError):
                await push(destination, b"")
        await push(destination, WrapperPdu(1, 102, b"again").encode())
        pushed = await listener.next(GUARD_S)
    assert pushed is not None
    assert pushed.apdu == b"again"
