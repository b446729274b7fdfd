"""What the bench tells the host before time may move."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bench.lab.barrier import BenchBarrier
from bench.lab.channel import Channel
from drivers.clock import LinkState


class ObedientHost:
    """Lets the time of every request pass at once. ``polls`` are the requests."""

    def __init__(self) -> None:
        self.polls: list[dict[str, Any]] = []

    def start(self, _operation: str, **request: Any) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        self.polls.append(request)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        answer.set_result({"now": request["deadline"], "links": [(0, False) for _ in request["links"]]})
        return len(self.polls), answer

    def cancel(self, _number: int) -> None:
        return


@pytest.fixture
def host() -> ObedientHost:
    return ObedientHost()


@pytest.fixture
def barrier(host: ObedientHost) -> BenchBarrier:
    return BenchBarrier(cast("Channel", host), 1.0)


async def test_what_was_sent_on_a_link_that_nobody_waits_on_is_told_once(
    host: ObedientHost, barrier: BenchBarrier
) -> None:
    link = LinkState("tcp:1:2")
    await barrier.wait(1.0, link, asyncio.Event())
    link.sent = 5
    await barrier.wait(2.0)
    await barrier.wait(3.0)
    assert [poll["flushed"] for poll in host.polls] == [{}, {"tcp:1:2": 5}, {}]


@pytest.mark.parametrize(("key", "told"), [("pty:/dev/pts/9", {"pty:/dev/pts/9": 5}), ("tcp:1:2", {})])
async def test_what_was_left_in_a_serial_line_that_is_closed_is_told_once(
    host: ObedientHost, barrier: BenchBarrier, key: str, told: dict[str, int]
) -> None:
    link = LinkState(key)
    await barrier.wait(1.0, link, asyncio.Event())
    link.sent, link.closed = 5, True
    await barrier.wait(2.0)
    await barrier.wait(3.0)
    assert [poll["left"] for poll in host.polls] == [{}, told, {}]
    assert [poll["flushed"] for poll in host.polls] == [{}, {}, {}]


async def test_the_next_opener_of_a_line_comes_after_what_was_left_in_it(
    host: ObedientHost, barrier: BenchBarrier
) -> None:
    last = LinkState("pty:/dev/pts/9")
    await barrier.wait(1.0, last, asyncio.Event())
    last.sent, last.closed = 5, True
    await barrier.wait(2.0, LinkState("pty:/dev/pts/9"), asyncio.Event())
    assert host.polls[-1]["links"] == [("pty:/dev/pts/9", 0, 0, True)]
    assert host.polls[-1]["left"] == {"pty:/dev/pts/9": 5}
