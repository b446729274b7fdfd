"""The tap: what a probe can see and do, and what a driver gets out of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.transport.base import SilenceError
from drivers.transport.tap import (
    Direction,
    Tap,
    alter,
    drop,
    first_only,
    flip_bit,
    only_if,
    repeat,
    truncate,
)
from drivers.transport.tcp import TcpTransport


@pytest.fixture
def tap(manual_clock: Any) -> Tap:
    return Tap("frame", manual_clock)


async def test_an_idle_tap_passes_messages_as_they_are(tap: Tap) -> None:
    assert tap.idle
    assert list(await tap.outbound(b"out")) == [b"out"]
    assert list(await tap.inbound(b"in")) == [b"in"]


@pytest.mark.parametrize(
    ("interference", "expected"),
    [
        (drop, []),
        (repeat(3), [b"abc"] * 3),
        (truncate(2), [b"ab"]),
        (truncate(-1), [b"ab"]),
        (alter(bytes.upper), [b"ABC"]),
        (flip_bit(0), [b"`bc"]),
        (flip_bit(-1), [b"ab\xe3"]),
        (only_if(lambda message: message.startswith(b"x"), drop), [b"abc"]),
        (only_if(lambda message: message.startswith(b"a"), drop), []),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
async def test_interferences(tap: Tap, direction: Direction, interference: Any, expected: list[bytes]) -> None:
    way = tap.outbound if direction is Direction.OUT else tap.inbound
    with tap.interfering(interference, direction):
        assert not tap.idle
        assert list(await way(b"abc")) == expected
    assert list(await way(b"abc")) == [b"abc"]
    assert tap.idle


async def test_an_interference_touches_one_direction_only(tap: Tap) -> None:
    with tap.interfering(drop, Direction.IN):
        assert list(await tap.outbound(b"out")) == [b"out"]


async def test_interferences_stack_in_the_order_they_were_put(tap: Tap) -> None:
    with tap.interfering(truncate(1)), tap.interfering(repeat(2)):
        assert list(await tap.outbound(b"ab")) == [b"a", b"a"]


async def test_first_only_lets_the_second_message_through(tap: Tap) -> None:
    with tap.interfering(first_only(drop)):
        assert [list(await tap.outbound(m)) for m in (b"1", b"2")] == [[], [b"2"]]


async def test_watchers_see_what_goes_on_after_all_interferences(tap: Tap, manual_clock: Any) -> None:
    with tap.capturing() as seen, tap.interfering(repeat(2)), tap.interfering(drop, Direction.IN):
        await tap.outbound(b"x")
        await tap.inbound(b"y")
    assert [(item.layer, item.direction, item.data, item.at) for item in seen] == [
        ("frame", Direction.OUT, b"x", 1000.0),
        ("frame", Direction.OUT, b"x", 1000.0),
    ]


@given(message=st.binary(min_size=1, max_size=40), index=st.integers(-400, 400))
def test_flipping_a_bit_twice_restores_the_message(message: bytes, index: int) -> None:
    (once,) = flip_bit(index)(message)
    assert sum((a ^ b).bit_count() for a, b in zip(once, message, strict=True)) == 1
    assert list(flip_bit(index)(once)) == [message]


def test_flipping_a_bit_of_nothing_leaves_nothing() -> None:
    assert list(flip_bit(3)(b"")) == [b""]


# -- delay ---------------------------------------------------------------------------------------------------------


async def test_a_delay_lets_station_time_pass(tap: Tap, manual_clock: Any) -> None:
    with tap.delaying(2.5):
        await tap.outbound(b"x")
        assert manual_clock.now() == 1002.5
    with tap.delaying(1.5, Direction.IN), tap.capturing() as seen:
        assert list(await tap.inbound(b"y")) == [b"y"]
    assert [item.at for item in seen] == [1004.0]


async def test_a_delayed_message_survives_the_cancelling_of_its_wait(tap: Tap, manual_clock: Any) -> None:
    with tap.delaying(2.0, Direction.IN):
        waiting = asyncio.create_task(tap.inbound(b"kept"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    manual_clock.time = 1002.0
    assert tap.take_injected() == [b"kept"]


async def test_delayed_messages_come_when_they_are_due_and_in_order(tap: Tap, manual_clock: Any) -> None:
    with tap.delaying(2.0, Direction.IN):
        tap.admit(b"1")
        tap.admit(b"2")
    assert tap.take_injected() == []
    assert tap.next_due(1005.0) == 1002.0
    assert tap.next_due(1001.0) == 1001.0
    manual_clock.time = 1002.0
    assert tap.take_injected() == [b"1", b"2"]
    assert tap.idle


@pytest.fixture
async def link(tcp_end: Any, manual_clock: Any) -> Any:
    transport = TcpTransport("127.0.0.1", tcp_end.port, manual_clock)
    await transport.open()
    await tcp_end.connected.wait()
    yield transport
    await transport.close()


@pytest.fixture
def arriving(tcp_end: Any, link: TcpTransport, until: Any) -> Any:
    """Send from the far end, and let it arrive unread."""

    async def send(data: bytes) -> None:
        tcp_end.send(data)
        await until(lambda: link.link.received == len(data))

    return send


async def test_a_read_does_not_overstay_its_deadline_for_a_delayed_message(
    arriving: Any, link: TcpTransport, manual_clock: Any
) -> None:
    with link.tap.delaying(5.0, Direction.IN):
        await arriving(b"slow")
        with pytest.raises(SilenceError):
            await link.read(1003.0)
        assert manual_clock.now() == 1003.0
        assert (await link.read(1010.0)).data == b"slow"
        assert manual_clock.now() == 1005.0


async def test_a_delayed_message_still_comes_after_the_peer_has_gone(
    arriving: Any, until: Any, tcp_end: Any, link: TcpTransport, manual_clock: Any
) -> None:
    with link.tap.delaying(5.0, Direction.IN):
        await arriving(b"last")
        tcp_end.hang_up()
        await until(lambda: link.link.closed)
        assert (await link.read(1010.0)).data == b"last"


# -- injecting, holding back ---------------------------------------------------------------------------------------


async def test_injected_messages_come_in_order_and_are_seen(tap: Tap) -> None:
    with tap.capturing() as seen:
        tap.inject(b"1")
        tap.inject(b"2")
        assert tap.take_injected() == [b"1", b"2"]
    assert [item.data for item in seen] == [b"1", b"2"]
    assert tap.take_injected() == []


async def test_injecting_above_lets_the_read_below_return_empty(tcp_end: Any, link: TcpTransport) -> None:
    upper = Tap("frame", link.clock, below=link.tap)
    upper.inject(b"forged frame")
    assert (await link.read(1001.0)).data == b""
    assert upper.take_injected() == [b"forged frame"]
    with pytest.raises(SilenceError):
        await link.read(1002.0)


async def test_held_back_messages_go_when_they_are_released(tcp_end: Any, link: TcpTransport) -> None:
    with link.tap.holding() as held:
        await link.write(b"first ")
        await link.write(b"second")
    await link.write(b"third ")
    assert held.messages == [b"first ", b"second"]
    await held.release()
    assert await tcp_end.expect(18) == b"third first second"


async def test_messages_can_be_released_one_by_one_while_others_are_held(tcp_end: Any, link: TcpTransport) -> None:
    with link.tap.holding() as held:
        await link.write(b"1")
        await link.write(b"2")
        await held.release(1)
        assert await tcp_end.expect(1) == b"1"
        assert held.messages == [b"2"]


async def test_what_is_held_on_its_way_in_is_delivered_late(arriving: Any, link: TcpTransport) -> None:
    with link.tap.holding(Direction.IN) as held:
        await arriving(b"answer")
        with pytest.raises(SilenceError):
            await link.read(1001.0)
    await held.release()
    assert (await link.read(1002.0)).data == b"answer"


async def test_sending_from_a_tap_whose_driver_cannot_is_an_error(tap: Tap) -> None:
    with pytest.raises(RuntimeError, match="frame"):
        await tap.send(b"x")


async def test_an_interference_that_empties_every_message_delivers_nothing(arriving: Any, link: TcpTransport) -> None:
    def nothing(_message: bytes) -> Sequence[bytes]:
        return (b"",)

    with link.tap.interfering(nothing, Direction.IN):
        await arriving(b"x")
        with pytest.raises(SilenceError):
            await link.read(1001.0)
