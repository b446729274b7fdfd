"""The stepped station clock as the bench holds it: the authority is the plant clock in the emulation host.

Every wait goes through one barrier (`bench.lab.barrier`) and from there over the station-control channel. With it
goes what this side has sent on each link, so that the host takes every byte before it lets time move.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

from bench.lab.barrier import BenchBarrier
from bench.lab.channel import Channel
from drivers.clock import LinkState


class SteppedClock:
    """`drivers.clock.Clock` over ``channel``. ``now`` is the station time of the host's last answer.

    What the bench awaits in real time (an HTTPS answer, an instrument) may have moved station time: ``refresh`` asks.
    """

    mode = "stepped"
    uncertainty_s = 0.0

    def __init__(self, channel: Channel, *, arrival_guard_s: float = 20.0) -> None:
        self._channel = channel
        self._barrier = BenchBarrier(channel, arrival_guard_s)
        self._now = 0.0
        channel.heard = self._hear

    def _hear(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        """Station time: seconds since the Unix epoch, UTC."""
        return self._now

    async def refresh(self) -> float:
        """Look at the host's time, which a request handler in it may have moved."""
        self._now = self._channel.page[0]
        return self._now

    async def ask(self) -> float:
        """Ask the host for its time; it answers after it has taken what it was sent before, an end of driving too."""
        await self._channel.request("now")
        return self._now

    def holding(self) -> AbstractContextManager[None]:
        """Time does not move on behalf of the bench in the block, whoever waits: for what is awaited in real time."""
        return self._barrier.holding()

    async def sleep_until(self, when: float) -> None:
        """Let station time pass until ``when``; at once, but after a look at the host's time, when it has passed."""
        await self._barrier.wait(when)

    async def wait_input(self, link: LinkState, arrived: asyncio.Event, deadline: float) -> bool:
        """Drive time until bytes for ``link`` have arrived or ``deadline`` is reached; see `drivers.clock.Clock`.

        A link without a key is not counted by anybody: the wait is then in real time.
        """
        if arrived.is_set():
            return True
        if link.key:
            await self._barrier.wait(deadline, link, arrived)
            return arrived.is_set()
        try:
            async with asyncio.timeout(max(0.0, deadline - self._now)):
                await arrived.wait()
        except TimeoutError:
            pass
        return arrived.is_set()
