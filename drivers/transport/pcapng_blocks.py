"""Blocks of the pcapng file format (draft-ietf-opsawg-pcapng), little-endian, as bytes.

Each function gives one whole block, so that a writer can hand it to the operating system in one piece.
"""

from __future__ import annotations

import struct
from enum import IntEnum

_SECTION_HEADER = 0x0A0D0D0A
_INTERFACE = 1
_ENHANCED_PACKET = 6
_DECRYPTION_SECRETS = 10
_BYTE_ORDER = 0x1A2B3C4D
_TLS_KEY_LOG = 0x544C534B

_OPT_COMMENT = 1
_SHB_USERAPPL = 4
_IF_NAME = 2
_IF_DESCRIPTION = 3
_IF_TSRESOL = 9
_EPB_FLAGS = 2


class LinkType(IntEnum):
    """What a packet's bytes are (tcpdump.org/linktypes.html)."""

    ETHERNET = 1
    USER0 = 147
    RTAC_SERIAL = 250
    WIRESHARK_UPPER_PDU = 252


class PacketDirection(IntEnum):
    """Bits 0 and 1 of epb_flags: how the packet passed the interface."""

    INBOUND = 1
    OUTBOUND = 2


def section_header(application: str) -> bytes:
    """The block that begins a file; the section's length stays open, since it grows until the last packet."""
    body = struct.pack("<IHHq", _BYTE_ORDER, 1, 0, -1)
    return _block(_SECTION_HEADER, body, [(_SHB_USERAPPL, application.encode())])


def interface_description(link_type: LinkType, name: str, description: str = "") -> bytes:
    """An interface; its time stamps count microseconds. Interfaces are numbered from 0 in the order of their blocks."""
    options = [(_IF_NAME, name.encode()), (_IF_TSRESOL, b"\x06")]
    if description:
        options.append((_IF_DESCRIPTION, description.encode()))
    return _block(_INTERFACE, struct.pack("<HHI", link_type, 0, 0), options)


def enhanced_packet(
    interface: int, at_us: int, data: bytes, direction: PacketDirection, comment: str | None = None
) -> bytes:
    """A packet that passed ``interface`` at ``at_us`` microseconds since the Unix epoch."""
    size = len(data)
    head = struct.pack("<IIIII", interface, at_us >> 32 & 0xFFFFFFFF, at_us & 0xFFFFFFFF, size, size)
    options = [(_EPB_FLAGS, struct.pack("<I", direction))]
    if comment:
        options.append((_OPT_COMMENT, comment.encode()))
    return _block(_ENHANCED_PACKET, head + _padded(data), options)


def tls_key_log(log: bytes) -> bytes:
    """TLS secrets in the format of SSLKEYLOGFILE, for the packets that follow."""
    return _block(_DECRYPTION_SECRETS, struct.pack("<II", _TLS_KEY_LOG, len(log)) + _padded(log), [])


def _block(kind: int, body: bytes, options: list[tuple[int, bytes]]) -> bytes:
    if options:
        coded = (struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
        body += b"".join(coded) + b"\0\0\0\0"
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
