"""A TCP connection as Ethernet frames, made up around the bytes that a tap has seen.

A tap sees what a program sends and receives, not the packets. Wireshark's dissectors want packets: these have the
true addresses, ports and payload, good checksums, and sequence numbers that fit together, but times and cuts are the
tap's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

_BENCH_MAC = bytes.fromhex("02 00 00 00 00 01")  # locally administered
_DEVICE_MAC = bytes.fromhex("02 00 00 00 00 02")
_LARGEST_SEGMENT = 32768
_FIN, _SYN, _PSH, _ACK = 0x01, 0x02, 0x08, 0x10
_TCP = 6


@dataclass(frozen=True)
class Endpoint:
    """One end of a connection: a numeric IP address and a port. Raises ValueError for a name."""

    host: str
    port: int

    def __post_init__(self) -> None:
        ip_address(self.host)


class Connection:
    """Makes the frames of one connection in order. ``bench`` opened it; both ends have the same IP version."""

    def __init__(self, bench: Endpoint, device: Endpoint) -> None:
        self._bench = _Side(_BENCH_MAC, ip_address(bench.host.partition("%")[0]), bench.port)
        self._device = _Side(_DEVICE_MAC, ip_address(device.host.partition("%")[0]), device.port)
        if self._bench.address.version != self._device.address.version:
            raise ValueError(f"{bench} and {device} are not of one IP version")

    def opening(self) -> list[tuple[bool, bytes]]:
        """The three-way handshake: pairs of *sent by the bench* and frame."""
        return [
            (True, self._frame(True, _SYN)),
            (False, self._frame(False, _SYN | _ACK)),
            (True, self._frame(True, _ACK)),
        ]

    def data(self, outbound: bool, payload: bytes) -> list[bytes]:
        """Segments that carry ``payload``."""
        cuts = range(0, len(payload), _LARGEST_SEGMENT)
        return [self._frame(outbound, _PSH | _ACK, payload[cut : cut + _LARGEST_SEGMENT]) for cut in cuts]

    def closing(self, by_bench: bool) -> list[tuple[bool, bytes]]:
        """The end of the connection."""
        return [
            (by_bench, self._frame(by_bench, _FIN | _ACK)),
            (not by_bench, self._frame(not by_bench, _FIN | _ACK)),
            (by_bench, self._frame(by_bench, _ACK)),
        ]

    def _frame(self, outbound: bool, flags: int, payload: bytes = b"") -> bytes:
        source, target = (self._bench, self._device) if outbound else (self._device, self._bench)
        acknowledged = target.sequence if flags & _ACK else 0
        segment = _tcp_segment(source, target, acknowledged, flags, payload)
        source.sequence = (source.sequence + len(payload) + bool(flags & (_SYN | _FIN))) & 0xFFFFFFFF
        version = source.address.version
        packet = _ipv4_packet(source, target, segment) if version == 4 else _ipv6_packet(source, target, segment)
        return target.mac + source.mac + (b"\x08\x00" if version == 4 else b"\x86\xdd") + packet


@dataclass
class _Side:
    mac: bytes
    address: IPv4Address | IPv6Address
    port: int
    sequence: int = 0


def _tcp_segment(source: _Side, target: _Side, acknowledged: int, flags: int, payload: bytes) -> bytes:
    head = struct.pack("!HHIIBBH", source.port, target.port, source.sequence, acknowledged, 5 << 4, flags, 65535)
    length = len(head) + 4 + len(payload)
    pseudo = source.address.packed + target.address.packed + struct.pack("!II", length, _TCP)
    checksum = _internet_checksum(pseudo + head + b"\0\0\0\0" + payload)
    return head + struct.pack("!HH", checksum, 0) + payload


def _ipv4_packet(source: _Side, target: _Side, segment: bytes) -> bytes:
    def head(checksum: int) -> bytes:
        fixed = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, _TCP, checksum)
        return fixed + source.address.packed + target.address.packed

    return head(_internet_checksum(head(0))) + segment


def _ipv6_packet(source: _Side, target: _Side, segment: bytes) -> bytes:
    head = struct.pack("!IHBB", 6 << 28, len(segment), _TCP, 64)
    return head + source.address.packed + target.address.packed + segment


def _internet_checksum(data: bytes) -> int:
    """One's complement of the one's complement sum of 16-bit words (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data) % 0xFFFF  # 2^16 is 1 modulo 2^16 - 1, so the whole number adds its words
    return 0xFFFF - (total or 0xFFFF)
