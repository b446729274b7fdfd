"""Times in messages: ISO 8601, UTC, milliseconds, as ``2026-11-22T10:00:00.000Z``; inside the program seconds
since the epoch.
"""

from __future__ import annotations

from datetime import UTC, datetime


def iso(when: float) -> str:
    """``when`` (s since the Unix epoch, UTC) as text, rounded to the millisecond."""
    milliseconds = round(when * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def parse_iso(text: str) -> float:
    """Seconds since the Unix epoch. Raises ValueError for anything but a time with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return round(moment.timestamp() * 1000) / 1000
