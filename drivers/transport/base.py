"""What every transport offers: bytes in both directions, a deadline on every wait, a tap, a time stamp on
every chunk.

Deadlines and time stamps are in station time (`drivers.clock`). Silence, a closed peer and a port that cannot
be opened are three different facts and three exceptions; a driver never guesses between them.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from drivers.clock import Clock, LinkState
from drivers.transport.tap import Tap


class TransportError(Exception):
    """Base of what can go wrong on a transport. ``str(error)`` says what to do about it."""


class CannotOpenError(TransportError):
    """The port or host cannot be opened: wrong name, no permission, nobody listening, in use."""


class SilenceError(TransportError):
    """Nothing arrived before the deadline."""


class PeerClosedError(TransportError):
    """The peer closed or reset the connection, or the device vanished.

    ``how`` is ``closed`` (an orderly end), ``reset`` (an abort) or ``vanished`` (unplugged, hung up).
    """

    def __init__(self, message: str, how: str = "closed") -> None:
        super().__init__(message)
        self.how = how


class NotOpenError(TransportError):
    """Used before ``open`` or after ``close``: the caller's mistake, never the device's."""


class UnsupportedError(TransportError):
    """This kind of port cannot do that: a pty has no modem lines, a socket no break."""


class Chunk(NamedTuple):
    """Bytes as they arrived, and when their last one did (station time, s)."""

    data: bytes
    at: float


@runtime_checkable
class Transport(Protocol):
    """An open or openable byte link."""

    @property
    def name(self) -> str:
        """What an engineer would recognise: ``/dev/ttyUSB0``, ``127.0.0.1:4059``."""
        ...

    @property
    def clock(self) -> Clock: ...

    @property
    def link(self) -> LinkState: ...

    @property
    def tap(self) -> Tap:
        """The tap of layer ``line``."""
        ...

    async def open(self) -> None:
        """Open. Raises CannotOpenError. Opening twice is an error of the caller (RuntimeError)."""
        ...

    async def write(self, data: bytes) -> None:
        """Send all of ``data`` through the tap. Raises PeerClosedError."""
        ...

    async def read(self, deadline: float) -> Chunk:
        """At least one byte, as much as has arrived. Raises SilenceError at ``deadline``, PeerClosedError.

        An empty chunk says only that ``tap.wake`` was called: something was injected at the tap of a layer
        above.
        """
        ...

    def drain(self) -> bytes:
        """Take what has arrived and was not read, without waiting (to start an exchange on a quiet line)."""
        ...

    async def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        ...
