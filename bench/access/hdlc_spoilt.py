"""What can be wrong with a frame on the line: for each defect, the line bytes of a frame that has it and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from drivers.dlms.hdlc_address import ALL_STATION_BYTE, ALL_STATION_WORD, ServerAddress
from drivers.dlms.hdlc_check import check_sequence
from drivers.dlms.hdlc_frame import Frame, header_length, seal

_TYPE_FIELD = 0xF0
_OTHER_TYPE = 0xB0
_UNKNOWN_DEVICE = 0x5D  # a logical and a physical device that hardly any meter has
_PARITY = 0xFF


def _wrong_check(frame: Frame) -> bytes:
    line = bytearray(frame.encode())
    line[-2] ^= _PARITY
    return bytes(line)


def _wrong_header_check(frame: Frame) -> bytes:
    """The frame check covers the wrong header check, so that only that is wrong."""
    content = frame.content()
    header = header_length(content)
    wrong = bytes(byte ^ _PARITY for byte in check_sequence(content[:header]))
    body = content[:header] + wrong + content[header:]
    return b"\x7e" + body + check_sequence(body) + b"\x7e"


def _other_type(frame: Frame) -> bytes:
    content = frame.content()
    return seal(bytes((_OTHER_TYPE | content[0] & ~_TYPE_FIELD,)) + content[1:])


def _length(by: int) -> Callable[[Frame], bytes]:
    def change(frame: Frame) -> bytes:
        content = frame.content()
        return seal((int.from_bytes(content[:2], "big") + by).to_bytes(2, "big") + content[2:])

    return change


def _too_short(frame: Frame) -> bytes:
    """Format, one address and a check sequence: no frame is that short."""
    body = b"\xa0\x05" + frame.source
    return b"\x7e" + body + check_sequence(body) + b"\x7e"


def _to(address: Callable[[ServerAddress], bytes]) -> Callable[[Frame], bytes]:
    def change(frame: Frame) -> bytes:
        return replace(frame, destination=address(ServerAddress.decode(frame.destination))).encode()

    return change


def _source_of_two_bytes(frame: Frame) -> bytes:
    return replace(frame, source=bytes((0, frame.source[0]))).encode()


def _sized(size: int) -> Callable[[ServerAddress], bytes]:
    def change(address: ServerAddress) -> bytes:
        return ServerAddress(address.logical, None if size == 1 else address.physical or 0, size).encode()

    return change


def _of_three_bytes(address: ServerAddress) -> bytes:
    return bytes((address.logical << 1, 0, (address.physical or 0) << 1 & 0xFE | 1))


def _of_five_bytes(address: ServerAddress) -> bytes:
    return bytes((0, 0, address.logical << 1, 0, (address.physical or 0) << 1 & 0xFE | 1))


def _all_stations(size: int) -> bytes:
    everybody = ALL_STATION_WORD if size == 4 else ALL_STATION_BYTE
    return ServerAddress(everybody, everybody, size).encode()


def _other_device(address: ServerAddress) -> bytes:
    return replace(address, logical=_UNKNOWN_DEVICE).encode()


def _other_unit(address: ServerAddress) -> bytes:
    return ServerAddress(address.logical, _UNKNOWN_DEVICE, 4 if address.physical is None else address.size).encode()


DEFECTS: Mapping[str, Callable[[Frame], bytes]] = {
    "none": Frame.encode,
    "without its opening flag": lambda frame: frame.encode()[1:],
    "without its closing flag": lambda frame: frame.encode()[:-1],
    "broken off": lambda frame: frame.encode()[: len(frame.encode()) // 2],
    "too short": _too_short,
    "of another format type": _other_type,
    "with a length too large by 1": _length(1),
    "with a length too small by 1": _length(-1),
    "with a wrong header check": _wrong_header_check,
    "with a wrong frame check": _wrong_check,
    "from an address of 2 bytes": _source_of_two_bytes,
    "to all stations": _to(lambda address: b"\xff" if address.size == 1 else _all_stations(address.size)),
    "to another logical device": _to(_other_device),
    "to another physical device": _to(_other_unit),
    "to an address of 1 byte": _to(_sized(1)),
    "to an address of 2 bytes": _to(_sized(2)),
    "to an address of 3 bytes": _to(_of_three_bytes),
    "to an address of 4 bytes": _to(_sized(4)),
    "to an address of 5 bytes": _to(_of_five_bytes),
}
"""By the words that a test uses."""
