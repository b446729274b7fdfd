"""Lines and blocks over the socket of a VISA SOCKET session, without what pyvisa-py does around each of them.

A loop that sets and reads instruments sixty times a second in a twentieth of the time has some hundred microseconds for
an exchange; pyvisa-py's attributes and waits take most of that.
"""

from __future__ import annotations

import socket
import time

_CHUNK = 65536


class ClosedByPeerError(OSError):
    """The other side has closed the connection."""


class SocketLine:
    """Used by one thread at a time. Times are real time; TimeoutError when they are over, OSError when it breaks."""

    def __init__(self, below: socket.socket, termination: str) -> None:
        self._socket = below
        self._end = termination.encode("ascii")
        self._pending = bytearray()

    def write(self, line: str, timeout_s: float) -> None:
        """Send one line."""
        self._socket.settimeout(timeout_s)
        self._socket.sendall(line.encode("ascii") + self._end)

    def read_line(self, timeout_s: float, longest: int) -> bytes | None:
        """One line without its end; None when there are more than ``longest`` bytes without one."""
        deadline, looked = time.monotonic() + timeout_s, 0
        while (at := self._pending.find(self._end, looked)) < 0:
            if len(self._pending) > longest:
                return None
            looked = max(0, len(self._pending) - len(self._end))
            self._receive(deadline)
        line = bytes(self._pending[:at])
        del self._pending[: at + len(self._end)]
        return line

    def read_bytes(self, count: int, timeout_s: float) -> bytes:
        """Exactly so many bytes."""
        deadline = time.monotonic() + timeout_s
        while len(self._pending) < count:
            self._receive(deadline)
        data = bytes(self._pending[:count])
        del self._pending[:count]
        return data

    def _receive(self, deadline: float) -> None:
        left_s = deadline - time.monotonic()
        if left_s <= 0.0:
            raise TimeoutError
        self._socket.settimeout(left_s)
        data = self._socket.recv(_CHUNK)
        if not data:
            raise ClosedByPeerError("it closed the connection")
        self._pending += data
