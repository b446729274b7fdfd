"""Captures that Wireshark opens: what taps have seen, as a pcapng file.

Each attached tap is an interface of its own. Time stamps are station time in microseconds, every packet says whether
it was outbound (from the bench) or inbound. How the bytes are wrapped depends on the layer:

- A TCP connection (``connection=`` given) becomes Ethernet, IP and TCP around the bytes, so that Wireshark's own
dissectors work.
- Layer ``line`` of a serial line is LINKTYPE_RTAC_SERIAL: Wireshark shows direction and bytes with nothing to set up,
and *Decode As*
  gives the payload to any dissector.
- All other layers (frames, APDUs) are LINKTYPE_WIRESHARK_UPPER_PDU, which names the dissector in each packet:
``data`` as long as
  Wireshark ships none that takes them, another one with ``dissector=``.
- ``link_type=LinkType.USER0`` stores the bare bytes, for tools that want nothing around them.

The taps of a TLS transport see what TLS protects, which is stored as the plain TCP payload.
`CaptureFile.add_tls_keys` is for captures that hold TLS records.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from drivers.transport.pcapng_blocks import (
    LinkType,
    PacketDirection,
    enhanced_packet,
    interface_description,
    section_header,
    tls_key_log,
)
from drivers.transport.segments import Connection, Endpoint
from drivers.transport.tap import Direction, Seen, Tap

__all__ = ["Attachment", "CaptureFile", "Endpoint", "LinkType"]

_RTAC_DATA_TX, _RTAC_DATA_RX = 0x01, 0x02
_UPPER_PDU_DISSECTOR, _UPPER_PDU_END = 12, 0


class CaptureFile:
    """A new capture file at ``path``.

    Each block goes to the operating system in one write: when the process is killed, the file ends with a whole
    block. Raises FileExistsError rather than overwrite evidence, OSError when the file cannot be written.
    """

    def __init__(self, path: Path | str, application: str = "amibench") -> None:
        self.path = Path(path)
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._length = 0
        self._interfaces = 0
        self._comments: list[str] = []
        self._attachments: list[Attachment] = []
        self._open = True
        self._write(section_header(application))

    def attach(
        self,
        tap: Tap,
        interface_name: str,
        *,
        connection: tuple[Endpoint, Endpoint] | None = None,
        link_type: LinkType | None = None,
        dissector: str = "data",
        description: str = "",
    ) -> Attachment:
        """Capture what ``tap`` sees from now on, until the attachment or the file is closed.

        ``connection``: bench's and device's end of a TCP connection, to wrap the bytes in packets. ``link_type``:
        another wrapping than the layer's own. ``dissector``: Wireshark's name for what reads an upper-layer packet.
        """
        if link_type is None:
            line = LinkType.RTAC_SERIAL if tap.layer == "line" else LinkType.WIRESHARK_UPPER_PDU
            link_type = line if connection is None else LinkType.ETHERNET
        if (link_type is LinkType.ETHERNET) != (connection is not None):
            raise ValueError("packets on Ethernet need the ends of the connection, and nothing else has them")
        self._write(interface_description(link_type, interface_name, description or f"layer {tap.layer}"))
        interface = self._interfaces
        self._interfaces += 1
        segments = None if connection is None else Connection(*connection)
        attachment = Attachment(tap, self._packet, interface, _wrapper(link_type, dissector), segments)
        self._attachments.append(attachment)
        return attachment

    def comment(self, text: str) -> None:
        """Put ``text`` on the next packet, whichever interface it passes."""
        self._comments.append(text)

    def add_tls_keys(self, log: str | bytes) -> None:
        """Secrets, as lines of an SSLKEYLOGFILE, that decrypt the packets which follow."""
        self._write(tls_key_log(log.encode() if isinstance(log, str) else log))

    def close(self) -> None:
        """Detach all taps and close the file; closing twice is fine."""
        if not self._open:
            return
        try:
            for attachment in self._attachments:
                attachment.close()
        finally:
            self._open = False
            os.close(self._file)

    def __enter__(self) -> CaptureFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _packet(self, interface: int, at: float, outbound: bool, data: bytes) -> None:
        comment, self._comments = "\n".join(self._comments), []
        direction = PacketDirection.OUTBOUND if outbound else PacketDirection.INBOUND
        self._write(enhanced_packet(interface, round(at * 1e6), data, direction, comment or None))

    def _write(self, block: bytes) -> None:
        if not self._open:
            raise ValueError(f"{self.path} is closed")
        written = os.write(self._file, block)
        if written != len(block):  # the disk is full: keep whole blocks only
            os.ftruncate(self._file, self._length)
            os.lseek(self._file, self._length, os.SEEK_SET)
            raise OSError(f"{self.path}: only {written} of {len(block)} bytes could be written")
        self._length += written


class Attachment:
    """A tap that a capture file records. A context that closes it; the capture file closes it in any case."""

    def __init__(
        self,
        tap: Tap,
        packet: Callable[[int, float, bool, bytes], None],
        interface: int,
        wrap: Callable[[Seen], bytes],
        segments: Connection | None,
    ) -> None:
        self._tap = tap
        self._packet = packet
        self._interface = interface
        self._wrap = wrap
        self._segments = segments
        self._watching = ExitStack()
        if segments is not None:
            self._write_frames(segments.opening())
        self._watching.enter_context(tap.watching(self._record))
        self._open = True

    def close(self) -> None:
        """Record no more; closing twice is fine."""
        if self._open:
            self._open = False
            self._watching.close()
            if self._segments is not None:
                self._write_frames(self._segments.closing(by_bench=True))

    def __enter__(self) -> Attachment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _record(self, seen: Seen) -> None:
        outbound = seen.direction is Direction.OUT
        frames = [self._wrap(seen)] if self._segments is None else self._segments.data(outbound, seen.data)
        for frame in frames:
            self._packet(self._interface, seen.at, outbound, frame)

    def _write_frames(self, frames: list[tuple[bool, bytes]]) -> None:
        at = self._tap.clock.now()
        for outbound, frame in frames:
            self._packet(self._interface, at, outbound, frame)


def _wrapper(link_type: LinkType, dissector: str) -> Callable[[Seen], bytes]:
    """What goes around the bytes of one message on an interface of ``link_type``."""
    if link_type is LinkType.RTAC_SERIAL:
        return _rtac_serial
    if link_type is LinkType.WIRESHARK_UPPER_PDU:
        name = dissector.encode()
        name += bytes(-len(name) % 4)
        head = struct.pack("!HH", _UPPER_PDU_DISSECTOR, len(name)) + name + struct.pack("!HH", _UPPER_PDU_END, 0)
        return lambda seen: head + seen.data
    return lambda seen: seen.data


def _rtac_serial(seen: Seen) -> bytes:
    """The 12-byte header of LINKTYPE_RTAC_SERIAL: time, event, state of the control lines (not known here), padding."""
    at_us = round(seen.at * 1e6)
    event = _RTAC_DATA_TX if seen.direction is Direction.OUT else _RTAC_DATA_RX
    return struct.pack("!IIBBH", at_us // 1_000_000 & 0xFFFFFFFF, at_us % 1_000_000, event, 0, 0) + seen.data
