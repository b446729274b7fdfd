"""A TCP port that hands out its connections, plain or within TLS.

The number is kept while nobody listens there, so that one that is away can come back at the same place.
"""

from __future__ import annotations

import asyncio
import contextvars
import socket
import ssl
from collections.abc import Callable
from typing import Any, cast

from drivers.transport.alerting_tls import AlertingTls
from drivers.transport.copied import CopyingProtocol, WireCopy

_BACKLOG = 128
_REAL_HANDSHAKE_S = 10
_REAL_SHUTDOWN_S = 0.2


class Listener:
    """``protocol`` makes the protocol of a connection, whose ``connection_made`` comes after the TLS handshake.

    ``refused`` is told why a handshake failed. ``copy`` gets what goes over the wire of later connections within TLS.
    """

    def __init__(
        self,
        protocol: Callable[[], asyncio.Protocol],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        refused: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.host = host
        self.context: ssl.SSLContext | None = None
        self.copy: WireCopy | None = None
        self._protocol = protocol
        self._refused = refused
        self._wanted = port
        self._reserved: socket.socket | None = None
        self._listening: socket.socket | None = None
        self._arriving: set[asyncio.Task[object]] = set()

    @property
    def port(self) -> int:
        """The port's number, once reserved; 0 before."""
        return 0 if self._reserved is None else int(self._reserved.getsockname()[1])

    def reserve(self) -> None:
        """Take the number; nobody is answered there yet. Raises OSError."""
        if self._reserved is None:
            self._reserved = self._bound(self._wanted)

    def open(self, context: ssl.SSLContext | None = None) -> None:
        """Listen, within TLS where a context is given; already listening, only the context changes. Raises OSError."""
        self.reserve()
        self.context = context
        if self._listening is None:
            self._listening = self._bound(self.port)
            self._listening.listen(_BACKLOG)
            # A connection must not inherit the context (the hold on a clock) of whoever opens the port.
            contextvars.Context().run(asyncio.get_running_loop().add_reader, self._listening, self._accept)

    def shut(self) -> None:
        """Listen no more; connections live on."""
        if self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None

    def release(self) -> None:
        """Give the number back. Twice is fine."""
        self.shut()
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def _bound(self, port: int) -> socket.socket:
        # The protocol is named since asyncio switches Nagle's delay off only where it is.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.setblocking(False)
            bound.bind((self.host, port))
        except OSError:
            bound.close()
            raise
        return bound

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while self._listening is not None:
            try:
                accepted, _ = self._listening.accept()
            except OSError:
                return
            accepted.setblocking(False)
            task: asyncio.Task[object] = loop.create_task(loop.connect_accepted_socket(self._door, accepted))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    def _door(self) -> asyncio.Protocol:
        if self.context is None:
            return self._protocol()
        return _TlsDoor(self._protocol(), self.context, self._refused, self.copy)


class _TlsDoor(asyncio.Protocol):
    """What a connection meets first: the handshake."""

    def __init__(
        self,
        inside: asyncio.Protocol,
        context: ssl.SSLContext,
        refused: Callable[[BaseException], None] | None,
        copy: WireCopy | None,
    ) -> None:
        self._copy = copy
        self._inside = inside
        self._context = context
        self._refused = refused

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        shaken: asyncio.Future[Any] = loop.create_future()
        shaken.add_done_callback(self._shaken)
        tls = AlertingTls(
            loop,
            self._inside,
            self._context,
            shaken,
            server_side=True,
            ssl_handshake_timeout=_REAL_HANDSHAKE_S,
            ssl_shutdown_timeout=_REAL_SHUTDOWN_S,
        )
        door = tls if self._copy is None else CopyingProtocol(tls, self._copy)
        wire.set_protocol(door)
        door.connection_made(wire)

    def _shaken(self, done: asyncio.Future[Any]) -> None:
        error = None if done.cancelled() else done.exception()
        if error is not None and self._refused is not None:
            self._refused(error)
