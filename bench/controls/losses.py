"""Losing messages on their way."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.transport.tap import Interference, drop


def first(count: int) -> Interference:
    """Lose the first ``count`` messages, let the others through."""
    left = count

    def lose(message: bytes) -> Sequence[bytes]:
        nonlocal left
        left -= 1
        return drop(message) if left >= 0 else (message,)

    return lose


def first_with(mark: bytes, count: int) -> Interference:
    """Lose the first ``count`` messages that hold ``mark``, let all others through."""
    lose = first(count)
    return lambda message: lose(message) if mark in message else (message,)
