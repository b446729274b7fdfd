"""The TCP wrapper on a transport."""

from __future__ import annotations

from collections.abc import Mapping

from drivers.clock import Clock
from drivers.dlms.link_base import GarbageError
from drivers.dlms.wrapper import HEADER, WrapperReader, ports, relength, wrap
from drivers.transport.base import NotOpenError, SilenceError, Transport
from drivers.transport.tap import Tap


class WrapperLink:
    """A `drivers.dlms.link.DlmsLink` over the wrapper. Messages between other wPorts are passed over."""

    def __init__(self, transport: Transport, client_wport: int, server_wport: int) -> None:
        self.client_wport = client_wport
        self.server_wport = server_wport
        self._transport = transport
        self._frame_tap = Tap("frame", transport.clock, transport.tap)
        self._frame_tap.sends_with(transport.write)
        self._taps = {"line": transport.tap, "frame": self._frame_tap}
        self._reader = WrapperReader()
        self._inbox: list[bytes] = []
        self._open = False

    @property
    def name(self) -> str:
        return f"{self._transport.name} wrapper {self.client_wport} -> {self.server_wport}"

    @property
    def clock(self) -> Clock:
        return self._transport.clock

    @property
    def transport(self) -> Transport:
        return self._transport

    @property
    def taps(self) -> Mapping[str, Tap]:
        return self._taps

    @property
    def connected(self) -> bool:
        return self._open and not self._transport.link.closed

    async def open(self) -> None:
        """Open the transport. Raises CannotOpenError."""
        await self._transport.open()
        self._reader = WrapperReader()
        self._inbox.clear()
        self._open = True

    async def send(self, apdu: bytes) -> None:
        """Send one APDU. Raises NotOpenError, PeerClosedError, WrapperError (longer than 65,535 bytes)."""
        if not self._open:
            raise NotOpenError(f"{self.name}: not open")
        message = wrap(self.client_wport, self.server_wport, apdu)
        if self._frame_tap.idle:
            await self._transport.write(message)
            return
        for changed in await self._frame_tap.outbound(message):
            await self._transport.write(relength(changed, message))

    async def receive(self, deadline: float) -> bytes:
        """The next APDU for our wPort. Raises SilenceError, GarbageError, PeerClosedError, NotOpenError."""
        if not self._open:
            raise NotOpenError(f"{self.name}: not open")
        while True:
            for message in self._frame_tap.take_injected():
                self._take(message)
            if self._inbox:
                return self._inbox.pop(0)
            if self._reader.broken:
                raise GarbageError(f"{self.name}: {self._reader.broken}")
            try:
                chunk = await self._transport.read(self._frame_tap.next_due(deadline))
            except SilenceError:
                if self.clock.now() < deadline:
                    continue
                if self._reader.in_message:
                    raise GarbageError(f"{self.name}: a message began and did not end") from None
                raise
            for message in self._reader.feed(chunk.data):
                if self._frame_tap.idle:
                    self._take(message)
                else:
                    self._frame_tap.admit(message)

    async def close(self) -> None:
        await self.abort()

    async def abort(self) -> None:
        self._open = False
        await self._transport.close()

    def _take(self, message: bytes) -> None:
        if len(message) >= HEADER and ports(message) == (self.server_wport, self.client_wport):
            self._inbox.append(message[HEADER:])
