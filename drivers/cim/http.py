"""HTTP/1.1 over kept connections, as an office system's client needs it: one request, one whole answer.

A thin layer over asyncio, without streaming, redirects, proxies or retries. A request leaves in one piece.
"""

from __future__ import annotations

import asyncio
import select
import ssl
import time
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from drivers.transport.http1 import AnswerReader, Headers, Incoming, MalformedError, NotSendableError, request_bytes

KEPT = 8
"""Idle connections that are kept."""
KEPT_FOR_S = 60.0
_LONGEST_HEAD = 100 * 1024
_SHUTDOWN_S = 1.0


class BrokenAnswerError(ConnectionError):
    """The connection ended before the answer did, or what came is no HTTP."""


class NoRequestError(ValueError):
    """What was to be sent is no HTTP request."""


@dataclass(frozen=True)
class Session:
    """The TLS session of a connection: version, cipher suite, and what the peer proved in the handshake (DER)."""

    version: str
    cipher: str
    certificate: bytes


@dataclass(frozen=True)
class Reply:
    """One answer. ``session`` is the TLS session that it came over, None in plaintext."""

    status: int
    headers: Headers
    body: bytes
    session: Session | None


class HttpPool:
    """Connections to the server of ``url`` (scheme, host and port). ``timeout_s`` is real time, for a
    connection with its handshake, and for a whole answer."""

    def __init__(self, url: str, context: ssl.SSLContext | None, server_name: str, timeout_s: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (80 if context is None else 443)
        self._context = context
        self._server_name = server_name or self._host
        self._timeout_s = timeout_s
        self._idle: list[_Connection] = []
        if context is not None:
            context.set_alpn_protocols(["http/1.1"])

    async def request(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        """Send a request and take its answer.

        Raises ConnectError (a ConnectionError) where there is no connection, ssl.SSLError, TimeoutError,
        BrokenAnswerError, NoRequestError.
        """
        try:
            data = request_bytes(method, target, headers, body)
        except NotSendableError as error:
            raise NoRequestError(str(error)) from error
        connection = self._kept() or await self._connect()
        try:
            reply = await connection.exchange(method, data)
        except BaseException:
            connection.abort()
            raise
        if connection.can_be_kept and len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.abort()
        return reply

    async def close(self) -> None:
        """Close every idle connection."""
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.abort()
        await asyncio.sleep(0)  # it is closed in the loop's next turn

    def _kept(self) -> _Connection | None:
        """An idle connection that its server has not closed or spoken on."""
        while self._idle:
            connection = self._idle.pop(0)
            if connection.is_usable():
                return connection
            connection.abort()
        return None

    async def _connect(self) -> _Connection:
        secured = self._context is not None
        try:
            async with asyncio.timeout(self._timeout_s):
                _transport, connection = await asyncio.get_running_loop().create_connection(
                    lambda: _Connection(self._timeout_s),
                    self._host,
                    self._port,
                    ssl=self._context,
                    server_hostname=self._server_name if secured else None,
                    ssl_shutdown_timeout=_SHUTDOWN_S if secured else None,
                )
        except (ssl.SSLError, TimeoutError):
            raise
        except OSError as error:
            raise ConnectError(str(error) or "cannot connect") from error
        return connection


class ConnectError(ConnectionError):
    """There is no connection to the server."""


class _Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._transport: asyncio.Transport | None = None
        self._session: Session | None = None
        self._reader: AnswerReader | None = None
        self._arrival: asyncio.Future[Incoming] | None = None
        self._ended = False
        self._failure: Exception | None = None
        self._idle_since = 0.0
        self._spoke = False
        self.can_be_kept = False
        """The answer is over and the server did not say that it closes; ready for the next request then."""

    # -- asyncio.Protocol ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        session = transport.get_extra_info("ssl_object")
        if session is not None:
            cipher = session.cipher()
            certificate = session.getpeercert(True) or b""
            self._session = Session(session.version() or "", cipher[0] if cipher else "", certificate)

    def data_received(self, data: bytes) -> None:
        if self._reader is None or self._arrival is None:
            self._spoke = True
            return
        try:
            answer = self._reader.feed(data)
        except MalformedError as error:
            self._fail(error)
            return
        if answer is not None:
            self._arrived(answer)

    def eof_received(self) -> bool:
        self._end(None)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._failure = self._failure or error
        if self._ended:
            return
        self._ended = True
        answer = self._reader.end() if self._reader is not None and error is None else None
        if answer is not None:
            self._arrived(answer)
        else:
            self._fail(None)

    def _arrived(self, answer: Incoming) -> None:
        self._spoke = self._reader is not None and self._reader.more
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(answer)
        self._reader = None

    def _fail(self, error: Exception | None) -> None:
        if self._arrival is not None and not self._arrival.done():
            failure = self._failure or BrokenAnswerError(str(error or "the connection was closed without an answer"))
            self._arrival.set_exception(failure)

    # -- a request ---------------------------------------------------------------------------------------------------

    async def exchange(self, method: str, request: bytes) -> Reply:
        """Send in one piece, and take the whole answer."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        self.can_be_kept = False
        self._reader, self._arrival = AnswerReader(method, _LONGEST_HEAD), loop.create_future()
        if self._ended:
            self._fail(None)
        self._transport.write(request)
        guard = loop.call_later(self._timeout_s, self._too_late)
        try:
            answer = await self._arrival
        finally:
            guard.cancel()
            self._arrival = None
        self.can_be_kept = answer.keeps and not self._ended and not self._spoke
        self._idle_since = time.monotonic()
        return Reply(answer.status, answer.headers, answer.body, self._session)

    def _too_late(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_exception(TimeoutError())

    # -- afterwards --------------------------------------------------------------------------------------------------

    def is_usable(self) -> bool:
        """Neither closed nor spoken on since the last answer, nor idle for too long."""
        if self._ended or self._spoke or self._transport is None or self._transport.is_closing():
            return False
        if time.monotonic() - self._idle_since > KEPT_FOR_S:
            return False
        return not _readable(self._transport.get_extra_info("socket").fileno())

    def abort(self) -> None:
        """Close at once, without a farewell."""
        if self._transport is not None:
            self._transport.abort()


def _readable(descriptor: int) -> bool:
    """Whether something (the end, too) lies ready that the loop has not taken yet."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
