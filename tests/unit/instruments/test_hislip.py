"""The HiSLIP port, message by message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from fixtures.instruments import hislip
from fixtures.instruments.hislip import HEADER, Message, receive
from fixtures.instruments.seats import InstrumentSeat
from fixtures.world import World


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def exchange(self, message: Message) -> Message:
        self.writer.write(message.encode())
        return await receive(self.reader)


@pytest_asyncio.fixture
async def client(world: World) -> AsyncIterator[Client]:
    seat = world.add("dmm", "multimeter", {"interfaces": ["hislip"]})
    assert isinstance(seat, InstrumentSeat)
    await world.start()
    port = int(seat.endpoints()["hislip"].split(",")[1].partition(":")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield Client(reader, writer)
    writer.close()


async def test_a_message_in_two_parts_is_one(client: Client) -> None:
    answer = await client.exchange(Message(hislip.INITIALIZE, 0, 0x0100_0000, b"hislip0"))
    assert (answer.kind, answer.parameter >> 16) == (hislip.INITIALIZE_RESPONSE, hislip.VERSION)
    client.writer.write(Message(hislip.DATA, 0, 0xFFFFFF00, b"*I").encode())
    answer = await client.exchange(Message(hislip.DATA_END, 0, 0xFFFFFF02, b"DN?"))
    assert (answer.kind, answer.parameter) == (hislip.DATA_END, 0xFFFFFF02)
    assert answer.payload.startswith(b"AMIBENCH,EMM-1,dmm,")


async def test_an_unknown_message_is_answered_as_such(client: Client) -> None:
    await client.exchange(Message(hislip.INITIALIZE, 0, 0x0100_0000, b"hislip0"))
    answer = await client.exchange(Message(12, 0, 0))
    assert (answer.kind, answer.control) == (hislip.ERROR, hislip.UNRECOGNISED_TYPE)


async def test_status_and_size_are_asked_on_the_second_connection(client: Client) -> None:
    answer = await client.exchange(Message(hislip.ASYNC_INITIALIZE, 0, 1))
    assert answer.kind == hislip.ASYNC_INITIALIZE_RESPONSE
    answer = await client.exchange(Message(hislip.ASYNC_MAX_SIZE, 0, 0, (1 << 20).to_bytes(8, "big")))
    assert int.from_bytes(answer.payload, "big") == hislip.LARGEST_MESSAGE
    assert (await client.exchange(Message(hislip.ASYNC_STATUS, 0, 0))).kind == hislip.ASYNC_STATUS_RESPONSE


async def test_what_is_not_hislip_is_hung_up_on(client: Client) -> None:
    client.writer.write(b"*IDN?\n" * 10)
    assert await client.reader.read() == b""


async def test_a_message_that_is_too_long_is_hung_up_on(client: Client) -> None:
    client.writer.write(HEADER.pack(b"HS", hislip.DATA_END, 0, 0, 1 << 40))
    assert await client.reader.read() == b""
