"""A-M3 Fail to the declared safe state (OCPP 1.6, 3.13.6): without its CSMS a station goes on with what it was told.

A limit without an end goes on for the transaction; one with an end holds until that, and then nothing limits any more.
A fail-safe current is judged where the PICS claims one (``ocpp_fail_safe_current``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, record, works
from bench.controls.trial import Trial
from bench.exchanges.base import Effect
from bench.judgement.check import Check

KEPT = "the limit goes on without the CSMS"
ENDED = "a limit is over at its end without the CSMS"
_AWAY_S, _SHORT_S = 1800.0, 600


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    await exchange.perform()
    await exchange.observe()
    await exchange.csms.vanish()
    for part in (0.05, 0.5, 1.0):
        await trial.station.advance(_AWAY_S * part)
        record(trial, KEPT, await exchange.draws(exchange.limit_a), f"after {_AWAY_S * part:g} s more")
    await exchange.come_back()
    await exchange.prepare()
    profile = exchange.profile()
    short = replace(profile, schedule=replace(profile.schedule, duration_s=_SHORT_S))
    await exchange.role.set_profile(short)
    await exchange.csms.vanish()
    await trial.station.advance(_SHORT_S / 2.0)
    record(trial, KEPT, await exchange.draws(exchange.limit_a), "half-way through a limit with an end")
    await trial.station.advance(_SHORT_S / 2.0 + 3.0 * exchange.settle_s)
    still = await exchange.draws(exchange.limit_a)
    over = None if still.happened is None else not still.happened
    record(trial, ENDED, Effect(over, still.shown_by, still.detail), f"{_SHORT_S} s")
    await exchange.come_back()
    await works(trial, "after")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the limit goes on without the CSMS", "always", KEPT),
        Check("a limit with an end is over at its end", "always", ENDED),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("A-M3", "ocpp", stimulus, checks)
