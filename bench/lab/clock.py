"""The stepped station clock as the bench holds it: the authority is the plant clock in the emulation host.

Every wait is one ``poll`` over the station-control channel. With it goes what this side has sent on each link, so
that the host takes every byte before it lets time move.
"""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

from bench.lab.channel import Channel
from drivers.clock import HostStuckError, LinkState

_LOOK_S = 0.05


class SteppedClock:
    """`drivers.clock.Clock` over ``channel``. ``now`` is the station time of the host's last answer.

    What the bench awaits in real time (an HTTPS answer, an instrument) may have moved station time: ``refresh`` asks.
    """

    mode = "stepped"
    uncertainty_s = 0.0

    def __init__(self, channel: Channel, *, arrival_guard_s: float = 20.0) -> None:
        self._channel = channel
        self._arrival_guard_s = arrival_guard_s
        self._now = 0.0
        self._links: weakref.WeakValueDictionary[int, LinkState] = weakref.WeakValueDictionary()
        self._told: dict[int, int] = {}
        channel.heard = self._hear

    def _hear(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        """Station time: seconds since the Unix epoch, UTC."""
        return self._now

    async def refresh(self) -> float:
        """Ask the host for the time, which a request handler in it may have moved."""
        await self._channel.request("now")
        return self._now

    async def sleep_until(self, when: float) -> None:
        """Let station time pass until ``when``; at once, but after a look at the host's time, when it has passed."""
        await self._driving("advance", until=when)

    async def wait_input(self, link: LinkState, arrived: asyncio.Event, deadline: float) -> bool:
        """Drive time until bytes for ``link`` have arrived or ``deadline`` is reached; see `drivers.clock.Clock`."""
        if arrived.is_set():
            return True
        if not link.key:
            return await self._wait_real(arrived, max(0.0, deadline - self._now))
        received = link.received
        attach = self._links.get(id(link)) is not link
        self._links[id(link)] = link
        self._told[id(link)] = link.sent
        answer = await self._driving(
            "poll",
            (arrived, link),
            link=link.key,
            sent=link.sent,
            received=received,
            deadline=deadline,
            attach=attach,
            flushed=self._sent_elsewhere(link),
        )
        if answer.get("cancelled") or arrived.is_set():
            return arrived.is_set()
        if (answer["closed"] or answer["emitted"] > received) and not await self._wait_real(
            arrived, self._arrival_guard_s
        ):
            raise HostStuckError(f"{link.key}: the emulation has answered, but nothing arrived")
        return arrived.is_set()

    def _sent_elsewhere(self, waited: LinkState) -> dict[str, int]:
        """What was sent on other links since the host was last told."""
        flushed = {}
        for identity, link in list(self._links.items()):
            if link is not waited and not link.closed and self._told.get(identity) != link.sent:
                flushed[link.key] = link.sent
                self._told[identity] = link.sent
        if len(self._told) > 2 * len(self._links) + 16:
            self._told = {identity: sent for identity, sent in self._told.items() if identity in self._links}
        return flushed

    async def _driving(
        self, op: str, waiter: tuple[asyncio.Event, LinkState] | None = None, **values: object
    ) -> dict[str, Any]:
        """A request that moves time.

        Cancelled here, it ends there; so does one whose waiter was woken by other means.
        """
        number, answer = self._channel.start(op, **values)
        loop = asyncio.get_running_loop()
        handle: asyncio.TimerHandle | None = None

        def look(received: int) -> None:
            nonlocal handle
            assert waiter is not None
            arrived, link = waiter
            if arrived.is_set() and link.received == received:
                self._channel.cancel(number)
            else:
                handle = loop.call_later(_LOOK_S, look, received)

        if waiter is not None:
            handle = loop.call_later(_LOOK_S, look, waiter[1].received)
        try:
            return await answer
        except asyncio.CancelledError:
            self._channel.cancel(number)
            raise
        finally:
            if handle is not None:
                handle.cancel()

    @staticmethod
    async def _wait_real(arrived: asyncio.Event, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await arrived.wait()
        except TimeoutError:
            return arrived.is_set()
        return True
