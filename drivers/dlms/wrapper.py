"""The wrapper of DLMS/COSEM on TCP and UDP (IEC 62056-47): an 8-byte header before each APDU, without I/O.

Header: version (0x0001), source wPort, destination wPort, length of the APDU; each an unsigned 16-bit number, high
byte first. The registered port is 4059.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

PORT = 4059
VERSION = 1
HEADER = 8
MAX_APDU = 0xFFFF
_HEADER = struct.Struct(">HHHH")


class WrapperError(ValueError):
    """Not a wrapper message, or an APDU that none can carry."""


@dataclass(frozen=True, slots=True)
class WrapperPdu:
    """One message. ``source`` and ``destination`` are wPorts: client SAP and server SAP, by direction."""

    source: int
    destination: int
    apdu: bytes

    def encode(self) -> bytes:
        """Raises WrapperError when the APDU is longer than the length field can say."""
        return wrap(self.source, self.destination, self.apdu)


def wrap(source: int, destination: int, apdu: bytes) -> bytes:
    """One message. Raises WrapperError when the APDU is longer than the length field can say."""
    if len(apdu) > MAX_APDU:
        raise WrapperError(f"an APDU of {len(apdu)} bytes; the wrapper's length field ends at {MAX_APDU}")
    return _HEADER.pack(VERSION, source, destination, len(apdu)) + apdu


def ports(message: bytes) -> tuple[int, int]:
    """Source and destination wPort of a message as `WrapperReader.feed` gives it."""
    _version, source, destination, _length = _HEADER.unpack_from(message)
    return source, destination


def decode(message: bytes) -> WrapperPdu:
    """From one whole message. Raises WrapperError: too short, wrong version, wrong length."""
    if len(message) < HEADER:
        raise WrapperError(f"{len(message)} bytes are shorter than a wrapper header")
    if int.from_bytes(message[:2], "big") != VERSION:
        raise WrapperError(f"wrapper version {int.from_bytes(message[:2], 'big')}, expected {VERSION}")
    if int.from_bytes(message[6:8], "big") != len(message) - HEADER:
        raise WrapperError("wrapper length differs from what follows")
    return WrapperPdu(int.from_bytes(message[2:4], "big"), int.from_bytes(message[4:6], "big"), message[HEADER:])


def relength(changed: bytes, original: bytes) -> bytes:
    """A message that was changed on the way, its length field made right again.

    The field stays as it is when the change touched it, for then the wrong length is what somebody wants to send.
    """
    if len(changed) == len(original) or len(changed) < HEADER or changed[:HEADER] != original[:HEADER]:
        return changed
    length = len(changed) - HEADER
    return changed[:6] + min(length, MAX_APDU).to_bytes(2, "big") + changed[HEADER:]


class WrapperReader:
    """From a stream of bytes to messages, however it is cut into chunks.

    ``largest`` bounds the APDU that is waited for. After a header with a wrong version or a larger APDU the stream
    has no beginning any more: ``broken`` says why, and nothing more comes out.
    """

    __slots__ = ("_buffer", "_largest", "broken")

    def __init__(self, largest: int = MAX_APDU) -> None:
        self._buffer = b""
        self._largest = largest
        self.broken = ""

    @property
    def in_message(self) -> bool:
        """True while part of a message is here."""
        return bool(self._buffer)

    def reset(self) -> bytes:
        """Forget an unfinished message and return what had arrived of it, header included."""
        forgotten, self._buffer = self._buffer, b""
        return forgotten

    def feed(self, data: bytes) -> list[bytes]:
        """The messages (header and APDU) that ``data`` completes."""
        if self.broken:
            return []
        buffer = self._buffer + data if self._buffer else data
        messages: list[bytes] = []
        position = 0
        while len(buffer) - position >= HEADER:
            length = buffer[position + 6] << 8 | buffer[position + 7]
            if buffer[position] or buffer[position + 1] != VERSION:
                self.broken = f"wrapper version {buffer[position : position + 2].hex()}, expected 0001"
            elif length > self._largest:
                self.broken = f"the wrapper announces {length} bytes, more than {self._largest}"
            if self.broken:
                self._buffer = b""
                return messages
            end = position + HEADER + length
            if end > len(buffer):
                break
            messages.append(buffer[position:end])
            position = end
        self._buffer = buffer[position:]
        return messages
