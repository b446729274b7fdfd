"""The bench's side of the barrier: everybody here who waits in station time, and the one request that lets it move.

Time moves only while the bench itself has nothing to do. Waits of several tasks go to the host together, as one
``poll``; it returns at the first answer or deadline, the tasks concerned go on, and the next poll is sent only when
the event loop is quiet again and everybody who still lives waits. So how fast this process works decides nothing,
also under a flood from one task while another one measures.

What a task awaits in real time (HTTPS, an instrument) looks quiet from here: such a call stands in ``holding`` where
other tasks wait in station time meanwhile.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.lab.channel import Channel
from drivers.clock import HostStuckError, LinkState

_LOOK_S = 0.05
_SPIN_S = 0.001
_SPINS = 100
_QUIET_TURNS = 10_000


@dataclass(eq=False)
class BenchWait:
    """One wait: until ``deadline`` (station time, s), or until ``arrived`` for a ``link``."""

    deadline: float
    future: asyncio.Future[None]
    link: LinkState | None = None
    arrived: asyncio.Event | None = None
    attach: bool = False
    told_received: int = 0

    @property
    def woken(self) -> bool:
        """What it waits for is here."""
        return self.arrived is not None and self.arrived.is_set()

    def end(self, failure: BaseException | None = None) -> None:
        """Let the task go on."""
        if not self.future.done():
            if failure is None:
                self.future.set_result(None)
            else:
                self.future.set_exception(failure)


class BenchBarrier:
    """Collects waits and drives the host behind ``channel``. ``arrival_guard_s``: real time for bytes on their way."""

    def __init__(self, channel: Channel, arrival_guard_s: float) -> None:
        self._channel = channel
        self._arrival_guard_s = arrival_guard_s
        self._waits: dict[BenchWait, None] = {}
        self._driving: int | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._due = False
        self._held = 0
        self._turns = 0
        self._links: dict[int, tuple[LinkState, int]] = {}
        self._left: dict[str, int] = {}

    async def wait(self, deadline: float, link: LinkState | None = None, arrived: asyncio.Event | None = None) -> None:
        """Wait until ``arrived`` or ``deadline``. Raises HostStuckError, HostGoneError, ChannelError.

        Without a deadline (infinite) time does not move for this wait: it ends while it moves for another one.
        """
        loop = asyncio.get_running_loop()
        wait = BenchWait(deadline, loop.create_future(), link, arrived, attach=self._is_new(link))
        self._waits[wait] = None
        self._change(loop)
        try:
            await wait.future
        finally:
            if self._waits.pop(wait, wait) is None:
                self._change(loop)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Time does not move on behalf of the bench while the block runs."""
        self._held += 1
        self._stop_driving()
        try:
            yield
        finally:
            self._held -= 1
            self._change(asyncio.get_running_loop())

    # -- when to drive -------------------------------------------------------------------------------------------

    def _change(self, loop: asyncio.AbstractEventLoop) -> None:
        """The waits have changed: what runs in the host is for the old ones."""
        self._stop_driving()
        if not self._due and self._driving is None:
            self._due = True
            self._turns = 0
            loop.call_soon(self._when_quiet, loop)

    def _stop_driving(self) -> None:
        if self._driving is not None:
            self._channel.cancel(self._driving)

    def _when_quiet(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let every task of the bench run until it waits; ``_ready`` is the queue of asyncio's own loops."""
        self._turns += 1
        if getattr(loop, "_ready", ()) and self._turns < _QUIET_TURNS:
            loop.call_soon(self._when_quiet, loop)
            return
        self._due = False
        if self._end_woken():
            self._change(loop)
        elif not self._held and any(wait.deadline < math.inf for wait in self._waits):
            self._drive(loop)

    def _end_woken(self) -> bool:
        woken = [wait for wait in self._waits if wait.woken]
        for wait in woken:
            self._end(wait)
        return bool(woken)

    def _end(self, wait: BenchWait, failure: BaseException | None = None) -> None:
        self._waits.pop(wait, None)
        wait.end(failure)

    # -- one drive -----------------------------------------------------------------------------------------------

    def _drive(self, loop: asyncio.AbstractEventLoop) -> None:
        on_links = [wait for wait in self._waits if wait.link is not None]
        counters = []
        for wait in on_links:
            assert wait.link is not None
            wait.told_received = wait.link.received
            counters.append((wait.link.key, wait.link.sent, wait.link.received, wait.attach))
        deadline = min(wait.deadline for wait in self._waits)
        flushed = self._sent_elsewhere({id(wait.link) for wait in on_links})
        sent = {id(link): link.sent for link, _ in self._links.values()}
        self._put_closed_aside()
        left, self._left = self._left, {}
        try:
            number, answer = self._channel.start("poll", links=counters, deadline=deadline, flushed=flushed, left=left)
        except HostStuckError as error:
            self._fail(error)
            return
        self._driving = number
        if self._watch is None:
            self._watch = loop.call_later(_LOOK_S, self._look, loop)

        def answered(done: asyncio.Future[dict[str, Any]]) -> None:
            self._driving = None
            self._answered(loop, on_links, sent, done)

        answer.add_done_callback(answered)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Woken by other means (a probe injected something, the transport was closed): stop driving.

        One timer for all drives: most are over long before it would call.
        """
        self._watch = None
        if self._driving is None:
            return
        if any(wait.woken and wait.link and wait.link.received == wait.told_received for wait in self._waits):
            self._stop_driving()
        else:
            self._watch = loop.call_later(_LOOK_S, self._look, loop)

    def _answered(
        self,
        loop: asyncio.AbstractEventLoop,
        on_links: list[BenchWait],
        sent: dict[int, int],
        answer: asyncio.Future[dict[str, Any]],
    ) -> None:
        if answer.cancelled():
            self._change(loop)
            return
        error = answer.exception()
        if error is not None:
            self._fail(error)
            return
        told = answer.result()
        coming = []
        if "links" in told:  # else it was cancelled, and may not have come to the links at all
            self._remember_told(sent)
            for wait, (emitted, closed) in zip(on_links, told["links"], strict=True):
                wait.attach = False
                if (closed or emitted > wait.told_received) and wait in self._waits:
                    coming.append(wait)
        for wait in tuple(self._waits):
            if wait.deadline <= told["now"] and wait not in coming:
                self._end(wait)
        self._await_arrival(loop, coming, time.monotonic() + self._arrival_guard_s, _SPINS)

    def _await_arrival(
        self, loop: asyncio.AbstractEventLoop, coming: list[BenchWait], until: float, spins: int
    ) -> None:
        """What the host has emitted is on its way through the kernel; nothing else happens until it is here."""
        coming = [wait for wait in coming if wait in self._waits and not wait.woken]
        if not coming:
            self._end_woken()
            self._change(loop)
        elif time.monotonic() >= until:
            for wait in coming:
                assert wait.link is not None
                self._end(wait, HostStuckError(f"{wait.link.key}: the emulation has answered, but nothing arrived"))
            self._change(loop)
        elif spins:
            loop.call_soon(self._await_arrival, loop, coming, until, spins - 1)
        else:
            loop.call_later(_SPIN_S, self._await_arrival, loop, coming, until, 0)

    def _fail(self, error: BaseException) -> None:
        for wait in tuple(self._waits):
            self._end(wait, error)

    # -- links ---------------------------------------------------------------------------------------------------

    def _is_new(self, link: LinkState | None) -> bool:
        """True at the first wait of a link's opening. Links that were closed are forgotten."""
        if link is None:
            return False
        known = self._links.get(id(link))
        if known is not None and known[0] is link:
            return False
        self._put_closed_aside()
        self._links[id(link)] = (link, link.sent)
        return True

    def _put_closed_aside(self) -> None:
        """Forget links that were closed, except for what a client has left in a serial line: the device reads that yet.

        A TCP connection that is closed ends at both ends.
        """
        for identity, (link, told) in tuple(self._links.items()):
            if link.closed:
                del self._links[identity]
                if link.key.startswith("pty:") and told != link.sent:
                    self._left[link.key] = link.sent

    def _sent_elsewhere(self, waited: set[int]) -> dict[str, int]:
        """What was sent on other links since the host was last told: it is handled before time moves."""
        return {
            link.key: link.sent
            for identity, (link, told) in self._links.items()
            if identity not in waited and not link.closed and told != link.sent
        }

    def _remember_told(self, sent: dict[int, int]) -> None:
        for identity, count in sent.items():
            if identity in self._links:
                self._links[identity] = (self._links[identity][0], count)
