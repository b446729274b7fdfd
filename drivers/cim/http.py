"""HTTP/1.1 over kept connections, as an office system's client needs it: one request, one whole answer.

A thin layer over asyncio and h11, without streaming, redirects, proxies or retries. A request leaves in one piece.
"""

from __future__ import annotations

import asyncio
import select
import ssl
import time
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import h11

KEPT = 8
"""Idle connections that are kept."""
KEPT_FOR_S = 60.0
_LONGEST_HEAD = 100 * 1024
_SHUTDOWN_S = 1.0

Headers = list[tuple[bytes, bytes]]


class BrokenAnswerError(ConnectionError):
    """The connection ended before the answer did, or what came is no HTTP."""


class NoRequestError(ValueError):
    """What was to be sent is no HTTP request."""


@dataclass(frozen=True)
class Reply:
    """One answer. ``session`` is the TLS session that it came over, None in plaintext."""

    status: int
    headers: Headers
    body: bytes
    session: ssl.SSLObject | None


class HttpPool:
    """Connections to the server of ``url`` (scheme, host and port). ``timeout_s`` is real time, for each step."""

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
        connection = self._kept() or await self._connect()
        try:
            reply = await connection.exchange(h11.Request(method=method, target=target, headers=headers), body)
        except h11.LocalProtocolError as error:
            connection.abort()
            raise NoRequestError(str(error)) from error
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
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._transport: asyncio.Transport | None = None
        self._arrival: asyncio.Future[None] | None = None
        self._ended = False
        self._failure: Exception | None = None
        self._idle_since = 0.0
        self._spoke = False

    # -- asyncio.Protocol ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._spoke = True
        self._http.receive_data(data)
        self._arrived()

    def eof_received(self) -> bool:
        self._end(None)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._failure = self._failure or error
        if not self._ended:
            self._ended = True
            self._http.receive_data(b"")
        self._arrived()

    def _arrived(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    # -- a request ---------------------------------------------------------------------------------------------------

    async def exchange(self, request: h11.Request, body: bytes) -> Reply:
        """Send in one piece, and take the whole answer."""
        assert self._transport is not None
        parts = [self._http.send(request)]
        if body:
            parts.append(self._http.send(h11.Data(body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        self._transport.write(b"".join(part for part in parts if part))
        head, received = await self._event(), bytearray()
        while isinstance(head, h11.InformationalResponse):
            head = await self._event()
        if not isinstance(head, h11.Response):
            raise self._failure or BrokenAnswerError("the connection was closed without an answer")
        while isinstance(event := await self._event(), h11.Data):
            received += event.data
        if not isinstance(event, h11.EndOfMessage):
            raise self._failure or BrokenAnswerError("the connection was closed in an answer")
        session = self._transport.get_extra_info("ssl_object")
        return Reply(head.status_code, head.headers.raw_items(), bytes(received), session)

    async def _event(self) -> object:
        """What h11 makes of what has come; waits for more where it is nothing yet."""
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise self._failure or BrokenAnswerError(str(error)) from error
            if event is not h11.NEED_DATA:
                return event
            self._arrival = asyncio.get_running_loop().create_future()
            async with asyncio.timeout(self._timeout_s):
                await self._arrival

    # -- afterwards --------------------------------------------------------------------------------------------------

    @property
    def can_be_kept(self) -> bool:
        """The answer is over and the server did not say that it closes; ready for the next request then."""
        states = self._http.our_state, self._http.their_state
        if self._ended or states != (h11.DONE, h11.DONE) or self._http.trailing_data[0]:
            return False
        self._http.start_next_cycle()
        self._idle_since, self._spoke = time.monotonic(), False
        return True

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
