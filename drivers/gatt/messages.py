"""The message service: what a gateway has a device in the home show to the customer, over Bluetooth.

The SIG has no service for texts that belong to a time; this one is the bench's own (docs/handbook/ble.md has its
definition). All integers are little-endian. The device shows start and end by the customer's clock, for which it has
the SIG's Local Time Information.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.gatt.errors import GarbageError
from drivers.gatt.uuids import own_uuid

SERVICE, MESSAGE, CANCEL, SHOWN = (own_uuid(number) for number in range(0x301, 0x305))
MOST_TEXT = 160
"""Octets."""
_HEAD, _CANCEL = struct.Struct("<IIH"), struct.Struct("<I")
_MINUTE_S = 60


@dataclass(frozen=True)
class Message:
    """``number`` names it: the same number again replaces it. What it tells of begins at ``start`` (UTC, s) and lasts
    ``minutes``; with that the message ends."""

    number: int
    start: int
    minutes: int
    text: str

    @property
    def end(self) -> int:
        """UTC, s."""
        return self.start + self.minutes * _MINUTE_S

    def encode(self) -> bytes:
        """10 octets, and the text. Raises ValueError for a text that is too long."""
        text = self.text.encode()
        if len(text) > MOST_TEXT:
            raise ValueError(f"a message has {MOST_TEXT} octets of text at the most, not {len(text)}")
        return _HEAD.pack(self.number, self.start, self.minutes) + text


def decode_message(value: bytes) -> Message:
    """Raises GarbageError for what is too short, too long, or no text."""
    if not _HEAD.size < len(value) <= _HEAD.size + MOST_TEXT:
        raise GarbageError(f"a message of {len(value)} octets: it has {_HEAD.size} and 1 to {MOST_TEXT} of text")
    try:
        number, start, minutes = _HEAD.unpack_from(value)
        return Message(number, start, minutes, value[_HEAD.size :].decode())
    except UnicodeDecodeError as error:
        raise GarbageError(f"a message whose text is none: {error}") from error


def encode_cancel(number: int) -> bytes:
    """Its 4 octets."""
    return _CANCEL.pack(number)


def decode_cancel(value: bytes) -> int:
    """The number of the message. Raises GarbageError."""
    if len(value) != _CANCEL.size:
        raise GarbageError(f"a cancellation has {_CANCEL.size} octets, not {len(value)}")
    return int(_CANCEL.unpack(value)[0])
