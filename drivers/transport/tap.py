"""A tap: the place in one layer of a driver where traffic can be seen and interfered with.

Every driver exposes its layers as taps, from ``line`` (bytes on the wire) up to ``plain`` (the message before
ciphering). A probe names a layer, puts an *interference* on its tap, and the driver rebuilds all that lies below: a bit
flipped on ``line`` breaks the frame check, the same bit flipped on ``ciphered`` travels in a frame whose check is good.

An interference is a function from one message to the messages that go on instead of it: none to drop it, two to repeat
it, another one to alter it. Watchers see what really goes on, after all interferences.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from drivers.clock import Clock


class Direction(Enum):
    """Seen from the bench: ``OUT`` towards the device, ``IN`` from it."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True)
class Seen:
    """One message that went through a tap. ``at`` is station time in s."""

    layer: str
    direction: Direction
    data: bytes
    at: float


Interference = Callable[[bytes], Sequence[bytes]]
Watcher = Callable[[Seen], None]


class Tap:
    """The tap of one layer. Costs next to nothing while nobody watches or interferes."""

    def __init__(self, layer: str, clock: Clock) -> None:
        self.layer = layer
        self.clock = clock
        self._watchers: list[Watcher] = []
        self._interferences: dict[Direction, list[Interference]] = {Direction.OUT: [], Direction.IN: []}
        self._delay_s: dict[Direction, float] = {Direction.OUT: 0.0, Direction.IN: 0.0}
        self._injected: list[bytes] = []
        self._injected_event = asyncio.Event()

    # -- for drivers ---------------------------------------------------------------------------------------------

    async def outbound(self, data: bytes) -> Sequence[bytes]:
        """The messages to send instead of ``data``."""
        return await self._through(Direction.OUT, data)

    async def inbound(self, data: bytes) -> Sequence[bytes]:
        """The messages to deliver upwards instead of ``data``."""
        return await self._through(Direction.IN, data)

    def take_injected(self) -> list[bytes]:
        """Messages that a probe injected towards the bench; the driver delivers them before it reads on."""
        taken, self._injected = self._injected, []
        self._injected_event.clear()
        return taken

    async def _through(self, direction: Direction, data: bytes) -> Sequence[bytes]:
        interferences = self._interferences[direction]
        if not interferences and not self._watchers and not self._delay_s[direction]:
            return (data,)
        messages: list[bytes] = [data]
        for interference in tuple(interferences):
            messages = [changed for message in messages for changed in interference(message)]
        if self._delay_s[direction]:
            await self.clock.sleep_until(self.clock.now() + self._delay_s[direction])
        for message in messages:
            self._tell(direction, message)
        return messages

    def _tell(self, direction: Direction, data: bytes) -> None:
        if self._watchers:
            seen = Seen(self.layer, direction, data, self.clock.now())
            for watcher in tuple(self._watchers):
                watcher(seen)

    # -- for probes ----------------------------------------------------------------------------------------------

    @contextmanager
    def watching(self, watcher: Watcher) -> Iterator[None]:
        """Call ``watcher`` for every message while the context lasts."""
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)

    @contextmanager
    def capturing(self) -> Iterator[list[Seen]]:
        """Collect every message while the context lasts."""
        seen: list[Seen] = []
        with self.watching(seen.append):
            yield seen

    @contextmanager
    def interfering(self, interference: Interference, direction: Direction = Direction.OUT) -> Iterator[None]:
        """Put ``interference`` on every message of one direction while the context lasts."""
        self._interferences[direction].append(interference)
        try:
            yield
        finally:
            self._interferences[direction].remove(interference)

    @contextmanager
    def delaying(self, delay_s: float, direction: Direction = Direction.OUT) -> Iterator[None]:
        """Hold every message of one direction back for ``delay_s`` of station time."""
        before = self._delay_s[direction]
        self._delay_s[direction] = delay_s
        try:
            yield
        finally:
            self._delay_s[direction] = before

    def inject(self, data: bytes) -> None:
        """Deliver ``data`` upwards as if the device had sent it."""
        self._injected.append(data)
        self._injected_event.set()


# -- interferences -------------------------------------------------------------------------------------------------


def drop(_message: bytes) -> Sequence[bytes]:
    """Let nothing through."""
    return ()


def repeat(times: int = 2) -> Interference:
    """Send each message ``times`` times."""
    return lambda message: (message,) * times


def truncate(length: int) -> Interference:
    """Keep the first ``length`` bytes (a negative number counts from the end)."""
    return lambda message: (message[:length],)


def alter(change: Callable[[bytes], bytes]) -> Interference:
    """Replace each message by ``change(message)``."""
    return lambda message: (change(message),)


def flip_bit(index: int) -> Interference:
    """Flip one bit; bit 0 is the lowest bit of the first byte, a negative index counts from the last bit."""

    def flip(message: bytes) -> Sequence[bytes]:
        bit = index % (8 * len(message))
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << (bit % 8)
        return (bytes(changed),)

    return flip


def first_only(interference: Interference) -> Interference:
    """Apply ``interference`` to the first message, let the others through."""
    done = False

    def once(message: bytes) -> Sequence[bytes]:
        nonlocal done
        if done:
            return (message,)
        done = True
        return interference(message)

    return once
