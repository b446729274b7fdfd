"""Hostile messages, by class: what a device must survive."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Mapping

from drivers.modbus.adu import Adu, seal_rtu, wrap_tcp
from drivers.modbus.codes import FunctionCode

Maker = Callable[[random.Random], bytes]
_KNOWN = tuple(int(code) for code in FunctionCode)


def _any_function(draw: random.Random) -> bytes:
    return bytes((draw.randrange(256),)) + draw.randbytes(draw.randint(0, 12))


def _unknown_function(draw: random.Random) -> bytes:
    unknown = [code for code in range(256) if code not in _KNOWN]
    return bytes((draw.choice(unknown),)) + draw.randbytes(4)


def _wrong_count(draw: random.Random) -> bytes:
    function = draw.choice([1, 2, 3, 4])
    return struct.pack(">BHH", function, draw.randrange(0x10000), draw.choice([0, 126, 2001, 65535]))


def _truncated(draw: random.Random) -> bytes:
    whole = struct.pack(">BHHBHH", 16, 0xFFF0, 2, 4, 1, 2)
    return whole[: draw.randint(1, len(whole) - 1)]


def _over_long(draw: random.Random) -> bytes:
    return struct.pack(">BHH", 3, 0, 1) + draw.randbytes(draw.randint(1, 200))


def _wrong_byte_count(draw: random.Random) -> bytes:
    return struct.pack(">BHHB", 16, 0xFFF0, draw.choice([1, 123, 200]), draw.randrange(256)) + draw.randbytes(6)


def _sub_function(draw: random.Random) -> bytes:
    return bytes((43, draw.choice([0, 13, 14, 255]), draw.randrange(256), draw.randrange(256)))


PDUS: Mapping[str, Maker] = {
    "any function codes": _any_function,
    "unknown function codes": _unknown_function,
    "wrong counts": _wrong_count,
    "truncated requests": _truncated,
    "over-long requests": _over_long,
    "wrong byte counts": _wrong_byte_count,
    "wrong subfunctions": _sub_function,
}
"""Requests in good frames."""


def _noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(1, 200))


def _wrong_check(draw: random.Random) -> bytes:
    raw = bytearray(seal_rtu(b"\x01" + draw.randbytes(draw.randint(3, 20))))
    raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return bytes(raw)


def _wrong_length(draw: random.Random) -> bytes:
    raw = wrap_tcp(Adu(1, draw.randbytes(6), draw.randrange(0x10000)))
    return raw[:4] + draw.choice([0, 1, 255, 300, 65535]).to_bytes(2, "big") + raw[6:]


def _wrong_protocol(draw: random.Random) -> bytes:
    raw = wrap_tcp(Adu(1, draw.randbytes(6), draw.randrange(0x10000)))
    return raw[:2] + draw.randint(1, 65535).to_bytes(2, "big") + raw[4:]


FRAMES_ON_A_LINE: Mapping[str, Maker] = {"noise": _noise, "frames with a wrong CRC": _wrong_check}
FRAMES_ON_TCP: Mapping[str, Maker] = {
    "noise": _noise,
    "wrong lengths in the header": _wrong_length,
    "another protocol identifier": _wrong_protocol,
}
