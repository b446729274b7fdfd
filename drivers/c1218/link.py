"""The data link layer over a transport: messages out and in, acknowledged packet by packet, with taps.

Taps: ``line`` (the transport's), ``packet`` (a packet without its CRC) and ``message`` (a service as a whole). What a
probe changes at ``packet`` gets a good CRC, and a right length field unless it was that field that was changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from drivers.c1218.errors import DecodeError, GarbageError, NotAcknowledgedError
from drivers.c1218.packet import (
    ACK,
    DEFAULT_PACKET,
    NAK,
    Acknowledged,
    Arrived,
    Broken,
    Control,
    Event,
    Packet,
    PacketReader,
    Rejected,
    parse,
    seal,
)
from drivers.c1218.segments import Assembler, split
from drivers.clock import Clock
from drivers.transport.base import SilenceError, Transport
from drivers.transport.line_time import LineFormat, line_time_s
from drivers.transport.serial import SerialTransport
from drivers.transport.tap import Tap

LINE = LineFormat(9600)
"""9600 8N1, in which every session starts (EPRI)."""
_LENGTH = slice(4, 6)
_SETTLE_S = 0.01


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Times in s of station time, after what the characters take on the line. Defaults of EPRI.

    ``response_s``: until a packet is acknowledged; ``inter_character_s``: between two characters of a packet;
    ``traffic_s``: without any traffic after which both sides end the session. ``retries``: tries of a packet in all.
    ``packet_size`` and ``packets`` hold until they are negotiated. ``identity``: that field of each packet.
    """

    response_s: float = 2.0
    inter_character_s: float = 0.5
    traffic_s: float = 6.0
    retries: int = 3
    packet_size: int = DEFAULT_PACKET
    packets: int = 1
    identity: int = 0


class C1218Link:
    """One client's end of an optical port. ``transport`` is closed when given."""

    def __init__(self, transport: Transport, settings: LinkSettings = LinkSettings()) -> None:
        self.transport = transport
        self.settings = settings
        self.packet_tap = Tap("packet", transport.clock, transport.tap)
        self.message_tap = Tap("message", transport.clock, self.packet_tap)
        self.packet_tap.sends_with(self._send_content)
        self.message_tap.sends_with(self._send_message)
        self._start()

    def _start(self) -> None:
        self.packet_size = self.settings.packet_size
        self.packets = self.settings.packets
        self._reader = PacketReader()
        self._assembler = Assembler()
        self._events: deque[Event] = deque()
        self._arrived: deque[Arrived] = deque()
        self._toggle = False
        self._last: Arrived | None = None
        self._line: LineFormat | None = None
        self.duplicates = 0

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
        return {"line": self.transport.tap, "packet": self.packet_tap, "message": self.message_tap}

    # -- life ----------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Open the transport at its own speed. Raises CannotOpenError."""
        self._start()
        await self.transport.open()
        if isinstance(self.transport, SerialTransport):
            self._line = self.transport.line

    async def close(self) -> None:
        """Close the transport. Closing twice is fine; never raises."""
        await self.transport.close()

    async def set_baud(self, baud: int) -> None:
        """Change the speed, as negotiated. Does nothing on a transport that has none. Raises UnsupportedError."""
        if isinstance(self.transport, SerialTransport):
            await self._settle()
            await self.transport.reconfigure(baud=baud)

    async def _settle(self) -> None:
        """Let the acknowledgement that was written last leave at the speed at which it was written."""
        try:
            chunk = await self.transport.read(self.clock.now() + self._time_of(1) + _SETTLE_S)
        except SilenceError:
            return
        self._events.extend(self._reader.feed(chunk.data))

    async def restart(self) -> None:
        """Back to what holds before a session: default packets, first toggle, the speed at which it was opened."""
        line = self._line
        self._start()
        self._line = line
        if line is not None and isinstance(self.transport, SerialTransport) and self.transport.line != line:
            await self._settle()
            await self.transport.reconfigure(baud=line.baud)

    # -- sending -------------------------------------------------------------------------------------------------

    async def send(self, message: bytes) -> None:
        """Send one message, each packet acknowledged.

        Raises SilenceError when a packet is not acknowledged in any of its tries, NotAcknowledgedError when it is
        rejected in the last one, EncodeError for a message that needs too many packets, PeerClosedError.
        """
        for one in await self.message_tap.outbound(message):
            await self._send_message(one)

    async def _send_message(self, message: bytes) -> None:
        self._assembler.reset()
        for packet in split(message, self.packet_size, self.packets, self.settings.identity):
            await self._send_packet(packet)

    async def _send_packet(self, packet: Packet) -> None:
        if self._toggle:
            packet = replace(packet, control=packet.control | Control.TOGGLE)
        rejected = False
        for _ in range(self.settings.retries):
            await self._put(packet.content())
            acknowledged = await self._acknowledgement()
            if acknowledged:
                self._toggle = not self._toggle
                return
            rejected = acknowledged is False
        if rejected:
            raise NotAcknowledgedError(f"{self.name}: the packet was rejected {self.settings.retries} times")
        raise SilenceError(f"{self.name}: the packet was not acknowledged in {self.settings.retries} tries")

    async def _put(self, content: bytes) -> None:
        for one in await self.packet_tap.outbound(content):
            if len(one) != len(content) and one[_LENGTH] == content[_LENGTH] and len(one) >= 6:
                one = one[:4] + (len(one) - 6).to_bytes(2, "big") + one[6:]
            await self._send_content(one)

    async def _send_content(self, content: bytes) -> None:
        await self.transport.write(seal(content))
        self._sent = len(content) + 2

    async def _acknowledgement(self) -> bool | None:
        """True: acknowledged; False: rejected; None: nothing of that came in time."""
        deadline = self.clock.now() + self._time_of(self._sent + 1) + self.settings.response_s
        while True:
            try:
                event = await self._event(deadline)
            except SilenceError:
                return None
            match event:
                case Acknowledged():
                    return True
                case Rejected():
                    return False
                case Arrived():
                    # The response itself: its acknowledgement was lost on the way.
                    if not await self._accept(event):
                        continue
                    return True
                case Broken():
                    await self._answer(NAK)

    # -- receiving -----------------------------------------------------------------------------------------------

    async def receive(self, deadline: float) -> bytes:
        """The next message, whose first packet must begin before ``deadline`` (station time, s).

        Raises SilenceError, GarbageError when all that came was broken, PeerClosedError, DecodeError for packets out of
        order.
        """
        broken = ""
        while True:
            for message in self.message_tap.take_injected():
                return message
            while self._arrived:
                message_or_none = self._assembler.add(self._arrived.popleft().packet)
                if message_or_none is not None:
                    for message in await self.message_tap.inbound(message_or_none):
                        return message
            try:
                event = await self._event(deadline)
            except SilenceError:
                if broken:
                    raise GarbageError(f"{self.name}: no good packet: {broken}") from None
                raise
            if isinstance(event, Arrived):
                if await self._accept(event):
                    deadline = max(deadline, self.clock.now() + self.settings.traffic_s)
            elif isinstance(event, Broken):
                broken = event.reason
                await self._answer(NAK)

    async def _accept(self, event: Arrived) -> bool:
        """Acknowledge a packet and keep it; False for one that was sent again and is dropped."""
        await self._answer(ACK)
        last = self._last
        if last is not None and last.packet.toggle is event.packet.toggle and last.crc == event.crc:
            self.duplicates += 1
            return False
        self._last = event
        self._arrived.append(event)
        return True

    async def _answer(self, byte: int) -> None:
        await self.transport.write(bytes((byte,)))

    async def _event(self, deadline: float) -> Event | None:
        """The next event of the line, None to look whether a probe has injected one. Raises SilenceError."""
        while not self._events:
            for content in self.packet_tap.take_injected():
                self._events.append(_arrived(content))
            if self._events:
                break
            if await self._read(self.message_tap.next_due(deadline)):
                return None
        return self._events.popleft()

    async def _read(self, deadline: float) -> bool:
        """Read once; a packet under way is read to its end. True when the read was only woken. Raises SilenceError."""
        until = deadline
        if self._reader.in_packet:
            until = self.clock.now() + self.settings.inter_character_s + self._time_of(1)
        try:
            chunk = await self.transport.read(until)
        except SilenceError:
            if not self._reader.in_packet:
                raise
            self._events.append(Broken(self._reader.reset(), "the packet broke off"))
            return False
        for event in self._reader.feed(chunk.data):
            if isinstance(event, Arrived):
                for content in await self.packet_tap.inbound(event.content):
                    self._events.append(event if content == event.content else _arrived(content))
            else:
                self._events.append(event)
        return not chunk.data

    def _time_of(self, characters: int) -> float:
        line = self.transport.line if isinstance(self.transport, SerialTransport) else LINE
        return line_time_s(characters, line)


def _arrived(content: bytes) -> Event:
    try:
        return Arrived(parse(content), content, seal(content)[-2:])
    except DecodeError as error:
        return Broken(content, error.reason)
