"""`Arrival`: waits with deadlines that share a timer."""

from __future__ import annotations

import asyncio

import pytest

from drivers.arrival import Arrival, wait_for

LONG_S = 30.0
SHORT_S = 0.01


async def test_a_wait_ends_when_it_is_set() -> None:
    arrived = Arrival()
    asyncio.get_running_loop().call_soon(arrived.set)
    assert await arrived.wait_for(LONG_S)
    arrived.dismiss()


async def test_a_wait_ends_at_its_deadline() -> None:
    assert not await Arrival().wait_for(SHORT_S)


async def test_what_is_set_already_needs_no_wait() -> None:
    arrived = Arrival()
    arrived.set()
    assert await arrived.wait_for(0.0)


async def test_no_time_to_wait_still_lets_the_loop_turn() -> None:
    arrived = Arrival()
    asyncio.get_running_loop().call_soon(arrived.set)
    assert await arrived.wait_for(0.0)
    arrived.clear()
    assert not await arrived.wait_for(-1.0)


async def test_a_later_wait_may_have_an_earlier_deadline() -> None:
    arrived = Arrival()
    asyncio.get_running_loop().call_soon(arrived.set)
    assert await arrived.wait_for(LONG_S)
    arrived.clear()
    assert not await arrived.wait_for(SHORT_S)
    arrived.dismiss()


async def test_the_timer_of_an_answered_wait_does_not_end_the_next_one() -> None:
    loop = asyncio.get_running_loop()
    arrived = Arrival()
    loop.call_soon(arrived.set)
    assert await arrived.wait_for(SHORT_S)
    arrived.clear()
    loop.call_later(5 * SHORT_S, arrived.set)
    assert await arrived.wait_for(LONG_S), "the first wait's timer rang meanwhile"
    arrived.dismiss()


async def test_answered_waits_set_one_timer() -> None:
    loop = asyncio.get_running_loop()
    arrived = Arrival()
    timers = []
    set_timer = loop.call_later
    loop.call_later = lambda *told, **named: timers.append(told) or set_timer(*told, **named)  # type: ignore[func-returns-value,method-assign,assignment]
    try:
        for _ in range(20):
            loop.call_soon(arrived.set)
            assert await arrived.wait_for(LONG_S)
            arrived.clear()
    finally:
        del loop.call_later  # type: ignore[attr-defined]
        arrived.dismiss()
    assert len(timers) == 1


async def test_a_cancelled_wait_leaves_the_event_usable() -> None:
    arrived = Arrival()
    waiting = asyncio.ensure_future(arrived.wait_for(LONG_S))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    asyncio.get_running_loop().call_soon(arrived.set)
    assert await arrived.wait_for(LONG_S)
    arrived.dismiss()


async def test_two_may_wait_at_once() -> None:
    arrived = Arrival()
    first = asyncio.ensure_future(arrived.wait_for(LONG_S))
    second = asyncio.ensure_future(arrived.wait_for(LONG_S))
    third = asyncio.ensure_future(arrived.wait())
    await asyncio.sleep(0)
    arrived.set()
    assert await first
    assert await second
    assert await third
    arrived.dismiss()


async def test_any_event_can_be_waited_for() -> None:
    event = asyncio.Event()
    assert not await wait_for(event, 0.0)
    asyncio.get_running_loop().call_soon(event.set)
    assert await wait_for(event, LONG_S)
