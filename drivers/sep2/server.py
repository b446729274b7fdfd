"""The server's side of HTTPS: a port that hands whole requests to a handler and writes its answers.

The handler is synchronous where it can be; one that must wait gives back an awaitable. `Silence` as an answer keeps the
connection open and says nothing, `Hangup` drops it.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import h11

from drivers.sep2.identity import lfdi_of
from drivers.sep2.vocabulary import MEDIA_TYPE
from drivers.transport.alerting_tls import AlertingTls
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
        self._http = h11.Connection(h11.SERVER)
        self._peer = Peer(b"", next(_numbers))
        self._request: h11.Request | None = None
        self._body = bytearray()
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
        self._http.receive_data(data)
        self._proceed()

    def _watch(self) -> None:
        """A connection on which no whole request comes is not kept."""
        if self._guard is not None:
            self._guard.cancel()
        self._guard = asyncio.get_running_loop().call_later(REQUEST_S, self._wire.abort)

    def _proceed(self) -> None:
        try:
            while self._working is None:
                event = self._http.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                    return
                self._take(event)
        except h11.RemoteProtocolError:
            if self._server.malformed is not None:
                self._server.malformed()
            self._write(HttpResponse(HTTPStatus.BAD_REQUEST), close=True)

    def _take(self, event: Any) -> None:
        if isinstance(event, h11.Request):
            self._request, self._body = event, bytearray()
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MAX_BODY_BYTES:
                self._write(HttpResponse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE), close=True)
        elif isinstance(event, h11.EndOfMessage) and self._request is not None:
            self._answer(self._whole(self._request))

    def _whole(self, request: h11.Request) -> HttpRequest:
        target = urlsplit(request.target.decode("latin-1"))
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        method = request.method.decode("latin-1")
        return HttpRequest(method, target.path, dict(parse_qsl(target.query)), headers, bytes(self._body), self._peer)

    def _answer(self, request: HttpRequest) -> None:
        if self._guard is not None:
            self._guard.cancel()
        self.requests += 1
        try:
            answer = self._server.handler(request)
        except Silence:
            self._working = asyncio.get_running_loop().create_future()
            return
        except Hangup:
            self._wire.abort()
            return
        if isinstance(answer, HttpResponse):
            self._finish(request, answer)
        else:
            self._working = asyncio.ensure_future(self._later(request, answer))

    async def _later(self, request: HttpRequest, answer: Awaitable[HttpResponse]) -> None:
        try:
            response = await answer
        except Hangup:
            self._wire.abort()
            return
        self._working = None
        self._finish(request, response)
        self._proceed()

    def _finish(self, request: HttpRequest, response: HttpResponse) -> None:
        self._write(response, whole=request.method != "HEAD")
        if response.raw:
            return
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._watch()

    def _write(self, response: HttpResponse, *, whole: bool = True, close: bool = False) -> None:
        if self._transport is None or self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._wire.abort()
            return
        if response.raw:
            self._transport.write(response.raw)
            self._transport.close()
            return
        headers = {"content-length": str(len(response.body)), **response.headers}
        if response.body:
            headers.setdefault("content-type", MEDIA_TYPE)
        if close:
            headers["connection"] = "close"
        reply = h11.Response(status_code=int(response.status), headers=list(headers.items()))
        out = [self._http.send(reply)]
        if whole and response.body:
            out.append(self._http.send(h11.Data(data=response.body)))
        out.append(self._http.send(h11.EndOfMessage()))
        self._transport.write(b"".join(data for data in out if data))
        if close or self._http.states[h11.SERVER] is not h11.DONE:
            self._transport.close()
