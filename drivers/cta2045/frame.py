"""Frames: two bytes of message type, two of payload length, payload, two of checksum; and the two-byte ACK and NAK.

The length field has 13 bits; the three above it are reserved and zero (CTA-2045-B, 6.1). A reader takes bytes as they
come and gives frames, acknowledgments, and what was wrong with the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.cta2045.errors import EncodeError, NakCode

ACK = b"\x06\x00"
_ACK_BYTE, _NAK_BYTE = 0x06, 0x15
HEADER = 4
CHECKSUM = 2
LONGEST_PAYLOAD = 4096
"""Bytes; the largest size that a device may state as its maximum payload."""

BASIC = 0x0801
INTERMEDIATE = 0x0802
DATA_LINK = 0x0803


@dataclass(frozen=True, slots=True)
class Frame:
    """``kind`` is the message type (two bytes as a number); ``payload`` up to 4,096 bytes."""

    kind: int
    payload: bytes = b""

    def encode(self) -> bytes:
        """The frame on the wire. Raises EncodeError."""
        return seal(self.content())

    def content(self) -> bytes:
        """The frame without its checksum. Raises EncodeError."""
        if not 0 <= self.kind <= 0xFFFF:
            raise EncodeError(f"a message type has two bytes, not 0x{self.kind:X}")
        if len(self.payload) > LONGEST_PAYLOAD:
            raise EncodeError(f"a payload has at most {LONGEST_PAYLOAD} bytes, not {len(self.payload)}")
        return self.kind.to_bytes(2, "big") + len(self.payload).to_bytes(2, "big") + self.payload


@dataclass(frozen=True, slots=True)
class Arrived:
    """A frame whose checksum is right."""

    frame: Frame
    content: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A link ACK."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A link NAK with its code, which may be none that is known."""

    code: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that are no frame, and the code with which a device refuses them."""

    data: bytes
    code: NakCode


Event = Arrived | Acknowledged | Refused | Broken


def checksum(data: bytes) -> bytes:
    """The two bytes that follow ``data``: a Fletcher sum from 0xAA (CTA-2045-B, 6.1.4; EPRI, Checksum.cpp)."""
    first, second = 0xAA, 0
    for byte in data:
        first = (first + byte) % 255
        second = (second + first) % 255
    high = 255 - (first + second) % 255
    return bytes((high, 255 - (first + high) % 255))


def seal(content: bytes) -> bytes:
    """``content`` with its checksum."""
    return content + checksum(content)


def nak(code: int) -> bytes:
    """A link NAK."""
    return bytes((_NAK_BYTE, code))


class FrameReader:
    """Turns a stream of bytes into events. ``longest`` is the largest payload that this end takes."""

    def __init__(self, longest: int = LONGEST_PAYLOAD) -> None:
        self.longest = longest
        self._held = bytearray()

    @property
    def in_frame(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._held)

    def reset(self) -> bytes:
        """Forget what has begun; the bytes of it."""
        held = bytes(self._held)
        self._held.clear()
        return held

    def feed(self, data: bytes) -> list[Event]:
        """What ``data`` completes."""
        self._held += data
        events: list[Event] = []
        while (event := self._next()) is not None:
            events.append(event)
        return events

    def _next(self) -> Event | None:
        held = self._held
        if len(held) < 2:
            return None
        if held[0] == _ACK_BYTE:
            found: Event = Acknowledged() if held[1] == 0 else Broken(bytes(held[:2]), NakCode.INVALID_BYTE)
            del held[:2]
            return found
        if held[0] == _NAK_BYTE:
            code = held[1]
            del held[:2]
            return Refused(code)
        if len(held) < HEADER:
            return None
        length = int.from_bytes(held[2:4], "big")
        if length > self.longest:
            return Broken(self.reset(), NakCode.INVALID_LENGTH)
        if len(held) < HEADER + length + CHECKSUM:
            return None
        content = bytes(held[: HEADER + length])
        sum_ = bytes(held[HEADER + length : HEADER + length + CHECKSUM])
        del held[: HEADER + length + CHECKSUM]
        if sum_ != checksum(content):
            return Broken(content + sum_, NakCode.CHECKSUM)
        return Arrived(Frame(int.from_bytes(content[:2], "big"), content[HEADER:]), content)
