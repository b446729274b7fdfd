"""How two devices pair, and what the link between them is then worth. Without I/O.

Capabilities and the method that follows from them: Bluetooth Core, Vol 3, Part H, 2.3.5.1, table 2.8 (numbers as in
Bumble's SMP; unverified). Security mode 1, levels 1 to 4: Vol 3, Part C, 10.2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Protocol

FULL_KEY = 16
"""Bytes of the longest encryption key; level 4 demands it."""


class IoCapability(IntEnum):
    """What a device can show and take in while it pairs."""

    DISPLAY_ONLY = 0
    DISPLAY_YES_NO = 1
    KEYBOARD_ONLY = 2
    NO_INPUT_NO_OUTPUT = 3
    KEYBOARD_DISPLAY = 4


class Method(StrEnum):
    """How a pairing was authenticated."""

    JUST_WORKS = "just works"
    PASSKEY = "passkey"
    NUMERIC_COMPARISON = "numeric comparison"
    OUT_OF_BAND = "out of band"


class Level(IntEnum):
    """Security mode 1."""

    OPEN = 1
    ENCRYPTED = 2
    AUTHENTICATED = 3
    SECURE = 4


_SHOWS = frozenset({IoCapability.DISPLAY_ONLY, IoCapability.DISPLAY_YES_NO, IoCapability.KEYBOARD_DISPLAY})
_TYPES = frozenset({IoCapability.KEYBOARD_ONLY, IoCapability.KEYBOARD_DISPLAY})
_COMPARES = frozenset({IoCapability.DISPLAY_YES_NO, IoCapability.KEYBOARD_DISPLAY})


def method_of(
    initiator: IoCapability, responder: IoCapability, *, mitm: bool = True, secure_connections: bool = True
) -> Method:
    """The method that two devices agree on. ``mitm``: whether one of them asks for protection against a third."""
    if not mitm or IoCapability.NO_INPUT_NO_OUTPUT in (initiator, responder):
        return Method.JUST_WORKS
    if secure_connections and {initiator, responder} <= _COMPARES:
        return Method.NUMERIC_COMPARISON
    types_passkey = (initiator in _TYPES and responder in _SHOWS | _TYPES) or (responder in _TYPES)
    return Method.PASSKEY if types_passkey else Method.JUST_WORKS


def level_of(method: Method | None, *, secure_connections: bool, key_size: int) -> Level:
    """What an encrypted link is worth after pairing by ``method`` (None: not encrypted)."""
    if method is None:
        return Level.OPEN
    if method is Method.JUST_WORKS:
        return Level.ENCRYPTED
    return Level.SECURE if secure_connections and key_size == FULL_KEY else Level.AUTHENTICATED


class Person(Protocol):
    """Whoever stands at both devices while they pair."""

    async def shown(self, passkey: int) -> None:
        """This side shows a passkey, which is to be typed into the device."""
        ...

    async def type_in(self) -> int | None:
        """The passkey that the device shows, to be typed in on this side; None: nobody does."""
        ...

    async def compare(self, number: int) -> bool:
        """Whether the device shows the same number as this side."""
        ...


@dataclass(frozen=True)
class PairingManner:
    """How this side pairs. ``key_size`` is the longest key that it offers, ``passkey`` one to show instead of a random
    one; ``person`` None: nobody is there, nothing is confirmed."""

    io: IoCapability = IoCapability.KEYBOARD_DISPLAY
    secure_connections: bool = True
    mitm: bool = True
    bonding: bool = True
    key_size: int = FULL_KEY
    passkey: int | None = None
    person: Person | None = field(default=None, compare=False)


@dataclass(frozen=True)
class LinkSecurity:
    """What a link is worth. ``method`` None: it is not encrypted, or the adapter does not tell how it was paired."""

    encrypted: bool = False
    method: Method | None = None
    secure_connections: bool = False
    key_size: int = 0

    @property
    def level(self) -> Level:
        """Security mode 1."""
        method = self.method if self.encrypted else None
        return level_of(method, secure_connections=self.secure_connections, key_size=self.key_size)


OPEN_LINK = LinkSecurity()
