"""The station clock, as a driver sees it.

Every protocol time-out and every timing verdict of the bench runs on one clock, the station clock. It has two modes:

``free``
    Station time is real time. Waiting for input waits for real.
``stepped``
    Station time stands still until somebody waits. A wait is then a barrier: the emulated side first consumes every
    byte that was sent to it, then its timers fire in order until it has answered or the deadline is reached. A day
    passes in milliseconds, and how fast the machine is decides nothing.

A driver needs no more than this module: it asks the time, and it waits for input *with a deadline in station time*.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeGuard, runtime_checkable

from drivers.arrival import Arrival, wait_for


class HostStuckError(RuntimeError):
    """The emulated side did not answer within the real-time guard. A fault of the bench, never of the device."""


@dataclass
class LinkState:
    """What one end of a byte link has sent and received so far. The counters let a stepped clock see bytes in flight.

    ``key`` names the connection for both of its ends: ``tcp:<server port>:<client port>`` or ``pty:<slave path>``. It
    is empty where nobody else counts (a real port), and a stepped clock then waits in real time.
    """

    key: str = ""
    sent: int = 0
    received: int = 0
    closed: bool = False


@runtime_checkable
class Clock(Protocol):
    """Station time and waiting in it. All times are seconds; ``now`` is UTC since the Unix epoch."""

    @property
    def mode(self) -> str:
        """``free`` or ``stepped``."""
        ...

    @property
    def uncertainty_s(self) -> float:
        """Standard uncertainty of a duration between two calls of ``now``, in seconds."""
        ...

    def now(self) -> float:
        """Station time: seconds since the Unix epoch, UTC."""
        ...

    async def sleep_until(self, when: float) -> None:
        """Let station time pass until ``when``; returns at once when it has passed."""
        ...

    async def wait_input(self, link: LinkState, arrived: asyncio.Event, deadline: float) -> bool:
        """Wait until ``arrived`` is set (input, or the peer's closing) or station time reaches ``deadline``.

        Without a deadline (``math.inf``) the wait is a listener's: a stepped clock does not move for it, and it ends
        while the clock moves for somebody else. Returns True when ``arrived`` is set, False at the deadline. Raises
        HostStuckError when the emulated side does not take part in the barrier.
        """
        ...


class RemoteClock(Protocol):
    """A station clock whose ``now`` is what its authority last told."""

    async def refresh(self) -> float:
        """Look at the authority's time, which may be moving."""
        ...

    async def ask(self) -> float:
        """Have the authority tell the time, after whatever it was told before: what it was told to stop has stopped."""
        ...

    def holding(self) -> AbstractContextManager[None]:
        """Time does not move on behalf of this side in the block."""
        ...


def is_remote(clock: Clock) -> TypeGuard[RemoteClock]:
    """Whether ``clock`` is one; quicker than a check of the protocol, for it is asked at every message."""
    return hasattr(clock, "refresh")


async def catch_up(clock: Clock) -> None:
    """Learn the time, where another process is its authority and nothing has told this one of it lately."""
    if is_remote(clock):
        with clock.holding():
            await clock.ask()


async def happens(clock: Clock, event: asyncio.Event, within_s: float) -> bool:
    """Let station time pass until ``event`` is set, at most ``within_s`` seconds of it; whether it is set.

    For what happens in another task of this process, as a message does that a pump has taken.
    """
    if event.is_set():
        await catch_up(clock)
        return True
    waits = {
        asyncio.ensure_future(event.wait()),
        asyncio.ensure_future(clock.sleep_until(clock.now() + within_s)),
    }
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in done:
            wait.result()
    finally:
        for wait in waits:
            wait.cancel()
    await catch_up(clock)
    return event.is_set()


class FreeClock:
    """Real time: UTC read once, then carried on by the monotonic clock, so that it never steps."""

    mode = "free"
    uncertainty_s = 0.001

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return self._offset + time.monotonic()

    async def sleep_until(self, when: float) -> None:
        delay = when - self.now()
        if delay > 0:
            await asyncio.sleep(delay)

    async def wait_input(self, link: LinkState, arrived: asyncio.Event, deadline: float) -> bool:
        seconds = deadline - self.now()
        return await (arrived.wait_for(seconds) if isinstance(arrived, Arrival) else wait_for(arrived, seconds))
