"""HDLC on a transport: `HdlcPrimary` with deadlines, repetitions and taps."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from drivers.clock import Clock
from drivers.dlms.hdlc_address import ServerAddress
from drivers.dlms.hdlc_events import (
    Connected,
    DatagramReceived,
    Disconnected,
    Event,
    FrameRejected,
    MessageReceived,
    PeerNotReady,
)
from drivers.dlms.hdlc_frame import relength, seal
from drivers.dlms.hdlc_parameters import LARGEST, HdlcParameters
from drivers.dlms.hdlc_primary import HdlcPrimary, PrimaryState
from drivers.dlms.hdlc_reader import FrameReader
from drivers.dlms.hdlc_window import MAX_MESSAGE
from drivers.dlms.link_base import FrameRejectedError, GarbageError, LinkDisconnectedError, SignOn
from drivers.transport.base import NotOpenError, SilenceError, Transport, TransportError
from drivers.transport.tap import Tap


@dataclass(frozen=True)
class HdlcSettings:
    """How an HDLC link behaves. Times are station time in s.

    ``response_timeout_s`` without an answer makes the link ask again (by RR, never by repeating an APDU),
    ``retries`` times when it connects and until the deadline when it receives. ``inter_octet_timeout_s`` ends an
    unfinished frame. ``poll_interval_s`` passes before a meter that had nothing to say is polled again. ``baud`` is
    what the line carries: the time that a request needs on it is added to the time-out.
    """

    proposal: HdlcParameters | None = LARGEST
    response_timeout_s: float = 3.0
    retries: int = 2
    inter_octet_timeout_s: float = 1.0
    poll_interval_s: float = 0.1
    baud: int = 9600


class HdlcLink:
    """A `drivers.dlms.link.DlmsLink` over HDLC. ``sign_on`` is awaited on the open transport before the SNRM."""

    def __init__(
        self,
        transport: Transport,
        client_sap: int,
        server_address: ServerAddress,
        settings: HdlcSettings | None = None,
        sign_on: SignOn | None = None,
    ) -> None:
        self.client_sap = client_sap
        self.server_address = server_address
        self.settings = settings or HdlcSettings()
        self._transport = transport
        self._sign_on = sign_on
        self._frame_tap = Tap("frame", transport.clock, transport.tap)
        self._frame_tap.sends_with(self._send_sealed)
        self._taps = {"line": transport.tap, "frame": self._frame_tap}
        self._primary = HdlcPrimary(client_sap, server_address.encode(), self.settings.proposal)
        self._reader = FrameReader()
        self._inbox: deque[bytes] = deque()
        self._failure: TransportError | None = None
        self._ask_again_at = 0.0
        self._last_heard_at = 0.0
        self._poll_at: float | None = None

    # -- the contract --------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return f"{self._transport.name} HDLC {self.client_sap} -> {self.server_address}"

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
        return self._primary.state is PrimaryState.CONNECTED

    @property
    def parameters(self) -> HdlcParameters:
        """What was agreed with the meter, as this end sees it."""
        return self._primary.parameters

    async def open(self) -> None:
        """Open the transport, sign on where asked, SNRM until UA. Raises as `DlmsLink.open`."""
        await self._transport.open()
        try:
            if self._sign_on is not None:
                await self._sign_on(self._transport)
            self._transport.drain()
            self._restart()
            self._primary.connect()
            tries = self.settings.retries + 1
            await self._run(PrimaryState.CONNECTED, self.clock.now() + tries * self.settings.response_timeout_s)
        except BaseException:
            await self.abort()
            raise

    async def send(self, apdu: bytes) -> None:
        """Send one APDU: the first window of its segments now, the rest while `receive` waits."""
        if not self.connected:
            raise NotOpenError(f"{self.name}: not connected")
        if self._primary.awaiting:
            self._primary.give_up()
        self._primary.send(apdu)
        await self._flush()

    async def send_datagram(self, apdu: bytes) -> None:
        """Send one APDU in a UI frame: unacknowledged, possible without a connection."""
        self._primary.send_datagram(apdu)
        await self._flush()

    async def receive(self, deadline: float) -> bytes:
        """The next APDU.

        Its first segment must come by ``deadline``; then each further one within the time in which the link would
        ask again as often as it may, for a long answer takes its time on a slow line. Raises SilenceError,
        GarbageError, LinkDisconnectedError, FrameRejectedError, PeerClosedError.
        """
        await self._run(None, deadline)
        return self._inbox.popleft()

    async def close(self) -> None:
        """DISC, one answer waited for, and close the transport."""
        try:
            if self.connected:
                self._primary.disconnect()
                await self._run(PrimaryState.DISCONNECTED, self.clock.now() + self.settings.response_timeout_s)
        except TransportError:
            pass  # the meter has gone already
        finally:
            await self.abort()

    async def abort(self) -> None:
        await self._transport.close()
        self._restart()

    # -- inside --------------------------------------------------------------------------------------------------

    def _restart(self) -> None:
        self._primary = HdlcPrimary(self.client_sap, self.server_address.encode(), self.settings.proposal)
        self._reader = FrameReader()
        self._inbox.clear()
        self._failure = None
        self._poll_at = None

    async def _run(self, wanted: PrimaryState | None, deadline: float) -> None:
        """Send and take frames until the state is ``wanted`` (None: until a message is there) or to ``deadline``."""
        nonsense, frames = self._reader.rejected + self._reader.noise, 0
        while True:
            await self._flush()
            for content in self._frame_tap.take_injected():
                self._take(content)
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise failure
            if self._inbox if wanted is None else self._primary.state is wanted:
                return
            try:
                chunk = await self._transport.read(self._frame_tap.next_due(self._wait_until(self._extended(deadline))))
            except SilenceError:
                if self.clock.now() < self._extended(deadline):
                    self._nothing_came()
                    continue
                heard = self._reader.rejected + self._reader.noise > nonsense or self._reader.in_frame
                if heard and not frames:
                    raise GarbageError(f"{self.name}: bytes arrived, but no good frame") from None
                raise
            contents = self._reader.feed(chunk.data)
            if chunk.data:
                self._last_heard_at = self.clock.now()
                self._ask_again_at = self._last_heard_at + self.settings.response_timeout_s
            for content in contents:
                frames += 1
                if self._frame_tap.idle:
                    self._take(content)
                else:
                    self._frame_tap.admit(content)

    def _extended(self, deadline: float) -> float:
        """``deadline``, or later while an answer is coming in, by at most twice the longest one's line time."""
        settings = self.settings
        if self._primary.in_message:
            patience_s = (settings.retries + 1) * settings.response_timeout_s
        elif self._reader.in_frame:
            patience_s = settings.inter_octet_timeout_s
        else:
            return deadline
        longest_s = 2 * 10 * MAX_MESSAGE / settings.baud
        return max(deadline, min(self._last_heard_at + patience_s, deadline + longest_s))

    def _wait_until(self, deadline: float) -> float:
        if self._reader.in_frame:
            return min(deadline, self.clock.now() + self.settings.inter_octet_timeout_s)
        if self._poll_at is not None:
            return min(deadline, self._poll_at)
        if self._primary.awaiting or self._primary.state is not PrimaryState.CONNECTED:
            return min(deadline, self._ask_again_at)
        return deadline

    def _nothing_came(self) -> None:
        now = self.clock.now()
        if self._reader.in_frame:
            self._reader.reset()
        elif self._poll_at is not None:
            if now >= self._poll_at:
                self._poll_at = None
                self._primary.poll()
        elif now >= self._ask_again_at:
            self._primary.time_out()

    def _take(self, content: bytes) -> None:
        for event in self._primary.receive(content):
            self._handle(event)

    def _handle(self, event: Event) -> None:
        match event:
            case MessageReceived(message) | DatagramReceived(message):
                self._inbox.append(message)
            case PeerNotReady():
                self._poll_at = self.clock.now() + self.settings.poll_interval_s
            case Disconnected(by_peer=True):
                self._failure = LinkDisconnectedError(f"{self.name}: the meter is in disconnected mode (DM)")
            case FrameRejected(information):
                text = f"{self.name}: the meter rejected a frame (FRMR {information.hex()})"
                self._failure = FrameRejectedError(text, information)
            case Connected():
                self._poll_at = None

    async def _flush(self) -> None:
        contents = self._primary.outgoing()
        if not contents:
            return
        self._poll_at = None
        sent = 0
        for content in contents:
            for message in await self._frame_tap.outbound(content):
                line = seal(relength(message, content))
                sent += len(line)
                await self._transport.write(line)
        line_time_s = 10 * sent / self.settings.baud
        self._ask_again_at = self.clock.now() + line_time_s + self.settings.response_timeout_s

    async def _send_sealed(self, content: bytes) -> None:
        await self._transport.write(seal(content))
