"""Looking for secrets and canaries in what a device gave away.

A value is looked for in the forms in which it may turn up: as it is, reversed, with the bytes of its 16-bit words
swapped, as hexadecimal text, in base64 at any alignment; a number as binary in both byte orders, as packed BCD and as
decimal digits.

>>> found_in(b"...GUEK=0F0E0D0C...", forms_of(bytes.fromhex("0f0e0d0c")))
['hexadecimal, upper case']
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.evidence.forms import SHORTEST, forms_of

__all__ = ["SHORTEST", "SMALLEST", "forms_of", "forms_of_number", "found_in"]

SMALLEST = 1 << 16
"""The smallest number that is looked for."""


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
