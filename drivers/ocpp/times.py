"""Moments as OCPP writes them: ISO 8601 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from drivers.cim.times import iso
from drivers.ocpp.errors import BadPayloadError

to_text = iso


def from_text(text: str) -> float:
    """Seconds since the epoch. Without a zone it is taken for UTC. Raises BadPayloadError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadPayloadError(f"{text[:40]!r} is no moment") from error
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
