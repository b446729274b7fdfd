"""Requests of a DLMS client in words: what a conformance case says, and the APDU that it stands for."""

from __future__ import annotations

from drivers.dlms.apdu import ActionRequestNormal, Attribute, GetRequestNormal, Method, SetRequestNormal
from drivers.dlms.data import decode_data
from drivers.dlms.obis import Obis

INVOKE = 0xC1
"""Invoke id 1, confirmed, high priority."""


def attribute(words: str) -> Attribute:
    """``1/0.0.42.0.0.255/2``: class, logical name, attribute. Raises ValueError."""
    class_id, name, index = words.split("/")
    return Attribute(int(class_id), Obis(name), int(index))


def method(words: str) -> Method:
    """``8/0.0.1.0.0.255/3``: class, logical name, method. Raises ValueError."""
    class_id, name, index = words.split("/")
    return Method(int(class_id), Obis(name), int(index))


def request(words: str) -> bytes:
    """The APDU of ``GET 1/0.0.42.0.0.255/2``, ``SET 8/0.0.1.0.0.255/3 10 00 00``, ``ACTION 8/0.0.1.0.0.255/9``.

    Behind the attribute of a SET stands the encoded value, in hexadecimal. Anything else is an APDU in hexadecimal.
    Raises ValueError.
    """
    match words.split():
        case ["GET", target]:
            return GetRequestNormal(INVOKE, attribute(target)).encode()
        case ["SET", target, *value]:
            data = decode_data(bytes.fromhex("".join(value)))
            return SetRequestNormal(INVOKE, attribute(target), None, data).encode()
        case ["ACTION", target]:
            return ActionRequestNormal(INVOKE, method(target)).encode()
    return bytes.fromhex(words)
