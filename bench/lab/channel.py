"""The bench's end of the station-control channel: one Unix socket to one emulation host, a JSON object a line.

Used by `bench.lab.clock` (time), by the station (fresh state, power, fault box) and by the keeper (safe state,
shutdown).
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import msgspec

from bench.lab.errors import LabError
from drivers.clock import HostStuckError
from drivers.time_page import look_at, page_of

DEFAULT_GUARD_S = 30.0


class ChannelError(LabError):
    """The host refused a request, or a defect of the emulation came to light.

    A fault of the bench, never of a device.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


class HostGoneError(HostStuckError):
    """The host has closed the channel: it ended or was killed."""


class Channel:
    """A connection to a host. ``heard`` is called with the station time of every answer.

    ``guard_s`` is real time without a line from a host that works on a request; it says something every 5 s while it
    lives.
    """

    def __init__(self, path: Path, guard_s: float = DEFAULT_GUARD_S) -> None:
        self.path = path
        self.guard_s = guard_s
        self.heard: Callable[[float], None] = lambda _now: None
        self._numbers = itertools.count(1)
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._last_line = 0.0
        self._watch: asyncio.TimerHandle | None = None
        self._lost = False

    async def open(self) -> None:
        """Connect. Raises HostGoneError when no host listens."""
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: _Lines(self), str(self.path))
        except OSError as error:
            raise HostGoneError(f"no emulation host listens at {self.path}: {error.strerror}") from error

    @cached_property
    def page(self) -> memoryview[float]:
        """Where the host shows the station time: item 0, in s. Only of a stepped clock. Raises HostGoneError."""
        try:
            return look_at(page_of(self.path))
        except (OSError, ValueError) as error:
            raise HostGoneError(f"the emulation host at {self.path} shows no time: {error}") from error

    async def close(self) -> None:
        """Disconnect; the host goes on. Closing twice is fine."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
        self._lose("the channel was closed")

    @property
    def is_open(self) -> bool:
        """Whether requests can be made."""
        return self._transport is not None and not self._lost

    async def request(self, op: str, **values: Any) -> dict[str, Any]:
        """Ask the host and await its answer. Raises ChannelError, HostStuckError, HostGoneError."""
        number, answer = self.start(op, **values)
        try:
            return await answer
        finally:
            self._pending.pop(number, None)

    def start(self, op: str, **values: Any) -> tuple[int, asyncio.Future[dict[str, Any]]]:
        """Send a request; its number (for `cancel`) and the future of its answer."""
        if self._transport is None or self._lost:
            raise HostGoneError(f"the emulation host behind {self.path} has gone")
        loop = asyncio.get_running_loop()
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = loop.create_future()
        if not self._pending:
            self._last_line = time.monotonic()
        self._pending[number] = answer
        self._transport.write(msgspec.json.encode({"id": number, "op": op, **values}) + b"\n")
        if self._watch is None:
            self._watch = loop.call_later(self.guard_s / 4, self._look)
        return number, answer

    def cancel(self, number: int) -> None:
        """End a running poll or advance as if its deadline had come; its future gets the answer."""
        if self._transport is not None and number in self._pending:
            cancelling, answer = self.start("cancel", of=number)
            answer.add_done_callback(lambda done: done.cancelled() or done.exception())
            answer.add_done_callback(lambda _done: self._pending.pop(cancelling, None))

    # -- inside --------------------------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        self._last_line = time.monotonic()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(msgspec.json.decode(line))

    def _take(self, answer: dict[str, Any]) -> None:
        now = answer.get("now")
        if now is not None:
            self.heard(now)
        future = self._pending.pop(answer.get("id", 0), None)
        if future is None or future.done():
            return
        if "error" in answer:
            future.set_exception(_error_from(answer["error"], answer.get("kind", "")))
        else:
            future.set_result(answer)

    def _lose(self, why: str) -> None:
        self._lost = True
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        pending, self._pending = self._pending, {}
        for future in pending.values():
            if not future.done():
                future.set_exception(HostGoneError(f"{self.path}: {why}"))

    def _look(self) -> None:
        self._watch = None
        if not self._pending:
            return
        if time.monotonic() - self._last_line >= self.guard_s:
            pending, self._pending = self._pending, {}
            for future in pending.values():
                if not future.done():
                    text = f"the emulation host behind {self.path} has said nothing for {self.guard_s:g} s"
                    future.set_exception(HostStuckError(text))
            return
        self._watch = asyncio.get_running_loop().call_later(self.guard_s / 4, self._look)


def _error_from(text: str, kind: str) -> Exception:
    return HostStuckError(text) if kind == "HostStuckError" else ChannelError(text, kind)


class _Lines(asyncio.Protocol):
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._channel._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._channel._receive(data)

    def connection_lost(self, _error: Exception | None) -> None:
        self._channel._lose("the emulation host has gone: it ended or was killed")
