"""A-M1 on DLMS: legitimate traffic survives a flood on another port."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.base import Probe
from bench.controls.dlms._flood import CLASSES, attacker
from bench.controls.dlms._legitimate import SERVED, LegitimateClient
from bench.controls.dlms._power import read_state, restarts
from bench.controls.dlms._recovery import Recovery
from bench.controls.dlms._row import access_of
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

RESTARTS = "restarts of the meter during the flood"

_ASK_EVERY_S = 0.5


async def stimulus(trial: Trial) -> None:
    """``n_mal`` messages of each class on one port, while a legitimate client works on another."""
    access = access_of(trial)
    before = await read_state(access)
    recovery = await Recovery.at_rest(trial, access)
    for port in access.ports_of(PUBLIC)[1:] or access.ports_of(PUBLIC):
        await under_flood(trial, access, port)
    took_s = await recovery.wait()
    if not came_back(trial, took_s, undisturbed_s=recovery.undisturbed_s):
        return
    after = await read_state(access)
    trial.record.observe(RESTARTS, restarts(access, before, after))


async def under_flood(trial: Trial, access: DlmsAccess, port: str) -> None:
    """A legitimate client at work on the first port for as long as ``port`` is flooded."""
    legitimate = LegitimateClient(trial, access, access.ports[0])
    await legitimate.begin()
    flood = asyncio.create_task(_flood(trial, access, port))
    try:
        while not flood.done():
            await legitimate.ask(f"flood on {port}")
            await trial.station.advance(_ASK_EVERY_S)
        await flood
    finally:
        flood.cancel()
        await asyncio.gather(flood, return_exceptions=True)
        await legitimate.end()


async def _flood(trial: Trial, access: DlmsAccess, port: str) -> None:
    async with attacker(trial, access, port) as hostile:
        for kind in CLASSES:
            for _number in range(hostile.count):
                await hostile.send(kind)


def checks(trial: Trial) -> Sequence[Check]:
    share = trial.bound("p_load").number
    return [
        Check("legitimate requests are served during the flood", "at_least_true", SERVED, {"count": share, "of": 1}),
        *recovery_checks(trial),
        Check("the flood restarts nothing", "at_most", RESTARTS, {"limit": 0}),
    ]


PROBE = Probe("A-M1", "dlms", stimulus, checks)
