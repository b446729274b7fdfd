"""An event that a reader waits for again and again, each time until another deadline."""

from __future__ import annotations

import asyncio
import math
import time


class Arrival(asyncio.Event):
    """Set when something has arrived.

    The timer behind a deadline is shared by all waits of one reader and set anew only when it rings too early. A reader
    that is answered in time therefore costs the loop no timer, and no task that would have to be cancelled.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiter: asyncio.Future[None] | None = None
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0

    def set(self) -> None:
        super().set()
        self._wake()

    async def wait_for(self, seconds: float) -> bool:
        """Wait until it is set, or for ``seconds`` of real time; whether it is set."""
        if self.is_set():
            return True
        if seconds <= 0.0 or self._waiter is not None:
            return await wait_for(self, seconds)
        loop = asyncio.get_running_loop()
        self._until = time.monotonic() + seconds
        if seconds < math.inf and (self._timer is None or self._rings_at > self._until):
            self.dismiss()
            self._wind(loop, seconds)
        self._waiter = loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        return self.is_set()

    def dismiss(self) -> None:
        """Nobody will wait for some time: forget the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wind(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._rings_at = self._until
        self._timer = loop.call_later(seconds, self._ring, loop)

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._waiter is None:
            return
        left_s = self._until - time.monotonic()
        if left_s > 0.0:
            self._wind(loop, left_s)
        else:
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


async def wait_for(event: asyncio.Event, seconds: float) -> bool:
    """The same for any event. What has reached the process already is seen even without time to wait."""
    try:
        async with asyncio.timeout(max(0.0, seconds) if seconds < math.inf else None):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True
