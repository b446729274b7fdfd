"""A-L4 on C12.18: intervals and events of the time without a link are there afterwards. Technique as on DLMS."""

from __future__ import annotations

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.base import Probe
from bench.controls.dlms.a_l4_link_loss import checks, lose_link
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    """The probe is taken off in a session and put on again after ``t_keep``."""
    await lose_link(trial, break_link)


async def break_link(access: C1218Access) -> None:
    """Have a session and lose its line in the middle."""
    async with access.session(MANAGEMENT) as client:
        await access.meter(client).clock()
        await client.abort()


PROBE = Probe("A-L4", "c1218", stimulus, checks)
