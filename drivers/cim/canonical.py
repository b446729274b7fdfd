"""Requests and answers as bytes: what the tap of layer ``message`` shows, and what a probe captures, alters and
plays again.

The form is HTTP/1.1's own, without the lines that belong to the connection (``Host``, ``Content-Length``,
``Connection``, …)::

    POST /cim HTTP/1.1
    content-type: application/json
    x-jws-signature: eyJ…

    {"Header": …}

with CRLF line ends. The signature is inside, so that what was signed can be played again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONNECTION_HEADERS = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "user-agent", "date", "server"}
)


class NotCanonicalError(ValueError):
    """Bytes that cannot be read as a request (an alteration may have destroyed them)."""


@dataclass(frozen=True)
class Request:
    """A request above the connection: ``path`` with query, headers with lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def to_bytes(self) -> bytes:
        """The canonical form."""
        return _join(f"{self.method} {self.path} HTTP/1.1", self.headers, self.body)

    @classmethod
    def from_bytes(cls, data: bytes) -> Request:
        """Read the canonical form. Raises NotCanonicalError."""
        first, headers, body = _split(data)
        words = first.split(" ")
        if len(words) != 3 or not words[0] or not words[1].startswith("/"):
            raise NotCanonicalError("request line")
        return cls(words[0], words[1], headers, body)


@dataclass(frozen=True)
class Response:
    """An answer above the connection."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def to_bytes(self) -> bytes:
        """The canonical form."""
        return _join(f"HTTP/1.1 {self.status}", self.headers, self.body)

    @classmethod
    def from_bytes(cls, data: bytes) -> Response:
        """Read the canonical form. Raises NotCanonicalError."""
        first, headers, body = _split(data)
        words = first.split(" ")
        if len(words) < 2 or not words[1].isdigit():
            raise NotCanonicalError("status line")
        return cls(int(words[1]), headers, body)


def own_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without those of the connection, names in lower case, in order."""
    kept = ((name.lower(), value) for name, value in headers.items())
    return {name: value for name, value in kept if name not in CONNECTION_HEADERS}


def _join(first: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in own_headers(headers).items())]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


def _split(data: bytes) -> tuple[str, dict[str, str], bytes]:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        raise NotCanonicalError("no end of headers")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not name.isascii():
            raise NotCanonicalError("header line")
        headers[name.strip().lower()] = value.strip()
    return first, headers, body
