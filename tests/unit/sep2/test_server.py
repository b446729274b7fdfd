"""The HTTP of a 2030.5 server: one request after the other, and a clear answer to what is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from drivers.sep2.server import MAX_BODY_BYTES, Handler, Hangup, HttpRequest, HttpResponse, Sep2Server

GET = b"GET /tm/%d HTTP/1.1\r\nHost: gateway\r\n\r\n"


@asynccontextmanager
async def line_to(server: Sep2Server) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    server.reserve()
    server.open(None)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()
        server.release()


async def answers(handler: Handler, data: bytes) -> bytes:
    """All that comes until the server ends the connection."""
    async with line_to(Sep2Server(handler)) as (reader, writer):
        writer.write(data)
        async with asyncio.timeout(10.0):
            return await reader.read()


def path(request: HttpRequest) -> HttpResponse:
    return HttpResponse(200, request.path.encode())


async def later(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return path(request)


@pytest.mark.parametrize("handler", [path, later])
async def test_requests_that_come_together_are_answered_in_order(handler: Handler) -> None:
    closing = b"GET /tm/9 HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
    told = await answers(handler, GET % 1 + GET % 2 + closing + GET % 3)
    assert [told.count(b"/tm/%d" % number) for number in (1, 2, 9, 3)] == [1, 1, 1, 0]
    assert told.index(b"/tm/1") < told.index(b"/tm/2") < told.index(b"/tm/9")
    assert told.count(b"connection: close") == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x02\x00", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1)
            + bytes(MAX_BODY_BYTES + 1),
            b"413",
        ),
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_ends(data: bytes, status: bytes) -> None:
    assert (await answers(path, data)).split(b" ")[1] == status


async def test_who_speaks_no_http_is_told_of() -> None:
    told: list[bool] = []
    async with line_to(Sep2Server(path, malformed=lambda: told.append(True))) as (reader, writer):
        writer.write(GET % 1 + b"nonsense\r\n\r\n")
        async with asyncio.timeout(10.0):
            assert b"400" in await reader.read()
    assert told == [True]


async def test_an_answer_to_head_has_the_length_and_no_body() -> None:
    told = await answers(path, b"HEAD /tm HTTP/1.0\r\n\r\n")
    assert b"content-length: 3\r\n" in told
    assert told.endswith(b"\r\n\r\n")


async def test_a_handler_may_hang_up() -> None:
    def refuse(_request: HttpRequest) -> HttpResponse:
        raise Hangup

    try:
        told = await answers(refuse, GET % 1)
    except ConnectionResetError:
        told = b""
    assert told == b""
