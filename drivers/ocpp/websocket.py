"""One end of a WebSocket (RFC 6455) without I/O: bytes in, events out; what is to be sent waits in ``output``.

Pings are answered and a close is returned by the end itself.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import wsproto.events as ws
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

TOO_BIG = 1009
PROTOCOL_ERROR = 1002
GOING_AWAY = 1001
NORMAL = 1000
NO_CLOSE_FRAME = 1006
DEFAULT_MAX_BYTES = 128 * 1024


@dataclass(frozen=True)
class Asked:
    """A client wants to become a WebSocket. ``password`` and ``user`` are those of basic authentication, if any."""

    path: str
    subprotocols: tuple[str, ...]
    headers: Mapping[str, str] = field(repr=False)

    @property
    def basic(self) -> tuple[str, bytes] | None:
        """User and password of basic authentication (RFC 7617), None without."""
        scheme, _, told = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(told, validate=True).partition(b":")
        except ValueError:
            return None
        return (user.decode("utf-8", "replace"), password) if colon else None


@dataclass(frozen=True)
class Opened:
    """The server agreed, and chose this subprotocol (empty: none)."""

    subprotocol: str


@dataclass(frozen=True)
class Refused:
    """The server answered with an HTTP status instead."""

    status: int


@dataclass(frozen=True)
class Text:
    """A whole text message."""

    text: str


@dataclass(frozen=True)
class Closed:
    """The connection is over: the other end closed it, or broke the protocol (``broken``)."""

    code: int
    reason: str = ""
    broken: str = ""


@dataclass(frozen=True)
class Pinged:
    """A ping or a pong came."""

    pong: bool


Event = Asked | Opened | Refused | Text | Closed | Pinged


class WebSocketEnd:
    """A client (made by `client`) or a server. ``max_bytes``: longer messages are refused with close code 1009."""

    def __init__(self, kind: ConnectionType, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._connection = WSConnection(kind)
        self._max_bytes = max_bytes
        self._parts: list[str] = []
        self._length = 0
        self.output = bytearray()
        self.over = False

    @classmethod
    def client(
        cls, host: str, path: str, subprotocols: Sequence[str], headers: Mapping[str, str] | None = None
    ) -> WebSocketEnd:
        """The end that asks for ``path`` of ``host``; the request is in ``output``."""
        end = cls(ConnectionType.CLIENT)
        extra = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        request = ws.Request(host=host, target=path, extra_headers=extra, subprotocols=list(subprotocols))
        end.output += end._connection.send(request)
        return end

    @classmethod
    def server(cls, max_bytes: int = DEFAULT_MAX_BYTES) -> WebSocketEnd:
        """The end that waits to be asked."""
        return cls(ConnectionType.SERVER, max_bytes)

    @property
    def is_open(self) -> bool:
        """Messages can be sent."""
        return self._connection.state is ConnectionState.OPEN and not self.over

    @property
    def unfinished(self) -> str:
        """What has come of a message that is not at its end."""
        return "".join(self._parts)

    def take_output(self) -> bytes:
        """What is to be sent, once."""
        data = bytes(self.output)
        self.output.clear()
        return data

    # -- sending -----------------------------------------------------------------------------------------------------

    def accept(self, subprotocol: str) -> None:
        """Agree to become a WebSocket (server)."""
        self.output += self._connection.send(ws.AcceptConnection(subprotocol=subprotocol or None))

    def refuse(self, status: int) -> None:
        """Answer with an HTTP status instead (server)."""
        headers = [(b"content-length", b"0")]
        if status == 401:
            headers.append((b"www-authenticate", b'Basic realm="OCPP"'))
        self.output += self._connection.send(ws.RejectConnection(status_code=status, headers=headers))
        self.over = True

    def text(self, text: str) -> None:
        """Send a message. What comes after the end is dropped."""
        if self.is_open:
            self.output += self._connection.send(ws.TextMessage(data=text))

    def ping(self) -> None:
        """Ask whether the other end lives."""
        if self.is_open:
            self.output += self._connection.send(ws.Ping())

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close from this end; closing twice is fine."""
        if self.is_open:
            self.output += self._connection.send(ws.CloseConnection(code=code, reason=reason))
        self.over = True

    # -- receiving ---------------------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> list[Event]:
        """What ``data`` says. After a Closed or Refused nothing more comes."""
        if self.over:
            return []
        found: list[Event] = []
        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                taken = self._take(event)
                if taken is not None:
                    found.append(taken)
                if self.over:
                    break
        except (RemoteProtocolError, LocalProtocolError) as error:
            found.append(self._break(PROTOCOL_ERROR, str(error)))
        return found

    def _take(self, event: ws.Event) -> Event | None:
        if isinstance(event, ws.TextMessage):
            return self._text(event)
        if isinstance(event, ws.BytesMessage):
            return self._break(1003, "a binary message")
        if isinstance(event, ws.Ping):
            self.output += self._connection.send(event.response())
            return Pinged(pong=False)
        if isinstance(event, ws.Pong):
            return Pinged(pong=True)
        if isinstance(event, ws.CloseConnection):
            if self._connection.state is ConnectionState.REMOTE_CLOSING:
                self.output += self._connection.send(event.response())
            self.over = True
            return Closed(event.code, event.reason or "")
        return self._handshake(event)

    def _handshake(self, event: ws.Event) -> Event | None:
        if isinstance(event, ws.Request):
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event.extra_headers}
            return Asked(event.target, tuple(event.subprotocols), headers)
        if isinstance(event, ws.AcceptConnection):
            return Opened(event.subprotocol or "")
        if isinstance(event, ws.RejectConnection):
            self.over = True
            return Refused(event.status_code)
        return None

    def _text(self, event: ws.TextMessage) -> Event | None:
        self._parts.append(event.data)
        self._length += len(event.data)
        if self._length > self._max_bytes:
            return self._break(TOO_BIG, f"a message of more than {self._max_bytes} bytes")
        if not event.message_finished:
            return None
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return Text(text)

    def _break(self, code: int, why: str) -> Closed:
        if self._connection.state is ConnectionState.CONNECTING:
            self.over = True
            return Closed(NO_CLOSE_FRAME, broken=why)
        self.close(code)
        return Closed(code, broken=why)


def basic_authorization(user: str, password: bytes) -> str:
    """The header of basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(user.encode() + b":" + password).decode("ascii")
