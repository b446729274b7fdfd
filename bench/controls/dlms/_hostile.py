"""Malformed traffic for a DLMS port, class by class (controls A-L2, A-M1, A-H1, A-H5).

``line`` classes are bytes on the wire, ``message`` classes are APDUs in frames that are good. The classes follow the
negative cases of the DLMS conformance tests (HDLC_FRAME_N*, APPL_DATA_LN_N*, APPL_OPEN_*, as re-implemented in public).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu, invoke_byte
from drivers.dlms.obis import Obis

_CLOCK = encode_apdu(GetRequestNormal(invoke_byte(1), Attribute(8, Obis("0.0.1.0.0.255"), 2), None))
_DEEP = 60
_LONG = 400

Maker = Callable[[random.Random], bytes]


def _random_bytes(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(1, 120))


def _truncated(draw: random.Random) -> bytes:
    return _CLOCK[: draw.randint(1, len(_CLOCK) - 1)]


def _over_long(draw: random.Random) -> bytes:
    return _CLOCK + draw.randbytes(_LONG)


def _wrong_length(draw: random.Random) -> bytes:
    """An octet string in a SET that claims to be longer than the message."""
    claimed = bytes([0x09, 0x82]) + draw.randint(600, 0xFFFF).to_bytes(2, "big")
    return bytes([0xC1, 0x01]) + _CLOCK[2:-1] + b"\x00" + claimed + draw.randbytes(8)


def _illegal_tag(draw: random.Random) -> bytes:
    """A data type that DLMS does not have, in a SET."""
    return bytes([0xC1, 0x01]) + _CLOCK[2:-1] + b"\x00" + bytes([draw.randint(0x40, 0xF0)]) + draw.randbytes(4)


def _nested(_draw: random.Random) -> bytes:
    """Structures in structures, far deeper than any real value."""
    return bytes([0xC1, 0x01]) + _CLOCK[2:-1] + b"\x00" + b"\x02\x01" * _DEEP + b"\x00"


def _unknown_service(draw: random.Random) -> bytes:
    """An APDU tag that no service has."""
    return bytes([draw.choice([0x02, 0x33, 0x7F, 0x99, 0xAA, 0xE3, 0xFE])]) + draw.randbytes(12)


def _bad_open(draw: random.Random) -> bytes:
    """An AARQ whose fields do not fit it."""
    body = draw.choice([b"\x80\x02\x07\x40", b"\xa1\x09\x06\x07\x60\x85\x74\x05\x08\x01\x63", draw.randbytes(9)])
    return bytes([0x60, len(body) + draw.choice([0, 5, 100])]) + body


MESSAGES: Mapping[str, Maker] = {
    "random bytes": _random_bytes,
    "truncated": _truncated,
    "over-long": _over_long,
    "wrong length field": _wrong_length,
    "illegal tag": _illegal_tag,
    "nested depth": _nested,
    "unknown service": _unknown_service,
    "malformed AARQ": _bad_open,
}
"""Malformed APDUs by class."""


def wrapper_line(draw: random.Random) -> bytes:
    """Bytes on a wrapper connection: garbage, a wrong version, a header that promises more than comes."""
    kind = draw.randrange(3)
    if kind == 0:
        return draw.randbytes(draw.randint(1, 64))
    if kind == 1:
        return b"\x00\x63\x00\x10\x00\x01\x00\x04" + draw.randbytes(4)
    return b"\x00\x01\x00\x10\x00\x01" + draw.randint(40, 0xFFFF).to_bytes(2, "big") + draw.randbytes(12)


def hdlc_line(draw: random.Random) -> bytes:
    """Bytes on an HDLC line: garbage, missing flags, a wrong length, a wrong check."""
    kind = draw.randrange(4)
    if kind == 0:
        return draw.randbytes(draw.randint(1, 64))
    if kind == 1:
        return bytes.fromhex("A00A030321932EC87E")
    if kind == 2:
        return b"\x7e\xa7\xff" + draw.randbytes(20) + b"\x7e"
    return b"\x7e\xa0\x07\x03\x21\x93" + draw.randbytes(2) + b"\x7e"
