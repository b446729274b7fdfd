"""Messages on a thermostat's screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from drivers.gatt import messages, sig
from drivers.gatt.client import GattClient
from drivers.gatt.errors import AttError
from drivers.gatt.messages import Message

from .conftest import START, Home

NOON = Message(1, int(START) + 12 * 3600, 60, "work on the line")


@pytest.fixture
async def owner(thermostat: Home) -> AsyncIterator[GattClient]:
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        await thermostat.pair(client)
        yield client


async def screen(client: GattClient) -> str:
    return (await client.read(messages.SHOWN)).decode()


async def test_times_are_those_of_the_customer(owner: GattClient) -> None:
    await owner.write(sig.LOCAL_TIME, sig.LocalTime(-20, 3600).encode())
    await owner.write(messages.MESSAGE, NOON.encode())
    assert await screen(owner) == "05.01. 08:00-09:00 work on the line"


async def test_the_longest_text_is_held_and_shown_whole(owner: GattClient) -> None:
    message = Message(2, NOON.start, 60, "\u00e4" * 80)
    await owner.write(messages.MESSAGE, message.encode())
    assert messages.decode_message(await owner.read(messages.MESSAGE)) == message
    assert message.text in await screen(owner)


async def test_the_same_number_replaces_and_another_one_stands_beside(owner: GattClient) -> None:
    for message in (NOON, Message(1, NOON.start, 60, "put off"), Message(2, NOON.start, 60, "and another")):
        await owner.write(messages.MESSAGE, message.encode())
    assert [line.split(" ", 2)[2] for line in (await screen(owner)).splitlines()] == ["and another", "put off"]


async def test_it_is_over_with_what_it_tells_of(thermostat: Home, owner: GattClient) -> None:
    await owner.write(messages.MESSAGE, NOON.encode())
    await thermostat.let_pass(13 * 3600.0 - 1.0)
    assert await screen(owner)
    await thermostat.let_pass(1.0)
    assert not await screen(owner)
    assert await owner.read(messages.MESSAGE) == b""


async def test_only_what_is_there_can_be_taken_back(owner: GattClient) -> None:
    await owner.write(messages.MESSAGE, NOON.encode())
    await owner.write(messages.CANCEL, messages.encode_cancel(NOON.number))
    assert not await screen(owner)
    with pytest.raises(AttError):
        await owner.write(messages.CANCEL, messages.encode_cancel(NOON.number))


@pytest.mark.parametrize(
    "message", [Message(1, int(START) - 7200, 60, "over"), Message(1, NOON.start, 0, "for no time")]
)
async def test_what_cannot_be_shown_is_refused(owner: GattClient, message: Message) -> None:
    with pytest.raises(AttError):
        await owner.write(messages.MESSAGE, message.encode())
    assert not await screen(owner)


async def test_a_full_screen_refuses_one_more_and_takes_a_change(owner: GattClient) -> None:
    for number in range(8):
        await owner.write(messages.MESSAGE, Message(number, NOON.start, 60, f"no. {number}").encode())
    with pytest.raises(AttError):
        await owner.write(messages.MESSAGE, Message(8, NOON.start, 60, "one more").encode())
    await owner.write(messages.MESSAGE, Message(7, NOON.start, 60, "changed").encode())
    assert "changed" in await screen(owner)


async def test_changes_are_told(owner: GattClient) -> None:
    await owner.subscribe(messages.SHOWN)
    await owner.write(messages.MESSAGE, NOON.encode())
    assert NOON.text in (await owner.next_notice()).value.decode()
