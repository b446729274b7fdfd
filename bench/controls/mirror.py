"""A bump in the wire: TCP to a system through the bench, which sees every byte of both directions."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from drivers.cim.credentials import TlsOptions

_READ_BYTES = 65_536
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Passage:
    """The bytes of one connection, by direction."""

    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)


class Bump(ABC):
    """Listens on the loopback and passes on to ``host`` and ``port`` as subclasses do. A context manager."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where to connect in place of the system, on the loopback. Raises RuntimeError outside the context."""
        if self._server is None:
            raise RuntimeError("nobody listens")
        return int(self._server.sockets[0].getsockname()[1])

    @abstractmethod
    def directions(self, here: Connection, there: Connection) -> tuple[Coroutine[Any, Any, None], ...]:
        """The two directions of a connection, each until either end closes."""

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, here: Connection) -> None:
        try:
            there = await asyncio.open_connection(self.host, self._port)
        except OSError:
            here[1].close()
            return
        try:
            async with asyncio.TaskGroup() as group:
                for direction in self.directions(here, there):
                    group.create_task(direction)
        finally:
            for _, writer in (here, there):
                writer.close()


class Mirror(Bump):
    """Passes on to the system at ``url``, and keeps it all."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__(parts.hostname or "", parts.port or 443)
        self._scheme = parts.scheme
        self.passages: list[Passage] = []

    @property
    def url(self) -> str:
        """Where to connect in place of the system."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def options(self) -> TlsOptions:
        """How to connect: the system still has to prove its own name."""
        return TlsOptions(server_name=self.host)

    @property
    def seen(self) -> bytes:
        """Every byte of every connection, both directions."""
        return b"".join(bytes(passage.sent) + bytes(passage.received) for passage in self.passages)

    def directions(self, here: Connection, there: Connection) -> tuple[Coroutine[Any, Any, None], ...]:
        passage = Passage()
        self.passages.append(passage)
        return copied(here[0], there[1], passage.sent), copied(there[0], here[1], passage.received)


async def copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    """Pass on, and keep, until either end closes."""
    with suppress(ConnectionError):
        while data := await reader.read(_READ_BYTES):
            kept += data
            writer.write(data)
            await writer.drain()
        writer.write_eof()
