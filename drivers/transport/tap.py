"""A tap: the place in one layer of a driver where traffic can be seen and interfered with.

Every driver exposes its layers as taps, from ``line`` (bytes on the wire) up to ``plain`` (the message before
ciphering). A probe names a layer, puts an *interference* on its tap, and the driver rebuilds all that lies
below: a bit flipped on ``line`` breaks the frame check, the same bit flipped on ``ciphered`` travels in a
frame whose check is good.

An interference is a function from one message to the messages that go on instead of it: none to drop it, two
to repeat it, another one to alter it. Watchers see what really goes on, after all interferences.

A driver serves a tap of its own in three places: it sends what ``outbound`` answers, delivers what
``inbound`` answers, and looks at ``take_injected`` before each wait for input. It gives the tap of the layer
below (``below=``), so that a message injected here wakes the read that waits down there, and the way to send
from this layer (``sends_with``).
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterator, Sequence
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
Sender = Callable[[bytes], Awaitable[None]]


class Tap:
    """The tap of one layer. Costs next to nothing while nobody watches or interferes."""

    def __init__(self, layer: str, clock: Clock, below: Tap | None = None) -> None:
        self.layer = layer
        self.clock = clock
        self._below = below
        self._watchers: list[Watcher] = []
        self._interferences: dict[Direction, list[Interference]] = {Direction.OUT: [], Direction.IN: []}
        self._delay_s: dict[Direction, float] = {Direction.OUT: 0.0, Direction.IN: 0.0}
        self._waiting: list[tuple[float, int, bytes]] = []  # inbound, by the time they are due
        self._admitted = 0
        self._waker: Callable[[], None] | None = None
        self._sender: Sender | None = None
        self._idle = True

    # -- for drivers ---------------------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Nobody watches, interferes or waits here: a driver may pass messages by."""
        return self._idle

    async def outbound(self, data: bytes) -> Sequence[bytes]:
        """The messages to send instead of ``data``."""
        if self._idle:
            return (data,)
        messages = self._interfere(Direction.OUT, data)
        delay_s = self._delay_s[Direction.OUT]
        if delay_s:
            await self.clock.sleep_until(self.clock.now() + delay_s)
        for message in messages:
            self._tell(Direction.OUT, message)
        return messages

    async def inbound(self, data: bytes) -> Sequence[bytes]:
        """The messages to deliver upwards instead of ``data``.

        Sleeps through a delay; when that is cancelled, the messages stay and come with ``take_injected`` once
        due.
        """
        if self._idle:
            return (data,)
        due = self.admit(data)
        if self._delay_s[Direction.IN]:
            await self.clock.sleep_until(due)
        return self._take(max(due, self.clock.now()))

    def admit(self, data: bytes) -> float:
        """Put arrived ``data`` through the interferences and let it wait, delayed where told, for
        ``take_injected``.

        The way in for a driver that waits by itself, so that a delay never makes it overstay its deadline.
        Returns when the messages are due.
        """
        due = self.clock.now() + self._delay_s[Direction.IN]
        for message in self._interfere(Direction.IN, data):
            self._wait(due, message)
        return due

    def take_injected(self) -> list[bytes]:
        """Messages that wait here and are due: injected by a probe, or delayed. Deliver them before reading on."""
        return self._take(self.clock.now()) if self._waiting else []

    def next_due(self, deadline: float) -> float:
        """Until when to wait for input: ``deadline``, or earlier when a delayed message is due before it."""
        return min(deadline, self._waiting[0][0]) if self._waiting else deadline

    def on_wake(self, waker: Callable[[], None]) -> None:
        """Call ``waker`` when a pending read must look at its taps again (the lowest layer registers this)."""
        self._waker = waker

    def wake(self) -> None:
        """Let the read that waits at the lowest layer look at the taps again."""
        if self._below is not None:
            self._below.wake()
        if self._waker is not None:
            self._waker()

    def sends_with(self, sender: Sender) -> None:
        """``sender`` sends one message from below this tap (the driver registers this)."""
        self._sender = sender

    def _interfere(self, direction: Direction, data: bytes) -> Sequence[bytes]:
        messages: Sequence[bytes] = (data,)
        for interference in tuple(self._interferences[direction]):
            messages = [changed for message in messages for changed in interference(message)]
        return messages

    def _take(self, now: float) -> list[bytes]:
        taken: list[bytes] = []
        while self._waiting and self._waiting[0][0] <= now:
            taken.append(heapq.heappop(self._waiting)[2])
        self._refresh()
        for message in taken:
            self._tell(Direction.IN, message)
        return taken

    def _wait(self, due: float, message: bytes) -> None:
        self._admitted += 1  # keeps the order of messages that are due together
        heapq.heappush(self._waiting, (due, self._admitted, message))
        self._refresh()

    def _tell(self, direction: Direction, data: bytes) -> None:
        if self._watchers:
            seen = Seen(self.layer, direction, data, self.clock.now())
            for watcher in tuple(self._watchers):
                watcher(seen)

    def _refresh(self) -> None:
        self._idle = not (
            self._watchers or self._waiting or any(self._interferences.values()) or any(self._delay_s.values())
        )

    # -- for probes ----------------------------------------------------------------------------------------------

    @contextmanager
    def watching(self, watcher: Watcher) -> Iterator[None]:
        """Call ``watcher`` for every message while the context lasts."""
        self._watchers.append(watcher)
        self._refresh()
        try:
            yield
        finally:
            self._watchers.remove(watcher)
            self._refresh()

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
        self._refresh()
        try:
            yield
        finally:
            self._interferences[direction].remove(interference)
            self._refresh()

    @contextmanager
    def delaying(self, delay_s: float, direction: Direction = Direction.OUT) -> Iterator[None]:
        """Hold every message of one direction back for ``delay_s`` of station time."""
        before = self._delay_s[direction]
        self._delay_s[direction] = delay_s
        self._refresh()
        try:
            yield
        finally:
            self._delay_s[direction] = before
            self._refresh()

    @contextmanager
    def holding(self, direction: Direction = Direction.OUT) -> Iterator[HeldBack]:
        """Hold every message of one direction back while the context lasts, until it is released."""
        held = HeldBack(self, direction)
        with self.interfering(held.take, direction):
            yield held

    def inject(self, data: bytes) -> None:
        """Deliver ``data`` upwards as if the device had sent it. A read that waits gets it at once."""
        self._wait(self.clock.now(), data)
        self.wake()

    async def send(self, data: bytes) -> None:
        """Send ``data`` towards the device from this layer; watchers see it, interferences do not touch it.

        Raises RuntimeError when the driver of this layer cannot send unasked, and what its sending raises.
        """
        if self._sender is None:
            raise RuntimeError(f"the driver of layer {self.layer} offers no way to send from its tap")
        self._tell(Direction.OUT, data)
        await self._sender(data)


class HeldBack:
    """Messages that a tap holds back, oldest first. What is never released is dropped."""

    def __init__(self, tap: Tap, direction: Direction) -> None:
        self._tap = tap
        self._direction = direction
        self.messages: list[bytes] = []

    def take(self, message: bytes) -> Sequence[bytes]:
        """The interference: keep ``message``."""
        self.messages.append(message)
        return ()

    async def release(self, count: int | None = None) -> None:
        """Let the oldest ``count`` messages (all of them by default) go on, past all interferences."""
        released = self.messages[:count]
        del self.messages[: len(released)]
        for message in released:
            if self._direction is Direction.IN:
                self._tap.inject(message)
            else:
                await self._tap.send(message)


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
    """Flip one bit; bit 0 is the lowest bit of the first byte, a negative index counts from the last bit.

    The index wraps around the message; an empty message stays empty.
    """

    def flip(message: bytes) -> Sequence[bytes]:
        if not message:
            return (message,)
        bit = index % (8 * len(message))
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << (bit % 8)
        return (bytes(changed),)

    return flip


def only_if(predicate: Callable[[bytes], bool], interference: Interference) -> Interference:
    """Apply ``interference`` to the messages for which ``predicate`` holds, let the others through."""
    return lambda message: interference(message) if predicate(message) else (message,)


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
