"""When a meter's rate changes, by its device file (PIXIT ``tariff.rate_changes``, local times of a working day)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from robot.api import SkipExecution

from bench.access.dlms import DlmsAccess

_DAYS = 8
_WORKING_DAYS = 5


def next_rate_change(access: DlmsAccess, now: float) -> float:
    """The next change on a working day after ``now`` (UTC, s). Where none is declared the test is skipped."""
    return changes_after(access, now)[0][0]


def rate_at(access: DlmsAccess, when: float) -> int:
    """The rate at ``when``: that of the last change before."""
    changes = changes_after(access, when - _WORKING_DAYS * 86_400.0)
    return [rate for at, rate in changes if at <= when][-1]


def changes_after(access: DlmsAccess, now: float) -> Sequence[tuple[float, int]]:
    """The changes of the working days after ``now``, in order: when (UTC, s), and the rate that begins."""
    tariff: Mapping[str, Any] = access.pixit("tariff", {})
    changes = tariff.get("rate_changes", [])
    if not changes:
        raise SkipExecution(f"the device in seat {access.seat} declares no tariff.rate_changes (PIXIT)")
    offset = timedelta(minutes=float(tariff.get("utc_offset_min", 60)))
    midnight = (datetime.fromtimestamp(now, UTC) + offset).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for number in range(_DAYS):
        day = midnight + timedelta(days=number)
        if day.weekday() < _WORKING_DAYS:
            for change in changes:
                hour, minute = map(int, str(change["at"]).split(":"))
                at = (day + timedelta(hours=hour, minutes=minute) - offset).timestamp()
                found.append((at, int(change["rate"])))
    return sorted(item for item in found if item[0] > now)
