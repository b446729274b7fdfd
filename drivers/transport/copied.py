"""A copy of the wire at our own end of it: every byte of a TLS connection as it arrives and as it leaves, below TLS."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class WireCopy:
    """The bytes of all connections to a port, by direction: ``received`` from whoever connects, ``sent`` to them."""

    received: bytearray = field(default_factory=bytearray)
    sent: bytearray = field(default_factory=bytearray)

    @property
    def both(self) -> bytes:
        """All of them, one direction after the other."""
        return bytes(self.received + self.sent)


class CopyingProtocol(asyncio.BufferedProtocol):
    """Stands before the protocol of TLS, ``inside``, and copies what passes in both directions."""

    def __init__(self, inside: asyncio.BufferedProtocol, copy: WireCopy) -> None:
        self._inside = inside
        self._copy = copy
        self._buffer = memoryview(b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inside.connection_made(_CopyingTransport(transport, self._copy))  # type: ignore[arg-type]

    def get_buffer(self, sizehint: int) -> memoryview:
        self._buffer = memoryview(self._inside.get_buffer(sizehint))
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._copy.received += self._buffer[:nbytes]
        self._inside.buffer_updated(nbytes)

    def eof_received(self) -> bool | None:
        return self._inside.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._inside.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inside.pause_writing()

    def resume_writing(self) -> None:
        self._inside.resume_writing()


class _CopyingTransport:
    """A transport, except that what is written to it is copied."""

    def __init__(self, transport: Any, copy: WireCopy) -> None:
        self._transport = transport
        self._copy = copy

    def write(self, data: bytes) -> None:
        self._copy.sent += data
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
