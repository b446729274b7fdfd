"""TCP: a socket of asyncio, a buffer and one event.

``TCP_NODELAY`` is set, so that a small request leaves at once; received bytes are counted as they come in,
and a peer that floods is slowed down once ``READ_LIMIT`` bytes wait unread.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from drivers.clock import Clock
from drivers.transport.base import CannotOpenError, PeerClosedError
from drivers.transport.buffered import BufferedTransport

READ_LIMIT = 4 * 1024 * 1024
_CLOSING_TIME_S = 1.0


class TcpTransport(BufferedTransport):
    """A TCP connection to ``host`` and ``port``.

    ``connect_timeout_s``: real time to wait for the connection. ``counted``: whether a stepped clock may
    expect that the far side counts bytes under ``tcp:<server port>:<client port>``; false for a device that
    is not emulated.
    """

    def __init__(
        self, host: str, port: int, clock: Clock, *, connect_timeout_s: float = 10.0, counted: bool = True
    ) -> None:
        super().__init__(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", clock)
        self._host = host
        self._port = port
        self._connect_timeout_s = connect_timeout_s
        self._counted = counted
        self._transport: asyncio.Transport | None = None
        self._gone = asyncio.Event()
        self._room = asyncio.Event()
        self._reading = True

    @property
    def local_address(self) -> tuple[str, int]:
        """Address and port of this side. Raises RuntimeError before the first opening."""
        if self._transport is None:
            raise RuntimeError(f"{self.name} has not been opened")
        address = self._transport.get_extra_info("sockname")
        return address[0], address[1]

    @property
    def peer_address(self) -> tuple[str, int]:
        """Numeric address and port of the far side. Raises RuntimeError when it was never reached."""
        address = self._transport.get_extra_info("peername") if self._transport is not None else None
        if address is None:
            raise RuntimeError(f"{self.name} has not been reached")
        return address[0], address[1]

    async def break_off(self) -> None:
        """Close without a word, by a reset, as when the plug is pulled. Never raises."""
        sock = self._transport.get_extra_info("socket") if self._transport is not None else None
        if sock is not None and self._open:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self._transport is not None:
            self._transport.abort()
        await self.close()

    # -- BufferedTransport ---------------------------------------------------------------------------------------

    async def _connect(self) -> None:
        self._gone.clear()
        self._reading = True
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                self._transport, _ = await loop.create_connection(
                    lambda: TcpProtocol(self), self._host, self._port, **self._connection_options()
                )
        except TimeoutError:
            raise CannotOpenError(
                f"{self.name} did not answer within {self._connect_timeout_s:g} s: "
                "is the device on, and the route right?"
            ) from None
        except OSError as error:
            raise self._cannot_open(error) from error
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connected(self._transport)

    def _connection_options(self) -> dict[str, Any]:
        return {}

    def _connected(self, transport: asyncio.Transport) -> None:
        if self._counted:
            self._link.key = f"tcp:{self._port}:{self.local_address[1]}"

    def _cannot_open(self, error: OSError) -> CannotOpenError:
        return CannotOpenError(explain_connect_error(self.name, self._host, error))

    def _push(self, data: bytes) -> None:
        assert self._transport is not None
        self._link.sent += len(data)
        self._transport.write(data)

    async def _uncongested(self) -> None:
        await self._room.wait()
        if self._loss is not None:
            raise PeerClosedError(str(self._loss), self._loss.how)

    async def _disconnect(self) -> None:
        transport = self._transport
        if transport is None:
            return
        try:
            transport.close()
            async with asyncio.timeout(_CLOSING_TIME_S):
                await self._gone.wait()
        except TimeoutError:
            pass
        finally:
            transport.abort()  # without effect when the connection is gone
            self._room.set()
        if not self._gone.is_set():
            await self._gone.wait()

    def _take(self) -> bytes:
        if not self._reading and self._transport is not None:
            self._reading = True
            self._transport.resume_reading()
        return super()._take()

    # -- called by the protocol ----------------------------------------------------------------------------------

    def _feed(self, data: bytes) -> None:
        super()._feed(data)
        if len(self._buffer) > READ_LIMIT and self._reading and self._transport is not None:
            self._reading = False
            self._transport.pause_reading()

    def set_congested(self, congested: bool) -> None:
        """The socket takes no more bytes, or takes them again."""
        self._congested = congested
        if congested:
            self._room.clear()
        else:
            self._room.set()

    def peer_ended(self) -> None:
        """The peer sent its end of stream."""
        self._lost(PeerClosedError(f"{self.name} closed the connection"))

    def connection_gone(self, error: Exception | None) -> None:
        """The connection is over, for whatever reason."""
        if error is None:
            self._lost(PeerClosedError(f"{self.name} closed the connection"))
        else:
            self._lost(PeerClosedError(f"{self.name} broke the connection: {error}", "reset"))
        self._gone.set()
        self._room.set()


class TcpProtocol(asyncio.Protocol):
    """Passes what asyncio tells on to the transport."""

    def __init__(self, owner: TcpTransport) -> None:
        self._owner = owner
        self.data_received = owner._feed  # type: ignore[method-assign]  # saves a call for every segment

    def eof_received(self) -> bool:
        self._owner.peer_ended()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.connection_gone(exc)

    def pause_writing(self) -> None:
        self._owner.set_congested(True)

    def resume_writing(self) -> None:
        self._owner.set_congested(False)


def explain_connect_error(name: str, host: str, error: OSError) -> str:
    """What went wrong when connecting to ``name``, and what to do about it."""
    if isinstance(error, socket.gaierror):
        return f"{name}: the host name {host!r} is not known ({error.strerror}): check the name"
    if isinstance(error, ConnectionRefusedError) or "refused" in str(error).lower():
        return f"{name} refused the connection: nobody listens there; start the device or check the port"
    return f"{name} cannot be reached: {error.strerror or error}"
