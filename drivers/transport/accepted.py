"""The server's side of a TCP or TLS connection, as a transport."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from drivers.clock import Clock
from drivers.transport.base import CannotOpenError
from drivers.transport.tcp import TcpProtocol, TcpTransport
from drivers.transport.tls import TlsFacts, facts_of


class AcceptedTransport(TcpTransport):
    """A connection that a client has made to us; open from the start, and closed for ever once it is closed.

    ``counted``: the client counts its bytes for a stepped clock, under ``tcp:<our port>:<its port>``.
    """

    def __init__(self, clock: Clock, *, counted: bool) -> None:
        super().__init__("", 0, clock, counted=counted)
        self.negotiated: TlsFacts | None = None

    def adopt(self, transport: asyncio.Transport) -> None:
        """Take the connection over (the protocol calls this)."""
        address, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self._name = f"{address[0]}:{address[1]}"
        self._transport = transport
        self._open = self._busy = True
        self._gone.clear()
        if self._counted:
            self._link.key = f"tcp:{own[1]}:{address[1]}"
        session = transport.get_extra_info("ssl_object")
        self.negotiated = facts_of(session) if session is not None else None

    async def take_part(self) -> None:
        """Tell a stepped clock of this end, where the link is counted: before the other end hears, and lets time go.

        Not while somebody reads. No station time passes.
        """
        if self._counted:
            await self._clock.wait_input(self._link, asyncio.Event(), self._clock.now())

    async def _connect(self) -> None:
        raise CannotOpenError(f"{self.name} was a connection from outside, and is over")


class AcceptedProtocol(TcpProtocol):
    """The protocol of such a connection. ``accepted`` is called once it stands."""

    def __init__(self, owner: AcceptedTransport, accepted: Callable[[AcceptedTransport], None]) -> None:
        super().__init__(owner)
        self._adopting = owner
        self._accepted = accepted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._adopting.adopt(cast("asyncio.Transport", transport))
        self._accepted(self._adopting)
