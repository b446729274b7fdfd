"""What a passive listener learns of TLS: the records and, before encryption starts, each end's share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

HANDSHAKE, APPLICATION_DATA, CHANGE_CIPHER = 22, 23, 20
_HELLOS = (1, 2)
_KEY_EXCHANGES = {12: 3, 16: 0}
"""Where an ephemeral key begins in the server's and in the client's key exchange, behind its length of one octet."""
_HEADER, _HANDSHAKE_HEADER, _RANDOM_AT, _RANDOM = 5, 4, 2, 32
_EXPLICIT_NONCE = 8


@dataclass(frozen=True)
class Share:
    """What one end added to a session: its random and, under TLS 1.2, its ephemeral public key; and the explicit
    nonces of its encrypted records (AES-GCM and AES-CCM under TLS 1.2 only)."""

    random: bytes
    public_key: bytes
    nonces: tuple[bytes, ...]


def records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each whole record."""
    at = 0
    while at + _HEADER <= len(stream):
        length = int.from_bytes(stream[at + 3 : at + _HEADER], "big")
        if at + _HEADER + length > len(stream):
            return
        yield stream[at], stream[at + _HEADER : at + _HEADER + length]
        at += _HEADER + length


def share_of(stream: bytes) -> Share | None:
    """An end's share in what came from it; None when it said no hello."""
    random = public = b""
    nonces: list[bytes] = []
    encrypted = False
    plain = bytearray()
    for kind, content in records(stream):
        if kind == CHANGE_CIPHER:
            encrypted = True
        elif kind == HANDSHAKE and not encrypted:
            plain += content
        elif encrypted and kind in (HANDSHAKE, APPLICATION_DATA):
            nonces.append(content[:_EXPLICIT_NONCE])
    for kind, body in _handshake(bytes(plain)):
        if kind in _HELLOS:
            random = body[_RANDOM_AT : _RANDOM_AT + _RANDOM]
        elif kind in _KEY_EXCHANGES:
            at = _KEY_EXCHANGES[kind]
            public = body[at + 1 : at + 1 + body[at]]
    return Share(random, public, tuple(nonces)) if random else None


def _handshake(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HANDSHAKE_HEADER <= len(stream):
        length = int.from_bytes(stream[at + 1 : at + _HANDSHAKE_HEADER], "big")
        yield stream[at], stream[at + _HANDSHAKE_HEADER : at + _HANDSHAKE_HEADER + length]
        at += _HANDSHAKE_HEADER + length
