"""The meter's events by what they mean, as its device file declares them (PIXIT item ``event_table``)."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms import MANAGEMENT, DlmsAccess
from drivers.metering import LoggedEvent


def declared(access: DlmsAccess, meaning: str) -> tuple[int, str] | None:
    """Code and log of the event that means ``meaning``; None where the supplier declares none."""
    for entry in access.pixit("event_table", []):
        if entry["meaning"] == meaning:
            return int(entry["code"]), str(entry["log"])
    return None


async def logged(access: DlmsAccess, meaning: str, since: float) -> Sequence[LoggedEvent] | None:
    """Entries of that meaning since a time; None where the supplier declares no such event."""
    event = declared(access, meaning)
    if event is None:
        return None
    code, log = event
    async with access.session(MANAGEMENT, ask=True) as client:
        entries = await access.meter(client).events(log)
    return [entry for entry in entries if entry.code == code and entry.at is not None and entry.at >= since]
