"""A bump in the wire: a TCP relay between the device and the bench's server that damages records of TLS."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

RECORD_HEADER = 5
APPLICATION_DATA = 0x17

Damage = Callable[[bytes], bytes]


class Relay:
    """Relays one port; ``damage`` makes another record of each one with application data from the server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 443
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.damage: Damage | None = None
        self.damaged = 0

    @property
    def url(self) -> str:
        """``https://host:port`` of the relay."""
        if self._server is None:
            raise RuntimeError("the relay is not open")
        return f"https://{self._host}:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self._host, 0)
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._open):
                writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        self._open |= {writer, there}
        try:
            await asyncio.gather(self._pass(reader, there), self._pass_records(there_reader, writer))
        finally:
            for one in (writer, there):
                one.close()
                self._open.discard(one)

    @staticmethod
    async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def _pass_records(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readexactly(RECORD_HEADER)
                record = head + await reader.readexactly(int.from_bytes(head[3:5], "big"))
                if head[0] == APPLICATION_DATA and self.damage is not None:
                    record = self.damage(record)
                    self.damaged += 1
                writer.write(record)
        writer.close()
