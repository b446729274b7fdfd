"""Prices relative to the usual one, as basic messages say them: a byte n is (n - 1) (n + 63) / 8192 of the usual price.

The rule stands in EPRI's desktop simulator and in its UCM software alike; nobody held it to CTA-2045-B, 10.1.
"""

from __future__ import annotations

import math

UNKNOWN = 0x00
"""The price is not known."""
LARGER = 0xFF
"""Larger than what the byte can say."""
LARGEST = 253 * 317 / 8192


def price_of(byte: int) -> float | None:
    """The price as a multiple of the usual one; None for unknown, infinity for larger than the byte can say."""
    if byte == UNKNOWN:
        return None
    return math.inf if byte == LARGER else (byte - 1) * (byte + 63) / 8192


def byte_of(price: float | None) -> int:
    """The byte whose price is nearest; None is unknown. Raises ValueError for a price below 0."""
    if price is None:
        return UNKNOWN
    if price < 0.0:
        raise ValueError(f"a relative price is not negative: {price}")
    if price > LARGEST:
        return LARGER
    below = max(1, math.floor(math.sqrt(1024 + 8192 * price)) - 31)
    return min((below, min(below + 1, LARGER - 1)), key=lambda byte: abs((byte - 1) * (byte + 63) / 8192 - price))
