"""The link over a transport: a frame out and its ACK in, a frame in and its ACK out; half duplex, with taps.

Taps: ``line`` (the transport's) and ``frame`` (a frame without its checksum). What a probe changes at ``frame`` gets a
good checksum, and a right length field unless it was that field that was changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from drivers.clock import Clock
from drivers.cta2045.errors import LinkNakError, NakCode
from drivers.cta2045.frame import (
    ACK,
    BASIC,
    CHECKSUM,
    DATA_LINK,
    HEADER,
    INTERMEDIATE,
    Acknowledged,
    Arrived,
    Broken,
    Event,
    Frame,
    FrameReader,
    Refused,
    nak,
    seal,
)
from drivers.transport.base import SilenceError, Transport
from drivers.transport.line_time import LineFormat, line_time_s
from drivers.transport.serial import SerialTransport
from drivers.transport.tap import Tap

LINE = LineFormat(19200)
"""19200 8N1 (CTA-2045-B, 5.5: unverified)."""
_LENGTH = slice(2, 4)


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Times in s of station time after what the characters take on the line (EPRI's UCM: ACK awaited 200 ms).

    ``ack_s``: until a frame is acknowledged; ``inter_character_s``: between two characters of a frame (EPRI: 500 ms a
    message; unverified); ``tries`` of a frame in all; ``kinds``: message types that this end takes.
    """

    ack_s: float = 0.2
    inter_character_s: float = 0.5
    tries: int = 3
    kinds: Collection[int] = (BASIC, INTERMEDIATE, DATA_LINK)


class Cta2045Link:
    """One end of the link. ``transport`` is closed when given."""

    def __init__(self, transport: Transport, settings: LinkSettings = LinkSettings()) -> None:
        self.transport = transport
        self.settings = settings
        self.frame_tap = Tap("frame", transport.clock, transport.tap)
        self.frame_tap.sends_with(self._send_content)
        self._reader = FrameReader()
        self._events: deque[Event] = deque()
        self._frames: deque[Frame] = deque()
        self._sent = 0

    @property
    def clock(self) -> Clock:
        """The station clock."""
        return self.transport.clock

    @property
    def name(self) -> str:
        """The port's name."""
        return self.transport.name

    @property
    def taps(self) -> Mapping[str, Tap]:
        """The taps by layer, lowest first."""
        return {"line": self.transport.tap, "frame": self.frame_tap}

    async def open(self) -> None:
        """Open the transport. Raises CannotOpenError."""
        await self.transport.open()

    async def close(self) -> None:
        """Close the transport. Closing twice is fine; never raises."""
        await self.transport.close()

    async def send(self, frame: Frame) -> None:
        """Send a frame until it is acknowledged.

        Raises LinkNakError when it is refused, SilenceError when no try was acknowledged, EncodeError, PeerClosedError.
        A refusal for its checksum or a time-out is answered by another try, any other one is final.
        """
        for content in await self.frame_tap.outbound(frame.content()):
            await self._send_acknowledged(_with_length(content, frame.content()))

    async def _send_acknowledged(self, content: bytes) -> None:
        refused = None
        for _ in range(self.settings.tries):
            await self._send_content(content)
            refused = await self._acknowledgement()
            if refused is None:
                return
            if refused.code not in (NakCode.CHECKSUM, NakCode.TIME_OUT, _NOTHING):
                break
        if refused is None or refused.code == _NOTHING:
            raise SilenceError(f"{self.name}: the frame was not acknowledged in {self.settings.tries} tries")
        raise LinkNakError(self.name, refused.code)

    async def _send_content(self, content: bytes) -> None:
        await self.transport.write(seal(content))
        self._sent = len(content) + CHECKSUM

    async def _acknowledgement(self) -> Refused | None:
        """None: acknowledged. A frame that comes in its place counts: the ACK was lost, and the answer is here."""
        deadline = self.clock.now() + self._time_of(self._sent + len(ACK)) + self.settings.ack_s
        while True:
            try:
                event = await self._event(deadline)
            except SilenceError:
                return Refused(_NOTHING)
            match event:
                case Acknowledged():
                    return None
                case Refused():
                    return event
                case Arrived():
                    if await self._accept(event):
                        return None
                case Broken():
                    await self.transport.write(nak(event.code))

    async def receive(self, deadline: float) -> Frame:
        """The next frame, acknowledged, that begins before ``deadline`` (station time, s).

        Raises SilenceError, PeerClosedError. Broken frames and those of kinds that this end does not take are refused.
        """
        while not self._frames:
            event = await self._event(deadline)
            if isinstance(event, Arrived):
                await self._accept(event)
            elif isinstance(event, Broken):
                await self.transport.write(nak(event.code))
        return self._frames.popleft()

    async def _accept(self, event: Arrived) -> bool:
        if event.frame.kind not in self.settings.kinds:
            await self.transport.write(nak(NakCode.UNSUPPORTED_TYPE))
            return False
        await self.transport.write(ACK)
        if event.frame.payload:  # an empty frame only asks whether this end takes its kind
            self._frames.append(event.frame)
        return True

    async def _event(self, deadline: float) -> Event | None:
        """The next event of the line, None to look whether a probe has injected one. Raises SilenceError."""
        while not self._events:
            for content in self.frame_tap.take_injected():
                self._events.extend(FrameReader().feed(seal(content)))
            if self._events:
                break
            if await self._read(self.frame_tap.next_due(deadline)):
                return None
        return self._events.popleft()

    async def _read(self, deadline: float) -> bool:
        """Read once; a frame under way is read to its end. True when the read was only woken. Raises SilenceError."""
        until = deadline
        if self._reader.in_frame:
            until = self.clock.now() + self.settings.inter_character_s + self._time_of(1)
        try:
            chunk = await self.transport.read(until)
        except SilenceError:
            if not self._reader.in_frame:
                raise
            self._events.append(Broken(self._reader.reset(), NakCode.TIME_OUT))
            return False
        for event in self._reader.feed(chunk.data):
            if isinstance(event, Arrived):
                for content in await self.frame_tap.inbound(event.content):
                    self._events.extend([event] if content == event.content else FrameReader().feed(seal(content)))
            else:
                self._events.append(event)
        return not chunk.data

    def _time_of(self, characters: int) -> float:
        line = self.transport.line if isinstance(self.transport, SerialTransport) else LINE
        return line_time_s(characters, line)


_NOTHING = -1
"""In place of a code: neither ACK nor NAK came."""


def _with_length(content: bytes, before: bytes) -> bytes:
    """``content`` with a right length field, when a tap has changed its length and not that field."""
    if len(content) != len(before) and len(content) >= HEADER and content[_LENGTH] == before[_LENGTH]:
        return content[:2] + (len(content) - HEADER).to_bytes(2, "big") + content[HEADER:]
    return content
