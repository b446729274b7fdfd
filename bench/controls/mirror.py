"""A bump in the wire: TCP to a system through the bench, which keeps every byte of both directions."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from drivers.cim.credentials import TlsOptions

_READ_BYTES = 65_536


@dataclass
class Passage:
    """The bytes of one connection, by direction."""

    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)


class Mirror:
    """Listens on the loopback and passes on to the system at ``url``. A context manager."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._host, self._port = parts.scheme, parts.hostname or "", parts.port or 443
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.passages: list[Passage] = []

    async def __aenter__(self) -> Mirror:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where to connect in place of the system."""
        if self._server is None:
            raise RuntimeError("the mirror does not stand")
        return f"{self._scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def options(self) -> TlsOptions:
        """How to connect: the system still has to prove its own name."""
        return TlsOptions(server_name=self._host)

    @property
    def seen(self) -> bytes:
        """Every byte of every connection, both directions."""
        return b"".join(bytes(passage.sent) + bytes(passage.received) for passage in self.passages)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = Passage()
        self.passages.append(passage)
        try:
            there_reader, there_writer = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, there_writer, passage.sent))
                group.create_task(_copy(there_reader, writer, passage.received))
        finally:
            for one in (writer, there_writer):
                one.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    """Pass on until either end closes."""
    with suppress(ConnectionError):
        while data := await reader.read(_READ_BYTES):
            kept += data
            writer.write(data)
            await writer.drain()
        writer.write_eof()
