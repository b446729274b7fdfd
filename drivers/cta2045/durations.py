"""The event duration of the basic messages: one byte n is 2 n squared seconds (CTA-2045-B, 10.1.2)."""

from __future__ import annotations

import math

UNKNOWN = 0x00
"""The duration is not known: until the end is told."""
LONGER = 0xFF
"""Longer than what the byte can say."""
LONGEST_S = 2 * 0xFE**2


def seconds_of(byte: int) -> float | None:
    """Seconds that ``byte`` says; None for unknown, infinity for longer than the byte can say."""
    if byte == UNKNOWN:
        return None
    return math.inf if byte == LONGER else 2.0 * byte**2


def byte_of(seconds: float | None) -> int:
    """The byte whose duration is nearest to ``seconds`` and not zero; None is unknown."""
    if seconds is None:
        return UNKNOWN
    if seconds > LONGEST_S:
        return LONGER
    return max(1, round(math.sqrt(max(0.0, seconds) / 2)))
