"""One client's end of a line or connection: requests out, responses in, with the taps ``line`` and ``adu``.

What a probe changes at ``adu`` (address and PDU; on TCP with the MBAP header before) gets a good CRC, and on TCP a
right length field unless it was that field that was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol, runtime_checkable

from drivers.clock import Clock
from drivers.modbus.adu import MBAP, Adu, MbapReader, frame_gap_s, open_rtu, parse_tcp, relength, seal_rtu, wrap_tcp
from drivers.modbus.codes import EXCEPTION_BIT
from drivers.modbus.errors import DecodeError, GarbageError
from drivers.modbus.pdu import response_length
from drivers.transport.base import NotOpenError, SilenceError, Transport
from drivers.transport.line_time import LineFormat, line_time_s
from drivers.transport.serial import SerialTransport
from drivers.transport.tap import Tap

BROADCAST = 0
DEFAULT_LINE = LineFormat(19_200, 8, "E")
"""What a device has that nobody has set (MODBUS over Serial Line V1.02, clause 2.5.1)."""
TURNAROUND_S = 0.1
"""How long a client waits after a broadcast (clause 2.4.1: 100 ms to 200 ms)."""
_REAL_GAP_S = 0.02  # in real time: what adapters and operating systems put between bytes that came back to back


@runtime_checkable
class ModbusLink(Protocol):
    """Carries one request at a time. Every call may raise what the transport raises."""

    @property
    def name(self) -> str: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def transport(self) -> Transport: ...

    @property
    def taps(self) -> Mapping[str, Tap]:
        """By layer, lowest first."""
        ...

    @property
    def broadcasts(self) -> bool:
        """Whether unit 0 is everybody, and nobody answers. On TCP it is the device at the end of the connection."""
        ...

    async def open(self) -> None:
        """Open the transport. Raises CannotOpenError."""
        ...

    async def close(self) -> None:
        """Close; closing twice is fine. Never raises."""
        ...

    async def send(self, unit: int, pdu: bytes) -> int:
        """Send a request. What is returned finds its response."""
        ...

    async def receive(self, unit: int, function: int, transaction: int, deadline: float) -> bytes:
        """The PDU that answers; what answers something else is passed over.

        Raises SilenceError at ``deadline`` (station time, s), GarbageError when what came was no frame,
        PeerClosedError.
        """
        ...


class RtuLink:
    """A serial line in RTU. One of these for all units on the line. ``transport`` may be any byte link."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tap = Tap("adu", transport.clock, transport.tap)
        self._tap.sends_with(self._send_content)
        self._line = DEFAULT_LINE
        self._buffer = bytearray()
        self._quiet_from = 0.0

    @property
    def name(self) -> str:
        return self._transport.name

    @property
    def clock(self) -> Clock:
        return self._transport.clock

    @property
    def transport(self) -> Transport:
        return self._transport

    @property
    def taps(self) -> Mapping[str, Tap]:
        return {"line": self._transport.tap, "adu": self._tap}

    @property
    def broadcasts(self) -> bool:
        return True

    async def open(self) -> None:
        await self._transport.open()
        if isinstance(self._transport, SerialTransport):
            self._line = self._transport.line
        self._buffer.clear()
        self._quiet_from = 0.0

    async def close(self) -> None:
        await self._transport.close()

    async def send(self, unit: int, pdu: bytes) -> int:
        """Send a request once the line has been quiet for as long as a frame needs to end. Always 0."""
        quiet_at = self._quiet_from + frame_gap_s(self._line)
        if quiet_at > self.clock.now():
            await self.clock.sleep_until(quiet_at)
        self._transport.drain()
        self._buffer.clear()
        for content in await self._tap.outbound(bytes((unit,)) + pdu):
            await self._send_content(content)
        if unit == BROADCAST:
            with suppress(SilenceError):
                await self._transport.read(self._quiet_from + TURNAROUND_S)
        return 0

    async def _send_content(self, content: bytes) -> None:
        frame = seal_rtu(content)
        await self._transport.write(frame)
        self._quiet_from = self.clock.now() + line_time_s(len(frame), self._line)

    async def receive(self, unit: int, function: int, transaction: int, deadline: float) -> bytes:
        garbage = ""
        while True:
            for content in self._tap.take_injected():
                if _answers(content, unit, function):
                    return content[1:]
            try:
                frame = await self._frame(deadline)
            except SilenceError:
                if self.clock.now() < deadline:
                    continue
                if garbage:
                    raise GarbageError(f"{self.name}: {garbage}") from None
                raise
            try:
                self._tap.admit(open_rtu(frame))
            except DecodeError as error:
                garbage = str(error)

    async def _frame(self, deadline: float) -> bytes:
        """What arrived up to its end: its length, or a silence. Raises SilenceError."""
        while True:
            length = response_length(bytes(self._buffer))
            if length is not None and len(self._buffer) >= length:
                break
            until = self._tap.next_due(deadline)
            if self._buffer:
                until = self.clock.now() + self._gap_s
            try:
                chunk = await self._transport.read(until)
            except SilenceError:
                if not self._buffer:
                    raise
                length = len(self._buffer)
                break
            if not chunk.data:
                raise SilenceError("woken")
            self._buffer += chunk.data
            self._quiet_from = chunk.at
        frame = bytes(self._buffer[:length])
        del self._buffer[:length]
        return frame

    @property
    def _gap_s(self) -> float:
        """How long to wait for more of a frame that has begun."""
        gap = 2 * frame_gap_s(self._line)
        piece = line_time_s(256, self._line)  # an emulated line delivers what it carries piece by piece
        return gap + piece if self.clock.mode == "stepped" else max(gap, _REAL_GAP_S)


class TcpLink:
    """A TCP or TLS connection. Late responses are told from the awaited one by their transaction identifiers."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tap = Tap("adu", transport.clock, transport.tap)
        self._tap.sends_with(transport.write)
        self._reader = MbapReader()
        self._transaction = 0
        self._inbox: list[bytes] = []
        self._open = False

    @property
    def name(self) -> str:
        return self._transport.name

    @property
    def clock(self) -> Clock:
        return self._transport.clock

    @property
    def transport(self) -> Transport:
        return self._transport

    @property
    def taps(self) -> Mapping[str, Tap]:
        return {"line": self._transport.tap, "adu": self._tap}

    @property
    def broadcasts(self) -> bool:
        return False

    async def open(self) -> None:
        await self._transport.open()
        self._reader = MbapReader()
        self._inbox.clear()
        self._open = True

    async def close(self) -> None:
        self._open = False
        await self._transport.close()

    async def send(self, unit: int, pdu: bytes) -> int:
        """Send a request under the next transaction identifier. Raises NotOpenError, PeerClosedError."""
        if not self._open:
            raise NotOpenError(f"{self.name}: not open")
        self._transaction = self._transaction % 0xFFFF + 1
        message = wrap_tcp(Adu(unit, pdu, self._transaction))
        for changed in await self._tap.outbound(message):
            await self._transport.write(relength(changed, message))
        return self._transaction

    async def receive(self, unit: int, function: int, transaction: int, deadline: float) -> bytes:
        while True:
            self._inbox += self._tap.take_injected()
            while self._inbox:
                message = self._inbox.pop(0)
                if len(message) < MBAP.size + 1:
                    continue
                adu = parse_tcp(message)
                if (adu.transaction, adu.unit) == (transaction, unit) and _same_function(adu.pdu, function):
                    return adu.pdu
            if self._reader.broken:
                raise GarbageError(f"{self.name}: {self._reader.broken}")
            try:
                chunk = await self._transport.read(self._tap.next_due(deadline))
            except SilenceError:
                if self.clock.now() < deadline:
                    continue
                if self._reader.in_message:
                    raise GarbageError(f"{self.name}: a message began and did not end") from None
                raise
            for message in self._reader.feed(chunk.data):
                if self._tap.idle:
                    self._inbox.append(message)
                else:
                    self._tap.admit(message)


def _answers(content: bytes, unit: int, function: int) -> bool:
    return content[:1] == bytes((unit,)) and _same_function(content[1:], function)


def _same_function(pdu: bytes, function: int) -> bool:
    return pdu[:1] != b"" and pdu[0] & ~EXCEPTION_BIT == function & ~EXCEPTION_BIT
