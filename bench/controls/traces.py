"""Looking for secrets and canaries in what a device gave away.

A value is looked for in the forms in which it may turn up: as it is, reversed, with the bytes of its 16-bit words
swapped, as hexadecimal text, in base64 at any alignment; a number as binary in both byte orders, as packed BCD and as
decimal digits.

>>> found_in(b"...GUEK=0F0E0D0C...", forms_of(bytes.fromhex("0f0e0d0c")))
['hexadecimal, upper case']
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

SHORTEST = 4
"""A form of fewer bytes is not looked for: it turns up by chance."""

SMALLEST = 1 << 16
"""The smallest number that is looked for."""


def forms_of(value: bytes) -> Mapping[str, bytes]:
    """The forms of a byte string, by their names."""
    forms = {
        "as it is": value,
        "reversed": value[::-1],
        "words reversed": _swapped_words(value),
        "hexadecimal, lower case": value.hex().encode(),
        "hexadecimal, upper case": value.hex().upper().encode(),
        **{f"base64 at {offset}": _base64(value, offset) for offset in range(3)},
    }
    return {name: form for name, form in forms.items() if len(form) >= SHORTEST}


def forms_of_number(number: int) -> Mapping[str, bytes]:
    """The forms of a number without sign, of up to 64 bits. One below `SMALLEST` has none: it turns up by chance."""
    if number < SMALLEST:
        return {}
    size, tag = (4, 0x06) if number < 1 << 32 else (8, 0x15)
    digits = str(number)
    packed = bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)
    forms = {
        "A-XDR": bytes((tag,)) + number.to_bytes(size, "big"),
        "big-endian": number.to_bytes(size, "big"),
        "little-endian": number.to_bytes(size, "little"),
        "BCD": packed,
        "BCD, reversed": packed[::-1],
        "digits": digits.encode(),
    }
    return {name: form for name, form in forms.items() if len(form) >= SHORTEST}


def found_in(haystack: bytes, forms: Mapping[str, bytes]) -> list[str]:
    """The names of the forms that occur in ``haystack``."""
    return [name for name, form in forms.items() if form in haystack]


def _swapped_words(value: bytes) -> bytes:
    return b"".join(value[at : at + 2][::-1] for at in range(0, len(value), 2))


def _base64(value: bytes, offset: int) -> bytes:
    """The characters that ``value`` alone decides when it stands ``offset`` bytes into a group of three."""
    encoded = base64.b64encode(bytes(offset) + value)
    first = -(-offset * 8 // 6)
    return encoded[first : (offset + len(value)) * 8 // 6]
