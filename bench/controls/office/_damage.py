"""Requests as bytes, with damage where the protocol has no check of its own: the first line, the length, the signature,
the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LONGEST_BURST = 16
_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Field:
    """Part of a request: bytes from ``start`` up to ``end``."""

    what: str
    start: int
    end: int


def first_line(request: bytes) -> Field:
    """Method and path."""
    return Field("method and path", 0, request.index(b" HTTP/"))


def length_field(request: bytes) -> Field:
    """What the request says of its body's length."""
    return _header(request, _LENGTH, "length")


def header_field(request: bytes, name: str) -> Field:
    """The value of a header. Raises ValueError when there is none."""
    return _header(request, name.lower().encode("ascii") + b": ", name)


def _header(request: bytes, head: bytes, what: str) -> Field:
    start = request.index(b"\r\n" + head) + 2 + len(head)
    return Field(what, start, request.index(b"\r\n", start))


def flipped(request: bytes, field: Field, random: Random, bits: int = 1) -> bytes:
    """``bits`` neighbouring bits of ``field`` turned over, at a random place."""
    first = random.randrange(field.start * 8, field.end * 8 - bits + 1)
    changed = bytearray(request)
    for bit in range(first, first + bits):
        changed[bit // 8] ^= 0x80 >> (bit % 8)
    return bytes(changed)


def burst_bits(field: Field, random: Random) -> int:
    """A random length of a burst that fits into ``field``."""
    return random.randint(2, min(LONGEST_BURST, (field.end - field.start) * 8))


def cut(request: bytes, after: bytes, random: Random, *, honest: bool) -> bytes:
    """The request broken off at a random place behind ``after`` in its body; ``honest``: its length says so."""
    head, _, body = request.partition(b"\r\n\r\n")
    kept = body[: random.randrange(body.index(after) + len(after), len(body))]
    if honest:
        field = length_field(request)
        head = head[: field.start] + str(len(kept)).encode("ascii") + head[field.end :]
    return head + b"\r\n\r\n" + kept


def waits_for_more(request: bytes) -> bool:
    """Whether a receiver takes the request to be longer than it is."""
    field = length_field(request)
    stated = request[field.start : field.end].strip()
    return stated.isdigit() and int(stated) > len(request.partition(b"\r\n\r\n")[2])
