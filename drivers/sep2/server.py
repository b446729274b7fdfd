"""The server's side of HTTPS: a port that hands whole requests to a handler and writes its answers.

The handler is synchronous where it can be; one that must wait gives back an awaitable. `Silence` as an answer keeps the
connection open and says nothing, `Hangup` drops it.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from drivers.sep2.identity import lfdi_of
from drivers.sep2.vocabulary import MEDIA_TYPE
from drivers.transport.alerting_tls import AlertingTls
from drivers.transport.http1 import BodyTooLargeError, Incoming, MalformedError, RequestReader, answer_bytes
from drivers.transport.listener import Listener

MAX_BODY_BYTES = 256 * 1024
MAX_CONNECTIONS = 48
HANDSHAKE_S = 5
REQUEST_S = 15.0
_SHUTDOWN_S = 0.2

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Peer:
    """Who asks: what its certificate (in DER) proved, both empty without one, and the number of its connection."""

    lfdi: bytes
    number: int
    certificate: bytes = b""


@dataclass(frozen=True)
class HttpRequest:
    """A whole request. ``query`` holds the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    peer: Peer


@dataclass(frozen=True)
class HttpResponse:
    """An answer, with the media type of 2030.5 where there is a body.

    ``raw`` goes out in its place, as it is, and the connection ends: for answers that no HTTP server would give.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""


class Silence(Exception):  # noqa: N818 - an answer of a kind, not an error
    """No answer; the connection stays open."""


class Hangup(Exception):  # noqa: N818 - an answer of a kind, not an error
    """No answer; the connection is dropped."""


Handler = Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]


class Sep2Server:
    """One port of ``host``. ``malformed`` is told when something comes that is no HTTP."""

    def __init__(
        self, handler: Handler, *, host: str = "127.0.0.1", port: int = 0, malformed: Callable[[], None] | None = None
    ) -> None:
        self.handler = handler
        self.malformed = malformed
        self.context: ssl.SSLContext | None = None
        self._listener = Listener(lambda: _Door(self), host=host, port=port)
        self.connections: dict[Connection, None] = {}

    @property
    def url(self) -> str:
        """``https://host:port``, once a port is reserved."""
        if not self._listener.port:
            raise RuntimeError("no port yet")
        return f"https://{self._listener.host}:{self._listener.port}"

    def reserve(self) -> None:
        """Take the port and keep it; nobody is answered there yet. Raises OSError."""
        self._listener.reserve()

    def open(self, context: ssl.SSLContext | None) -> None:
        """Listen, as ``context`` says; None: in plaintext, which only an attack does."""
        self.context = context
        # Who is admitted is decided before the handshake, so that TLS is not the listener's affair.
        self._listener.open()

    def shut(self) -> None:
        """Stop listening and drop every connection; the port stays reserved."""
        self._listener.shut()
        for connection in tuple(self.connections):
            connection.abort()
        self.connections.clear()

    def release(self) -> None:
        """Give the port back."""
        self.shut()
        self._listener.release()

    def admit(self, connection: Connection) -> bool:
        """Take a connection in; of too many, one goes that has never made a request."""
        if len(self.connections) >= MAX_CONNECTIONS:
            idle = [known for known in self.connections if not known.busy]
            victim = min(idle, key=lambda known: (known.requests > 0, known.number), default=None)
            if victim is None:
                return False
            victim.abort()
            self.connections.pop(victim, None)
        self.connections[connection] = None
        return True


class _Door(asyncio.Protocol):
    """What a TCP connection meets first: admission, then the handshake, then HTTP."""

    def __init__(self, server: Sep2Server) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = cast("asyncio.Transport", transport)
        loop = asyncio.get_running_loop()
        connection = Connection(self._server, wire)
        if not self._server.admit(connection):
            wire.abort()
            return
        if self._server.context is None:
            wire.set_protocol(connection)
            connection.connection_made(wire)
            return
        shaken: asyncio.Future[Any] = loop.create_future()
        shaken.add_done_callback(connection.shaken)
        tls = AlertingTls(
            loop,
            connection,
            self._server.context,
            shaken,
            server_side=True,
            ssl_handshake_timeout=HANDSHAKE_S,
            ssl_shutdown_timeout=_SHUTDOWN_S,
        )
        wire.set_protocol(tls)
        tls.connection_made(wire)


class Connection(asyncio.Protocol):
    """HTTP/1.1 on one connection."""

    def __init__(self, server: Sep2Server, wire: asyncio.Transport) -> None:
        self._server = server
        self._wire = wire
        self._transport: asyncio.Transport | None = None
        self._reader = RequestReader(MAX_BODY_BYTES)
        self._waiting: deque[Incoming] = deque()
        self._unread = b""
        self._closing = False
        self._peer = Peer(b"", next(_numbers))
        self._working: asyncio.Future[None] | None = None
        self._guard: asyncio.TimerHandle | None = None
        self.requests = 0

    @property
    def number(self) -> int:
        """Connections are counted from 1 on."""
        return self._peer.number

    @property
    def busy(self) -> bool:
        """Within a request."""
        return self._working is not None

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._guard is not None:
            self._guard.cancel()
        if self._working is not None:
            self._working.cancel()
        self._wire.abort()

    def shaken(self, done: asyncio.Future[Any]) -> None:
        """The handshake is over."""
        if done.cancelled() or done.exception() is not None:
            self._server.connections.pop(self, None)

    # -- asyncio.Protocol -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        session = transport.get_extra_info("ssl_object")
        certificate = session.getpeercert(True) if session is not None else None
        self._peer = Peer(lfdi_of(certificate) if certificate else b"", self._peer.number, certificate or b"")
        self._watch()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._guard is not None:
            self._guard.cancel()
        self._server.connections.pop(self, None)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self._proceed()

    def _watch(self) -> None:
        """A connection on which no whole request comes is not kept."""
        if self._guard is not None:
            self._guard.cancel()
        self._guard = asyncio.get_running_loop().call_later(REQUEST_S, self._wire.abort)

    def _proceed(self) -> None:
        """One request after the other; what comes while one is worked on waits, unread."""
        while self._working is None and not self._closing:
            if self._waiting:
                self._answer(self._waiting.popleft())
            elif self._unread or self._reader.broken:
                self._read()
            else:
                return

    def _read(self) -> None:
        data, self._unread = self._unread, b""
        try:
            self._waiting += self._reader.feed(data)
        except MalformedError:
            if self._server.malformed is not None:
                self._server.malformed()
            self._write(HttpResponse(HTTPStatus.BAD_REQUEST), close=True)
        except BodyTooLargeError:
            self._write(HttpResponse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE), close=True)

    def _whole(self, message: Incoming) -> HttpRequest:
        target = urlsplit(message.target.decode("latin-1"))
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message.headers}
        method = message.method.decode("latin-1")
        return HttpRequest(method, target.path, dict(parse_qsl(target.query)), headers, message.body, self._peer)

    def _answer(self, message: Incoming) -> None:
        if self._guard is not None:
            self._guard.cancel()
        self.requests += 1
        request = self._whole(message)
        try:
            answer = self._server.handler(request)
        except Silence:
            self._working = asyncio.get_running_loop().create_future()
            return
        except Hangup:
            self._wire.abort()
            return
        if isinstance(answer, HttpResponse):
            self._finish(message, answer)
        else:
            self._working = asyncio.ensure_future(self._later(message, answer))

    async def _later(self, message: Incoming, answer: Awaitable[HttpResponse]) -> None:
        try:
            response = await answer
        except Hangup:
            self._wire.abort()
            return
        self._working = None
        self._finish(message, response)
        self._proceed()

    def _finish(self, message: Incoming, response: HttpResponse) -> None:
        self._write(response, whole=message.method != b"HEAD", close=not message.keeps)
        if not self._closing:
            self._watch()

    def _write(self, response: HttpResponse, *, whole: bool = True, close: bool = False) -> None:
        if self._transport is None or self._closing:
            self._wire.abort()
            return
        headers = {"content-length": str(len(response.body)), **response.headers}
        if response.body:
            headers.setdefault("content-type", MEDIA_TYPE)
        if close:
            headers["connection"] = "close"
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self._transport.write(
            response.raw or answer_bytes(int(response.status), fields, response.body if whole else b"")
        )
        if close or response.raw or headers.get("connection") == "close":
            self._closing = True
            self._transport.close()
