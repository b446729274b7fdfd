"""Frames: what stands around a PDU on a serial line (address, CRC) and on TCP (MBAP header), and readers of both.

Sources: MODBUS over Serial Line V1.02, clauses 2.5.1 (RTU framing) and 6.2.2 (CRC); MODBUS Messaging on TCP/IP
Implementation Guide V1.0b, clause 3.1.3 (MBAP header).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.modbus.errors import DecodeError
from drivers.transport.line_time import LineFormat

LARGEST_PDU = 253
LARGEST_RTU = 256
MBAP = struct.Struct(">HHHB")
"""Transaction identifier, protocol identifier (0), length of what follows, unit identifier."""
_LENGTH = slice(4, 6)
_UNIT_AND_FUNCTION = 2
_FAST_BAUD = 19_200
_FAST_GAP_S = 0.00175


@dataclass(frozen=True, slots=True)
class Adu:
    """A PDU with its address. ``transaction`` is 0 on a serial line, which has none."""

    unit: int
    pdu: bytes
    transaction: int = 0


# -- RTU -------------------------------------------------------------------------------------------------------------


def crc(data: bytes) -> bytes:
    """The CRC of a frame on a serial line, low byte first."""
    from pymodbus.framer import FramerRTU  # an extra, which takes longer to import than all else here

    return FramerRTU.compute_CRC(data).to_bytes(2, "big")


def frame_gap_s(line: LineFormat) -> float:
    """The silence that ends a frame: 3.5 characters, 1.75 ms above 19,200 bit/s (clause 2.5.1.1)."""
    if line.baud > _FAST_BAUD:
        return _FAST_GAP_S
    return 3.5 * line.bits_per_character / line.baud


def seal_rtu(content: bytes) -> bytes:
    """``content`` (address and PDU) with its CRC."""
    return content + crc(content)


def open_rtu(frame: bytes) -> bytes:
    """Address and PDU of a whole frame. Raises DecodeError: too short, too long, a wrong CRC."""
    if not 4 <= len(frame) <= LARGEST_RTU:
        raise DecodeError(f"a frame of {len(frame)} bytes: 4 to {LARGEST_RTU} are possible")
    if crc(frame[:-2]) != frame[-2:]:
        raise DecodeError(f"wrong CRC {frame[-2:].hex()}, expected {crc(frame[:-2]).hex()}")
    return frame[:-2]


# -- TCP -------------------------------------------------------------------------------------------------------------


def wrap_tcp(adu: Adu) -> bytes:
    """MBAP header and PDU."""
    return MBAP.pack(adu.transaction, 0, len(adu.pdu) + 1, adu.unit) + adu.pdu


def parse_tcp(message: bytes) -> Adu:
    """The contents of a whole message. Raises DecodeError."""
    if len(message) < MBAP.size + 1:
        raise DecodeError(f"{len(message)} bytes are no message")
    transaction, protocol, length, unit = MBAP.unpack_from(message)
    if protocol:
        raise DecodeError(f"protocol identifier {protocol}, expected 0")
    if length != len(message) - 6:
        raise DecodeError(f"the header says {length} bytes, there are {len(message) - 6}")
    return Adu(unit, message[MBAP.size :], transaction)


def relength(changed: bytes, original: bytes) -> bytes:
    """``changed`` with a length field that is right, unless it was that field that was changed."""
    if len(changed) < MBAP.size or len(changed) == len(original) or changed[_LENGTH] != original[_LENGTH]:
        return changed
    return changed[:4] + (len(changed) - 6).to_bytes(2, "big") + changed[6:]


class MbapReader:
    """Cuts a byte stream into messages, whole however they were split.

    After a header that cannot be one the stream is ``broken`` (why, in words): nothing says where the next begins.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.broken = ""

    @property
    def in_message(self) -> bool:
        """A message has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that ``data`` completes."""
        self._buffer += data
        messages: list[bytes] = []
        while not self.broken and len(self._buffer) >= MBAP.size - 1:
            _, protocol, length = struct.unpack_from(">HHH", self._buffer)
            if protocol:
                self.broken = f"protocol identifier {protocol}"
            elif not _UNIT_AND_FUNCTION <= length <= LARGEST_PDU + 1:
                self.broken = f"length {length}"
            elif len(self._buffer) >= 6 + length:
                messages.append(bytes(self._buffer[: 6 + length]))
                del self._buffer[: 6 + length]
            else:
                break
        return messages
