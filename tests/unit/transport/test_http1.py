"""Whole HTTP/1.1 messages: however they are cut into pieces, and what is none is refused (RFC 9110, RFC 9112)."""

from __future__ import annotations

import pytest

from drivers.transport.http1 import (
    AnswerReader,
    BodyTooLargeError,
    Incoming,
    MalformedError,
    NotSendableError,
    RequestReader,
    answer_bytes,
    request_bytes,
)

GET = b"GET /tm?s=0 HTTP/1.1\r\nHost: gateway\r\nAccept: application/sep+xml\r\n\r\n"
POST = b"POST /rsps HTTP/1.1\r\nHost: gateway\r\nContent-Length: 5\r\n\r\nhello"
CHUNKS = (
    b"POST /rsps HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\nhe\r\n3;ext=1\r\nllo\r\n0\r\nX-Behind: 1\r\n\r\n"
)


def fed(reader: RequestReader, data: bytes, piece: int) -> list[Incoming]:
    return [one for start in range(0, len(data), piece) for one in reader.feed(data[start : start + piece])]


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_requests_are_whole_however_they_are_cut(piece: int) -> None:
    first, second, third = fed(RequestReader(100), GET + POST + CHUNKS, piece)
    assert (first.method, first.target, first.body, first.keeps) == (b"GET", b"/tm?s=0", b"", True)
    assert first.headers == [(b"Host", b"gateway"), (b"Accept", b"application/sep+xml")]
    assert (second.method, second.body, third.body) == (b"POST", b"hello", b"hello")
    assert b"X-Behind" not in [name for name, _value in third.headers]


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
    ],
)
def test_a_client_that_wants_the_connection_to_end_says_so(head: bytes, keeps: bool) -> None:
    assert [one.keeps for one in RequestReader(0).feed(head)] == [keeps]


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01 a TLS greeting\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"GET /" + b"x" * 20_000,
    ],
)
def test_what_is_no_request_is_refused_for_good(data: bytes) -> None:
    reader = RequestReader(100)
    with pytest.raises(MalformedError):
        reader.feed(data)
    with pytest.raises(MalformedError):
        reader.feed(GET)


def test_a_header_that_never_ends_is_refused() -> None:
    reader = RequestReader(100)
    assert reader.feed(b"GET / HTTP/1.1\r\nHost: a\r\nX: ") == []
    assert reader.feed(b"x" * 10_000) == []
    with pytest.raises(MalformedError, match="too long"):
        reader.feed(b"x" * 10_000)


def test_what_was_whole_before_the_line_went_wrong_counts() -> None:
    reader = RequestReader(100)
    assert [one.target for one in reader.feed(GET + b"nonsense\r\n\r\n")] == [b"/tm?s=0"]
    assert reader.broken


def test_a_body_is_no_larger_than_allowed() -> None:
    assert RequestReader(5).feed(POST)[0].body == b"hello"
    with pytest.raises(BodyTooLargeError):
        RequestReader(4).feed(POST)


def test_interim_answers_are_passed_over() -> None:
    reader = AnswerReader("GET")
    assert reader.feed(b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\n") is None
    answer = reader.feed(b"HTTP/1.1 201 Created\r\nLocation: /edev/1\r\nContent-Length: 0\r\n\r\n")
    assert answer is not None
    assert (answer.status, answer.headers[0], answer.keeps) == (201, (b"Location", b"/edev/1"), True)


def test_an_answer_to_head_has_no_body() -> None:
    answer = AnswerReader("HEAD").feed(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    assert answer is not None
    assert (answer.status, answer.body, answer.keeps) == (200, b"", False)


def test_an_answer_without_length_ends_with_the_connection() -> None:
    reader = AnswerReader("GET")
    assert reader.feed(b"HTTP/1.1 200 OK\r\n\r\nto the") is None
    assert reader.feed(b" end") is None
    answer = reader.end()
    assert answer is not None
    assert (answer.body, answer.keeps) == (b"to the end", False)


@pytest.mark.parametrize(
    "part", [b"", b"HTTP/1.1 200 OK\r\nConte", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_an_answer_that_breaks_off_is_none(part: bytes) -> None:
    reader = AnswerReader("GET")
    assert reader.feed(part) is None
    assert reader.end() is None


def test_what_comes_behind_an_answer_is_noticed() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    for behind, noticed in ((b"", False), (whole, True), (b"junk", True)):
        reader = AnswerReader("GET")
        answer = reader.feed(whole + behind)
        assert answer is not None
        assert (answer.body, reader.more) == (b"ok", noticed)


def test_what_is_sent_can_be_read() -> None:
    sent = request_bytes("PUT", "/edev/1", [(b"host", b"a"), (b"content-length", b"2")], b"ab")
    request = RequestReader(10).feed(sent)[0]
    assert (request.method, request.target, request.body) == (b"PUT", b"/edev/1", b"ab")
    answer = AnswerReader("PUT").feed(answer_bytes(204, [(b"x", b"y")], b""))
    assert answer is not None
    assert (answer.status, answer.headers) == (204, [(b"x", b"y")])


@pytest.mark.parametrize(
    ("method", "target", "name", "value"),
    [
        ("GE T", "/", b"x", b"y"),
        ("GET", "/a b", b"x", b"y"),
        ("GET", "/", b"x:", b"y"),
        ("GET", "/", b"x", b"y\r\nz: 1"),
    ],
)
def test_what_is_no_message_is_not_sent(method: str, target: str, name: bytes, value: bytes) -> None:
    with pytest.raises(NotSendableError):
        request_bytes(method, target, [(name, value)], b"")
