"""One request, one whole answer: connections are kept while both ends like, and a broken answer is no answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from drivers.cim.http import BrokenAnswerError, ConnectError, HttpPool, NoRequestError, Reply

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each request with the next of ``answers``; ``b""`` in front of the end closes the connection after it."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.closings = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while data := await reader.read(65_536):
            self.requests.append(data)
            answer = self.answers.pop(0)
            writer.write(answer.removesuffix(b"CLOSE"))
            if answer.endswith(b"CLOSE"):
                break
        writer.close()
        self.closings.set()


@asynccontextmanager
async def pool_of(server: Server) -> AsyncIterator[HttpPool]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    pool = HttpPool(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", None, "", 5.0)
    async with listening:
        yield pool
        await pool.close()


async def get(pool: HttpPool, body: bytes = b"") -> Reply:
    headers = [(b"host", b"office"), (b"content-length", str(len(body)).encode())]
    return await pool.request("POST", "/cim", headers, body)


async def test_a_request_leaves_in_one_piece_and_the_connection_is_kept() -> None:
    server = Server(WHOLE, WHOLE)
    async with pool_of(server) as pool:
        first, second = await get(pool, b"abc"), await get(pool)
    assert (first.status, first.body, second.body) == (200, b"ok", b"ok")
    assert server.connections == 1
    assert server.requests[0] == b"POST /cim HTTP/1.1\r\nhost: office\r\ncontent-length: 3\r\n\r\nabc"


async def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    server = Server(WHOLE, WHOLE)
    async with pool_of(server) as pool:
        await asyncio.gather(get(pool), get(pool))
    assert server.connections == 2


async def test_a_connection_that_the_server_has_closed_is_not_used_again() -> None:
    server = Server(WHOLE + b"CLOSE", WHOLE)
    async with pool_of(server) as pool:
        await get(pool)
        await server.closings.wait()
        assert (await get(pool)).body == b"ok"
    assert server.connections == 2


async def test_an_answer_in_chunks_and_one_that_ends_with_the_connection_are_whole() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    async with pool_of(Server(chunked, b"HTTP/1.1 200 OK\r\n\r\nto the end" + b"CLOSE")) as pool:
        assert (await get(pool)).body == b"abc"
        assert (await get(pool)).body == b"to the end"


@pytest.mark.parametrize(
    "answer",
    [
        b"CLOSE",
        b"HTTP/1.1 200 OK\r\nConte" + b"CLOSE",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" + b"CLOSE",
        b"\x15\x03\x03 no HTTP\r\n\r\n",
    ],
)
async def test_an_answer_that_breaks_off_or_is_no_http_is_none(answer: bytes) -> None:
    async with pool_of(Server(answer)) as pool:
        with pytest.raises(BrokenAnswerError):
            await get(pool)


async def test_where_nobody_listens_there_is_no_connection(unused_tcp_port_factory: Callable[[], int]) -> None:
    pool = HttpPool(f"http://127.0.0.1:{unused_tcp_port_factory()}", None, "", 5.0)
    with pytest.raises(ConnectError):
        await get(pool)


async def test_what_is_no_request_is_not_sent() -> None:
    server = Server()
    async with pool_of(server) as pool:
        with pytest.raises(NoRequestError):
            await pool.request("GET", "/", [(b"host", b"a\r\nb")], b"")
    assert server.requests == []
