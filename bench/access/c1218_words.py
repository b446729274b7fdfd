"""Requests of a C12.18 client in words, and responses of a meter in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import DecodeError
from drivers.c1218.services import (
    Identify,
    Logoff,
    Logon,
    Negotiate,
    Read,
    ReadIndex,
    ReadOffset,
    Security,
    Terminate,
    Wait,
    Write,
    WriteOffset,
    encode_request,
    parse_response,
)

if TYPE_CHECKING:
    from bench.access.c1218 import C1218Access


def message_of(words: str, access: C1218Access) -> bytes:
    """The message of ``identify``, ``negotiate 64 10 [19200]``, ``logon ROLE``, ``security ROLE``, ``security wrong``,
    ``read 0``, ``read 0 from 2 count 4`` (bytes), ``read 64 at 0 count 2`` (elements), ``write 5 0102``,
    ``write 5 from 2 0102``, ``wait 30``, ``logoff``, ``terminate``; anything else is
    hexadecimal. Raises ValueError, ClientsError.
    """
    match words.split():
        case ["identify"]:
            return encode_request(Identify())
        case ["terminate"]:
            return encode_request(Terminate())
        case ["logoff"]:
            return encode_request(Logoff())
        case ["wait", seconds]:
            return encode_request(Wait(int(seconds)))
        case ["negotiate", size, packets, *bauds]:
            return encode_request(Negotiate(int(size), int(packets), tuple(map(int, bauds))))
        case ["logon", role]:
            who = access.credential(role)
            return encode_request(Logon(who.user_id, who.user))
        case ["security", "wrong"]:
            return encode_request(Security(b"no such password"))
        case ["security", role]:
            return encode_request(Security(access.credential(role).password or b""))
        case ["read", table]:
            return encode_request(Read(int(table)))
        case ["read", table, "from", offset, "count", count]:
            return encode_request(ReadOffset(int(table), int(offset), int(count)))
        case ["read", table, "at", index, "count", count]:
            return encode_request(ReadIndex(int(table), (int(index),), int(count)))
        case ["write", table, data]:
            return encode_request(Write(int(table), bytes.fromhex(data)))
        case ["write", table, "from", offset, data]:
            return encode_request(WriteOffset(int(table), int(offset), bytes.fromhex(data)))
    return bytes.fromhex(words)


def code_of(message: bytes) -> str:
    """The response code, as ``OK`` or ``ISSS``; what has none is ``garbage``."""
    try:
        code, _body = parse_response(message)
    except DecodeError:
        return "garbage"
    return code.name


def body_of(message: bytes) -> bytes:
    """What follows the code of an OK response; nothing of any other."""
    return message[1:] if message[:1] == bytes((ResponseCode.OK,)) else b""
