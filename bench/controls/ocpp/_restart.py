"""Restarts of the station."""

from __future__ import annotations

from bench.controls.ocpp._acts import back, exchange_of
from bench.controls.trial import Trial

OFF_S = 20.0


async def restart(trial: Trial, *, off_s: float = OFF_S) -> float | None:
    """Cut the station's supply, give it back ``off_s`` later; how long until it serves again, s (None: it does not)."""
    exchange = exchange_of(trial)
    before = exchange.csms.attempts
    await trial.station.power(trial.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(trial.seat, True)
    declared = exchange.access.declared
    return await back(trial, before, declared.boot_s + declared.connect_s + declared.retry_s)
