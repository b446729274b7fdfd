"""A bump in the wire between the bench and a TLS port: it sees every record, and alters one that the bench sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bench.controls.mirror import Bump, Connection, copied
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


class AlteringBump(Bump):
    """Passes on what comes; once ``alter`` is set, it changes the application data records that the bench sends.

    ``sent`` and ``received`` are all bytes of both directions.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.alter: Alter | None = None
        self.altered = 0
        self.sent = bytearray()
        self.received = bytearray()

    def directions(self, here: Connection, there: Connection) -> tuple[Coroutine[Any, Any, None], ...]:
        return self._outwards(here[0], there[1]), copied(there[0], here[1], self.received)

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


def _whole(buffer: bytearray) -> int | None:
    """The length of the first record, None until all of it is there."""
    if len(buffer) < _HEADER:
        return None
    length = _HEADER + int.from_bytes(buffer[3:_HEADER], "big")
    return length if len(buffer) >= length else None


def bump_at(access: ModbusAccess, port: str) -> AlteringBump:
    """A bump before a port of the device."""
    host, _, number = access.station.endpoint(access.seat, port).url.removeprefix("tls:").rpartition(":")
    return AlteringBump(host.strip("[]"), int(number))


def client_through(
    access: ModbusAccess, bump: AlteringBump, role: str = "", options: TlsOptions | None = None
) -> ModbusClient:
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
