"""What all byte transports share: the receive buffer, the deadline, the tap, and the facts after an end.

A transport of a kind adds how to open, how to push bytes to the line and how to close. It calls ``_feed`` for
what arrives and ``_lost`` once when the peer has gone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from drivers.arrival import Arrival
from drivers.clock import Clock, LinkState
from drivers.transport.base import Chunk, NotOpenError, PeerClosedError, SilenceError
from drivers.transport.tap import Tap


class BufferedTransport(ABC):
    """Base of the transports; implements `drivers.transport.base.Transport` but for opening, pushing and
    closing."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._link = LinkState()
        self._tap = Tap("line", clock)
        self._tap.on_wake(self._wake)
        self._tap.sends_with(self._send)
        self._buffer = bytearray()
        self._arrived = Arrival()
        self._arrived_at = 0.0
        self._woken = False
        self._busy = False  # open, opening or closing
        self._open = False
        self._congested = False
        self._loss: PeerClosedError | None = None

    # -- the contract --------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self._name

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def link(self) -> LinkState:
        """Counters of the current opening; a new opening starts a new one."""
        return self._link

    @property
    def tap(self) -> Tap:
        """The tap of layer ``line``."""
        return self._tap

    @property
    def is_open(self) -> bool:
        """Opened and not closed from this side; the peer may have gone all the same."""
        return self._open

    async def open(self) -> None:
        """Open, or open again after ``close``. Raises CannotOpenError; RuntimeError when it is open."""
        if self._busy:
            raise RuntimeError(f"{self._name} is open already")
        self._busy = True
        self._link = LinkState()
        self._buffer.clear()
        self._arrived.clear()
        self._woken = False
        self._congested = False
        self._loss = None
        try:
            await self._connect()
            self._open = True
        finally:
            self._busy = self._open

    async def write(self, data: bytes) -> None:
        """Send all of ``data`` through the tap. Raises PeerClosedError, NotOpenError.

        Returns when the operating system has taken the bytes, or has room for more.
        """
        if not self._open:
            raise NotOpenError(f"{self._name} is not open")
        if self._tap.idle:
            await self._send(data)
        else:
            for message in await self._tap.outbound(data):
                await self._send(message)

    async def read(self, deadline: float) -> Chunk:
        """At least one byte, as much as has arrived. Raises SilenceError, PeerClosedError, NotOpenError.

        An empty chunk says only that the tap was woken for a layer above.
        """
        while True:
            if not self._open:
                raise NotOpenError(f"{self._name} is not open")
            if self._buffer and self._tap.idle:
                return Chunk(self._take(), self._arrived_at)
            chunk = self._through_tap()
            if chunk is not None:
                return chunk
            if self._loss is not None and self._tap.next_due(deadline) >= deadline:
                raise PeerClosedError(str(self._loss), self._loss.how)
            await self._wait(deadline)

    def drain(self) -> bytes:
        """Take what has arrived and was not read, without waiting (to start an exchange on a quiet line)."""
        if not self._tap.idle:
            chunk = self._through_tap()
            return chunk.data if chunk is not None else b""
        return self._take()

    async def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        if not self._open:
            return
        self._open = False
        self._link.closed = True
        self._arrived.set()  # a read that waits ends with NotOpenError
        self._arrived.dismiss()
        try:
            await self._disconnect()
        finally:
            self._busy = False

    # -- for the kinds of transport ------------------------------------------------------------------------------

    @abstractmethod
    async def _connect(self) -> None:
        """Open for real, set ``_link.key`` where the link is counted. Cancelled or failing, leave nothing
        open."""

    @abstractmethod
    def _push(self, data: bytes) -> None:
        """Hand ``data`` to the line, count it in ``_link.sent``, set ``_congested`` while the line takes no
        more."""

    @abstractmethod
    async def _uncongested(self) -> None:
        """Wait until the line takes more. Raises PeerClosedError."""

    @abstractmethod
    async def _disconnect(self) -> None:
        """Close for real; raise nothing, and leave nothing open even when cancelled."""

    def _feed(self, data: bytes) -> None:
        self._link.received += len(data)
        self._buffer += data
        self._arrived_at = self._clock.now()
        self._arrived.set()

    def _lost(self, loss: PeerClosedError) -> None:
        if self._loss is None:
            self._loss = loss
        self._link.closed = True
        self._arrived.set()

    # -- inside --------------------------------------------------------------------------------------------------

    async def _send(self, data: bytes) -> None:
        if self._loss is not None:
            raise PeerClosedError(str(self._loss), self._loss.how)
        if not self._open:
            raise NotOpenError(f"{self._name} is not open")
        if data:
            self._push(data)
            if self._congested:
                await self._uncongested()

    async def _wait(self, deadline: float) -> None:
        until = self._tap.next_due(deadline)
        if self._loss is not None:  # nothing more can arrive, but a delayed message is on its way
            await self._clock.sleep_until(until)
            return
        self._arrived.clear()
        if await self._clock.wait_input(self._link, self._arrived, until):
            if self._clock.mode != "free":
                # bytes may reach this process before it learns that station time has moved on
                self._arrived_at = self._clock.now()
        elif until >= deadline:
            raise SilenceError(f"{self._name}: nothing arrived before the deadline")

    def _through_tap(self) -> Chunk | None:
        at = self._clock.now()
        if self._buffer:
            at = self._arrived_at
            self._tap.admit(self._take())
        data = b"".join(self._tap.take_injected())
        if not data and not self._woken:
            return None
        self._woken = False
        return Chunk(data, at)

    def _take(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def _wake(self) -> None:
        self._woken = True
        self._arrived.set()
