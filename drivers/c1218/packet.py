"""Packets of the data link layer, and the reader that finds them in a stream of bytes. Pure.

    EE | identity | control | sequence | length (2) | data | CRC (2)

Length, as all numbers of C12.18, is big-endian; the CRC is CRC-16/X.25 over all that precedes it, low byte first (EPRI;
TERMINETER). A packet is acknowledged by the single byte 06 or rejected by 15. Bits 0 and 1 of the control field are a
data format of C12.21 and zero here (MSDK).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.dlms.hdlc_check import check_sequence

START, ACK, NAK = 0xEE, 0x06, 0x15
HEADER, TRAILER = 6, 2
OVERHEAD = HEADER + TRAILER
SMALLEST_PACKET, DEFAULT_PACKET, LARGEST_PACKET = 16, 64, 8192
"""Bytes of a whole packet. The default holds until the negotiate service changes it (EPRI); the smallest is ours."""


class Control(IntFlag):
    """The control field: part of several packets, the first of them, and the toggle that tells duplicates."""

    NONE = 0
    TOGGLE = 0x20
    FIRST = 0x40
    MULTIPLE = 0x80


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. ``sequence`` counts down to 0, the last packet of a message."""

    data: bytes
    control: Control = Control.NONE
    sequence: int = 0
    identity: int = 0

    @property
    def toggle(self) -> bool:
        """The bit that changes with each new packet and stays when one is sent again."""
        return Control.TOGGLE in self.control

    def content(self) -> bytes:
        """The packet without its CRC. Raises EncodeError."""
        if not (0 <= self.sequence <= 255 and 0 <= self.identity <= 255):
            raise EncodeError("sequence and identity must be from 0 to 255")
        if len(self.data) > LARGEST_PACKET - OVERHEAD:
            raise EncodeError(f"{len(self.data)} bytes do not fit into a packet")
        head = bytes((START, self.identity, int(self.control), self.sequence))
        return head + len(self.data).to_bytes(2, "big") + self.data

    def encode(self) -> bytes:
        """The packet as it goes out."""
        return seal(self.content())


def seal(content: bytes) -> bytes:
    """``content`` with its CRC behind it."""
    return content + check_sequence(content)


def parse(content: bytes) -> Packet:
    """A packet from its bytes without the CRC. Raises DecodeError."""
    if len(content) < HEADER or content[0] != START:
        raise DecodeError("no packet header")
    length = int.from_bytes(content[4:6], "big")
    if length != len(content) - HEADER:
        raise DecodeError(f"length field {length}, {len(content) - HEADER} bytes of data", 4)
    return Packet(content[HEADER:], Control(content[2]), content[3], content[1])


def decode_packet(raw: bytes) -> Packet:
    """A whole packet, its CRC verified. Raises DecodeError."""
    if len(raw) < OVERHEAD:
        raise DecodeError("shorter than a packet")
    if raw[-TRAILER:] != check_sequence(raw[:-TRAILER]):
        raise DecodeError("wrong CRC", len(raw) - TRAILER)
    return parse(raw[:-TRAILER])


# -- finding packets in a stream -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The byte 06 outside a packet."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The byte 15 outside a packet."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A good packet; ``crc`` tells a repeated one from another with the same toggle."""

    packet: Packet
    content: bytes
    crc: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A packet with a wrong CRC or an impossible length, or one that broke off. ``raw`` is as far as it came."""

    raw: bytes
    reason: str


Event = Acknowledged | Rejected | Arrived | Broken


class PacketReader:
    """Cuts a stream of bytes into events. Whatever is neither packet, ACK nor NAK (a wake-up byte, noise) is skipped.

    ``largest``: bytes of the longest packet that is taken. ``verify`` False takes packets with a wrong CRC.
    """

    def __init__(self, largest: int = LARGEST_PACKET, *, verify: bool = True) -> None:
        self.largest = largest
        self.verify = verify
        self._buffer = bytearray()

    @property
    def in_packet(self) -> bool:
        """A packet has begun and is not complete."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Event]:
        """The events that ``data`` completes."""
        events: list[Event] = []
        for byte in data:
            event = self._take(byte)
            if event is not None:
                events.append(event)
        return events

    def reset(self) -> bytes:
        """Give up a packet that broke off; its bytes so far."""
        partial = bytes(self._buffer)
        self._buffer.clear()
        return partial

    def _take(self, byte: int) -> Event | None:
        buffer = self._buffer
        if not buffer:
            if byte == START:
                buffer.append(byte)
                return None
            return Acknowledged() if byte == ACK else Rejected() if byte == NAK else None
        buffer.append(byte)
        if len(buffer) < HEADER:
            return None
        length = int.from_bytes(buffer[4:6], "big")
        if len(buffer) == HEADER and not 0 < length <= self.largest - OVERHEAD:
            return Broken(self.reset(), f"length field {length}")
        if len(buffer) < length + OVERHEAD:
            return None
        raw = self.reset()
        content, crc = raw[:-TRAILER], raw[-TRAILER:]
        if self.verify and crc != check_sequence(content):
            return Broken(raw, "wrong CRC")
        return Arrived(parse(content), content, crc)
