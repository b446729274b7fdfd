"""How likely somebody guesses a secret, from how many tries a device lets through. Pure."""

from __future__ import annotations

DAY_S = 86_400.0
DAYS = 365


def key_space(secret: bytes) -> float:
    """How many secrets there are of this one's length and kind, for an attacker who knows both.

    >>> key_space(b"4711"), key_space(b"Passw0rd") == 62.0**8
    (10000.0, True)
    """
    text = secret.decode("latin-1")
    if text.isascii() and text.isdigit():
        alphabet = 10
    elif text.isascii() and text.isalnum():
        both = text != text.lower() and text != text.upper()
        alphabet = (26 if not both else 52) + (10 if any(character.isdigit() for character in text) else 0)
    elif text.isascii() and text.isprintable():
        alphabet = 95
    else:
        alphabet = 256
    return float(alphabet) ** len(secret)


def tries_a_day(tries: int, took_s: float, locked_s: float) -> float:
    """Tries in 24 h, where ``tries`` of them take ``took_s`` and the device then lets none through for ``locked_s``.

    >>> tries_a_day(3, 0.0, 900.0)
    288.0
    """
    return tries * DAY_S / (took_s + locked_s)


def chance(daily: float, secret: bytes) -> float:
    """Probability that one of a year's tries is right; at most 1."""
    return min(1.0, daily * DAYS / key_space(secret))
