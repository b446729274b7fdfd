"""A WebSocket on one of our transports, with the taps ``line`` (bytes within TLS) and ``message`` (an OCPP-J array).

What a probe changes at ``message`` travels in a good frame; what it changes at ``line`` is the frame itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from drivers.clock import Clock
from drivers.ocpp.errors import SessionClosedError, UpgradeRefusedError
from drivers.ocpp.versions import Version
from drivers.ocpp.websocket import (
    GOING_AWAY,
    NO_CLOSE_FRAME,
    Asked,
    Closed,
    Event,
    Opened,
    Pinged,
    Refused,
    Text,
    WebSocketEnd,
)
from drivers.transport.base import PeerClosedError, SilenceError, Transport, TransportError
from drivers.transport.tap import Tap


class OcppLink:
    """One end of a WebSocket. ``transport`` is open; the upgrade is `ask` (client) or `asked` and `accept` (server).

    Deadlines are station time in s; what is awaited without end (``math.inf``) lets no station time pass.
    """

    def __init__(self, transport: Transport, end: WebSocketEnd) -> None:
        self.transport = transport
        self._end = end
        self._tap = Tap("message", transport.clock, transport.tap)
        self._tap.sends_with(self._send_text)
        self._events: deque[Event] = deque()
        self._pongs = 0

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.transport.clock

    @property
    def taps(self) -> Mapping[str, Tap]:
        """By layer, lowest first."""
        return {"line": self.transport.tap, "message": self._tap}

    @property
    def is_open(self) -> bool:
        """Neither end has closed it."""
        return self._end.is_open

    # -- becoming a WebSocket ----------------------------------------------------------------------------------------

    async def ask(self, deadline: float) -> Version:
        """Send the request that the end was made with; the version on which the server settled.

        Raises UpgradeRefusedError, SilenceError, PeerClosedError.
        """
        await self._flush()
        event = await self._next(deadline)
        if isinstance(event, Opened):
            try:
                return Version(event.subprotocol)
            except ValueError:
                raise UpgradeRefusedError(f"no subprotocol of OCPP was chosen, but {event.subprotocol!r}") from None
        status = event.status if isinstance(event, Refused) else 0
        raise UpgradeRefusedError(f"the upgrade was answered by {status or event}", status)

    async def asked(self, deadline: float) -> Asked:
        """The client's request. Raises UpgradeRefusedError for something else, SilenceError, PeerClosedError."""
        event = await self._next(deadline)
        if isinstance(event, Asked):
            return event
        raise UpgradeRefusedError(f"no request to become a WebSocket: {event}")

    async def accept(self, version: Version | None) -> None:
        """Agree; with no version the upgrade names no subprotocol."""
        self._end.accept(version.value if version is not None else "")
        await self._flush()

    async def refuse(self, status: int) -> None:
        """Answer by an HTTP status, and close."""
        self._end.refuse(status)
        await self._flush()
        await self.transport.close()

    # -- messages ----------------------------------------------------------------------------------------------------

    async def send(self, text: str) -> None:
        """Send a message through the tap. Raises SessionClosedError, PeerClosedError."""
        for message in await self._tap.outbound(text.encode()):
            await self._send_text(message)

    async def _send_text(self, message: bytes) -> None:
        if not self._end.is_open:
            raise SessionClosedError("the WebSocket is closed")
        self._end.text(message.decode("utf-8", "surrogateescape"))
        await self._flush()

    async def receive(self, deadline: float) -> str:
        """The next message. Raises SilenceError at ``deadline``, SessionClosedError."""
        while True:
            for message in self._tap.take_injected():
                return message.decode("utf-8", "replace")
            try:
                event = await self._next(self._tap.next_due(deadline), wakes=True)
            except SilenceError:
                if self.clock.now() < deadline:
                    continue
                raise
            except PeerClosedError as error:
                raise SessionClosedError(str(error), NO_CLOSE_FRAME) from error
            if isinstance(event, Text):
                if self._tap.idle:
                    return event.text
                self._tap.admit(event.text.encode())
            elif isinstance(event, Closed):
                why = event.broken or event.reason or f"closed with code {int(event.code)}"
                raise SessionClosedError(f"{self.transport.name}: {why}", int(event.code))

    async def ping(self) -> None:
        """Send a ping."""
        self._end.ping()
        await self._flush()

    @property
    def pongs(self) -> int:
        """How many pongs have come."""
        return self._pongs

    async def close(self, code: int = GOING_AWAY) -> None:
        """Close with a close frame; closing twice is fine. Never raises."""
        try:
            if self._end.is_open:
                self._end.close(code)
                await self._flush()
        except TransportError:
            pass  # whoever has gone needs no close frame
        finally:
            await self.transport.close()

    # -- inside ------------------------------------------------------------------------------------------------------

    async def _next(self, deadline: float, *, wakes: bool = False) -> Event | None:
        """The next event; None when only a tap was woken (``wakes``)."""
        while True:
            while self._events:
                event = self._events.popleft()
                if not isinstance(event, Pinged):
                    return event
                self._pongs += event.pong
            chunk = await self.transport.read(deadline)
            self._events.extend(self._end.feed(chunk.data))
            await self._flush()
            if wakes and not chunk.data:
                return None

    async def _flush(self) -> None:
        data = self._end.take_output()
        if data:
            await self.transport.write(data)
