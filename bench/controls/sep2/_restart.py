"""Restarts of the device."""

from __future__ import annotations

from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial

OFF_S = 20.0


async def restart(trial: Trial, *, off_s: float = OFF_S) -> None:
    """Cut the device's supply, and give it back ``off_s`` later."""
    await trial.station.power(trial.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(trial.seat, True)


async def back(trial: Trial, within_s: float) -> float | None:
    """How long until the device polls again, s; None when it does not within that time."""
    began = trial.clock.now()
    counterpart = exchange_of(trial).counterpart
    if not await counterpart.polled(within_s=within_s):
        return None
    return counterpart.seen[-1].at - began
