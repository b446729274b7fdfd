"""HTTP/1.1 as whole messages (RFC 9112): what arrives is parsed by httptools, what is sent is put together here.

No streaming: a message is handed over once it is complete, and no larger than whoever reads it allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import httptools

Headers = list[tuple[bytes, bytes]]

LONGEST_HEAD = 16 * 1024
"""Octets in the names and values of one message's headers."""
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")
_VALUE = re.compile(rb"[^\x00\r\n]*")


class MalformedError(ValueError):
    """What came is no HTTP/1.1, or its head is too long."""


class BodyTooLargeError(ValueError):
    """A message has a larger body than is allowed."""


class NotSendableError(ValueError):
    """What was to be sent is no HTTP message."""


@dataclass
class Incoming:
    """A message that has arrived. ``keeps`` says that the connection is to be used for the next one.

    ``method`` and ``target`` are a request's, ``status`` is an answer's.
    """

    method: bytes = b""
    target: bytes = b""
    status: int = 0
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    keeps: bool = False


class _Reader:
    """What requests and answers have in common: the callbacks of httptools."""

    def __init__(self, most_body: int | None, longest_head: int) -> None:
        self._most_body = most_body
        self._longest_head = longest_head
        self._broken: Exception | None = None
        self._done: list[Incoming] = []
        self._started = False
        self._begin()

    def _begin(self) -> None:
        self._message = Incoming()
        self._body = bytearray()
        self._head_size = self._unfinished = 0
        self._in_head = True

    def _refuse(self, error: Exception) -> None:
        self._broken = self._broken or error
        raise error

    def _grow(self, octets: int) -> None:
        self._head_size += octets
        self._look()

    def _look(self) -> None:
        if max(self._head_size, self._unfinished) > self._longest_head:
            self._refuse(MalformedError("the head is too long"))

    def _count(self, data: bytes) -> None:
        """What goes on with a head that was begun before: the parser keeps to itself what it has of a header line."""
        if self._started and self._in_head:
            self._unfinished += len(data)
            self._look()

    def on_message_begin(self) -> None:
        self._begin()
        self._started = True

    def on_url(self, part: bytes) -> None:
        self._grow(len(part))
        self._message.target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self._grow(len(name) + len(value))
        if self._in_head:  # what follows a body in chunks is left out
            self._message.headers.append((name, value))

    def on_body(self, part: bytes) -> None:
        self._body += part
        if self._most_body is not None and len(self._body) > self._most_body:
            self._refuse(BodyTooLargeError(f"more than {self._most_body} octets"))

    def _complete(self, *, keeps: bool) -> None:
        self._started = False
        self._message.body = bytes(self._body)
        self._message.keeps = keeps
        self._done.append(self._message)

    def _take(self) -> list[Incoming]:
        done, self._done = self._done, []
        return done

    def _break(self, error: Exception) -> None:
        """Nothing can follow any more."""
        self._broken = self._broken or MalformedError(str(error) or type(error).__name__)


class RequestReader(_Reader):
    """The requests on one connection."""

    def __init__(self, most_body: int, longest_head: int = LONGEST_HEAD) -> None:
        super().__init__(most_body, longest_head)
        self._parser = httptools.HttpRequestParser(self)

    @property
    def broken(self) -> bool:
        """What came last is no request."""
        return self._broken is not None

    def feed(self, data: bytes) -> list[Incoming]:
        """The requests that ``data`` completes. Raises MalformedError, BodyTooLargeError where there is none before
        what is wrong, and at each call from then on.
        """
        if self._broken is None:
            try:
                self._count(data)
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                # Another protocol is asked for, which a server may pass over (RFC 9110, 7.8): the last request here.
                for message in self._done:
                    message.keeps = False
            except (httptools.HttpParserError, MalformedError) as error:
                self._break(error)
        if self._broken is not None and not self._done:
            raise self._broken
        return self._take()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._message.method = self._parser.get_method()
        hosts = sum(name.lower() == b"host" for name, _value in self._message.headers)
        if hosts > 1 or (not hosts and self._parser.get_http_version() == "1.1"):
            self._refuse(MalformedError("a request names one host"))

    def on_message_complete(self) -> None:
        self._complete(keeps=self._parser.should_keep_alive())


class AnswerReader(_Reader):
    """One answer to a request of ``method``; interim ones (1xx) are passed over."""

    def __init__(self, method: str, longest_head: int = LONGEST_HEAD) -> None:
        super().__init__(None, longest_head)
        self._ends_with_connection = False
        self._bodiless = method == "HEAD"
        self._parser = httptools.HttpResponseParser(self)
        self.more = False
        """Something came behind the answer."""

    def feed(self, data: bytes) -> Incoming | None:
        """The answer, when ``data`` completes it. Raises MalformedError."""
        try:
            self._count(data)
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade, MalformedError) as error:
            self._break(error)
        if self._broken is not None and not self._done:
            raise self._broken
        done = self._take()
        self.more = self._broken is not None or len(done) > 1
        return done[0] if done else None

    def end(self) -> Incoming | None:
        """The connection has ended: the answer, where that is what ends it."""
        if self._in_head or not self._ends_with_connection:
            return None
        self._complete(keeps=False)
        return self._take()[0]

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._message.status = self._parser.get_status_code()
        names = {name.lower() for name, _value in self._message.headers}
        self._ends_with_connection = names.isdisjoint({b"content-length", b"transfer-encoding"})
        if self._bodiless:
            # The parser cannot know that no body follows, and is not asked about what does.
            self._complete(keeps=False)

    def on_message_complete(self) -> None:
        if self._message.status >= 200 and not self._bodiless:
            self._complete(keeps=self._parser.should_keep_alive())


def request_bytes(method: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """A request. Raises NotSendableError."""
    line = method.encode("latin-1", "replace"), target.encode("latin-1", "replace")
    if not (_TOKEN.fullmatch(line[0]) and _TARGET.fullmatch(line[1])):
        raise NotSendableError(f"no request line: {method} {target}")
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (*line, _fields(headers), body)


def answer_bytes(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """An answer. Raises NotSendableError."""
    return b"HTTP/1.1 %d \r\n%b\r\n%b" % (status, _fields(headers), body)


def _fields(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = bytearray()
    for name, value in headers:
        if not (_TOKEN.fullmatch(name) and _VALUE.fullmatch(value)):
            raise NotSendableError(f"no header: {name!r}")
        lines += b"%b: %b\r\n" % (name, value)
    return bytes(lines)
