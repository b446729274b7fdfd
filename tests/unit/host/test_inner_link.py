"""A connection between two seats of one host: time stands still while a byte is on its way."""

from __future__ import annotations

import asyncio
import math

import pytest

from drivers.clock import LinkState
from fixtures.clock import PlantClock

KEY = "tcp:1:2"


async def moves(clock: PlantClock) -> bool:
    """Whether time can move now."""
    driving = asyncio.ensure_future(clock.advance_to(clock.now() + 10.0))
    for _ in range(20):
        await asyncio.sleep(0)
    if driving.done():
        return True
    driving.cancel()
    await asyncio.gather(driving, return_exceptions=True)
    return False


@pytest.mark.parametrize("client_first", [True, False])
async def test_bytes_on_their_way_keep_time_from_moving(client_first: bool) -> None:
    clock = PlantClock(0.0)
    if client_first:
        client = clock.link(KEY, "client")
        server = clock.inner_end(KEY, "server")
    else:
        server = clock.inner_end(KEY, "server")
        client = clock.link(KEY, "client")
    assert await moves(clock)
    client.emitted += 5
    assert not await moves(clock)
    server.wrote(3)
    server.took(5)
    assert not await moves(clock)
    client.consumed += 3
    assert await moves(clock)


async def test_an_end_that_closes_lets_time_move() -> None:
    clock = PlantClock(0.0)
    client = clock.link(KEY, "client")
    server = clock.inner_end(KEY, "server")
    client.emitted += 5
    assert not await moves(clock)
    server.close()
    assert await moves(clock)


async def test_a_listener_lets_no_time_pass_and_ends_while_somebody_else_does() -> None:
    clock = PlantClock(0.0)
    host = clock.link(KEY, "seat")
    state, arrived = LinkState(KEY), asyncio.Event()
    listening = asyncio.ensure_future(clock.wait_input(state, arrived, math.inf))
    for _ in range(10):
        await asyncio.sleep(0)
    assert clock.now() == 0.0

    def speak() -> None:
        host.emitted += 4
        state.received += 4
        arrived.set()

    clock.call_at(3.0, speak)
    await clock.advance_to(5.0)
    assert await listening
