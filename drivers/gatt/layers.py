"""The layers of a Bluetooth link that passes through this process, as taps.

Bumble sends and delivers synchronously, a tap may have to wait; so what goes out through a tap that somebody looks at
goes out in order, a moment later.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from drivers.clock import Clock
from drivers.transport.tap import Tap


class Layer:
    """One layer: ``put`` on the way out, ``take`` on the way in; ``send`` and ``deliver`` are what lies beyond."""

    def __init__(
        self, name: str, clock: Clock, send: Callable[[bytes], None], deliver: Callable[[bytes], None]
    ) -> None:
        self.tap = Tap(name, clock)
        self._send = send
        self._deliver = deliver
        self._waiting: deque[bytes] = deque()
        self._task: asyncio.Task[None] | None = None
        self.tap.on_wake(self._flush)
        self.tap.sends_with(self._send_unasked)

    def put(self, data: bytes) -> None:
        """Send through the tap, at once while nobody looks."""
        if self.tap.idle and not self._waiting:
            self._send(data)
            return
        self._waiting.append(data)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting:
                for message in await self.tap.outbound(self._waiting[0]):
                    self._send(message)
                self._waiting.popleft()
        finally:
            self._task = None

    def take(self, data: bytes) -> None:
        """Deliver through the tap."""
        if self.tap.idle:
            self._deliver(data)
            return
        self.tap.admit(data)
        self._flush()

    def _flush(self) -> None:
        for message in self.tap.take_injected():
            self._deliver(message)

    async def _send_unasked(self, data: bytes) -> None:
        self._send(data)

    def close(self) -> None:
        """Send nothing more."""
        if self._task is not None:
            self._task.cancel()
        self._waiting.clear()
