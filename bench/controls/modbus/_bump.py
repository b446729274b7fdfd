"""A bump in the wire between the bench and a TLS port: it sees every record, and alters one that the bench sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from drivers.transport.tls import TlsTransport

if TYPE_CHECKING:
    from bench.access.modbus import ModbusAccess
    from bench.controls.trial import Trial
    from drivers.cim.credentials import TlsOptions
    from drivers.modbus.client import ModbusClient

APPLICATION_DATA = 23
_HEADER = 5
_READ = 0x4000
_TURN_S, _STEP_S, _TURNS = 0.001, 0.05, 400
Alter = Callable[[bytes], bytes]


class Bump:
    """Passes on what comes; ``alter`` changes the application data records that the bench sends once it is `armed`.

    ``sent`` and ``received`` are all bytes of both directions. A context manager around one connection after the other.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.alter: Alter | None = None
        self.altered = 0
        self.sent = bytearray()
        self.received = bytearray()

    async def __aenter__(self) -> Bump:
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
        """Where to connect in place of the device, on the loopback."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(self.host, self._port)
        except OSError:
            writer.close()
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._outwards(reader, there_writer))
                group.create_task(self._inwards(there_reader, writer))
        finally:
            for one in (writer, there_writer):
                one.close()

    async def _outwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        buffer = bytearray()
        with suppress(ConnectionError):
            while data := await reader.read(_READ):
                self.sent += data
                buffer += data
                while (length := _whole(buffer)) is not None:
                    record = bytes(buffer[:length])
                    del buffer[:length]
                    if self.alter is not None and record[0] == APPLICATION_DATA:
                        record = self.alter(record)
                        self.altered += 1
                    writer.write(record)
                await writer.drain()
            writer.write_eof()

    async def _inwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(_READ):
                self.received += data
                writer.write(data)
                await writer.drain()
            writer.write_eof()


def _whole(buffer: bytearray) -> int | None:
    """The length of the first record, None until all of it is there."""
    if len(buffer) < _HEADER:
        return None
    length = _HEADER + int.from_bytes(buffer[3:_HEADER], "big")
    return length if len(buffer) >= length else None


def bump_at(access: ModbusAccess, port: str) -> Bump:
    """A bump before a port of the device."""
    host, _, number = access.station.endpoint(access.seat, port).url.removeprefix("tls:").rpartition(":")
    return Bump(host.strip("[]"), int(number))


def client_through(access: ModbusAccess, bump: Bump, role: str = "", options: TlsOptions | None = None) -> ModbusClient:
    """A client whose connection goes through the bump. It waits in real time: use `driven`."""
    from drivers.cim.credentials import client_context
    from drivers.modbus.client import ModbusClient
    from drivers.modbus.link import TcpLink

    context = client_context(access.credential(role or access.role), options)
    transport = TlsTransport("127.0.0.1", bump.port, access.station.clock, context=context, server_hostname=bump.host)
    return ModbusClient(TcpLink(transport), access.declared.units[0], timeout_s=access.declared.timeout_s)


async def driven(trial: Trial, coroutine: Any) -> Any:
    """Await what goes through a bump, letting station time pass meanwhile, which nobody counts bytes for.

    Raises what the coroutine raises; TimeoutError when it does not end.
    """
    task = asyncio.ensure_future(coroutine)
    try:
        for _turn in range(_TURNS):
            await asyncio.wait({task}, timeout=_TURN_S)
            if task.done():
                return task.result()
            await trial.station.advance(_STEP_S)
        raise TimeoutError("nothing came through the bump")
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
