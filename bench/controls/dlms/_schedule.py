"""Giving a meter a switch order for later, and what came of it."""

from __future__ import annotations

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.dlms_schedule import cancel_switch, schedule_switch
from bench.controls.attempts import Attempt, attempt


async def order(access: DlmsAccess, when: float, *, closes: bool) -> Attempt:
    """Order a disconnect or reconnect for ``when`` (station time, s, whole); what came of it."""
    async with access.session(MANAGEMENT, ask=True) as client:
        return await attempt(schedule_switch(access, client, when, closes=closes))


async def cancel(access: DlmsAccess) -> Attempt:
    """Cancel whatever is ordered; what came of it."""
    async with access.session(MANAGEMENT, ask=True) as client:
        return await attempt(cancel_switch(access, client))
