"""A P1 port on a serial line.

On a real port the request line is raised with RTS or DTR, as the cable has it (settings ``rts`` and ``dtr`` of the
transport), and data come inverted on an open collector, which the cable turns round.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers.p1.reader import TelegramReader
from drivers.p1.telegram import P1Error, Telegram
from drivers.transport.base import Transport

BAUD = 115_200


@dataclass(frozen=True)
class Received:
    """What came: when its last byte was there (station time, s), the bytes, and the telegram or what is wrong."""

    at: float
    raw: bytes
    telegram: Telegram | None
    why: str = ""


class P1Port:
    """Listens at ``transport``. Raises what the transport raises, silence among it."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._reader = TelegramReader()
        self._waiting: deque[Received] = deque()

    async def open(self) -> None:
        """Begin to listen; what was in the middle of being sent is passed over."""
        await self.transport.open()

    async def close(self) -> None:
        """Let go of the port, and of the request line with it."""
        await self.transport.close()

    async def next(self, deadline: float) -> Received:
        """The next telegram, also one that is damaged. Raises SilenceError at ``deadline`` (station time, s)."""
        while not self._waiting:
            chunk = await self.transport.read(deadline)
            self._waiting += (_received(chunk.at, raw) for raw in self._reader.feed(chunk.data))
        return self._waiting.popleft()


def _received(at: float, raw: bytes) -> Received:
    try:
        return Received(at, raw, Telegram.decode(raw))
    except P1Error as error:
        return Received(at, raw, None, str(error))
