"""A-M1 Legitimate traffic survives a flood: between hostile messages calls are answered, at least the share p_load.

A station has one connection; hostile messages and legitimate calls share it, as with a CSMS of which a part has gone
mad. Where the station closes the connection it has to be back within t_rec.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, harmless, works
from bench.controls.ocpp._junk import CLASSES, serves
from bench.controls.ocpp.a_l2_malformed_input import flood
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "a legitimate call was answered during the flood"
_BURST, _ROUNDS = 5, 2


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    t_resp = trial.bound("t_resp").number
    for number in range(_ROUNDS):
        for kind, maker in CLASSES.items():
            await flood(trial, maker, _BURST)
            if not exchange.there.session.alive:
                await serves(trial, trial.bound("t_rec").number)
            tried = await call(exchange.there, *harmless(trial), timeout_s=2.0 * t_resp)
            trial.record.observe(SERVED, tried.accepted, what=f"{kind}, {number + 1}", answer=tried.text)
    came_back(trial, await serves(trial, 2.0 * trial.bound("t_rec").number), what="after the flood")
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    count = len(CLASSES) * _ROUNDS
    rate = {"count": -int(-trial.bound("p_load").number * count // 1), "of": count}
    return [
        Check("legitimate calls are answered during the flood", "at_least_true", SERVED, rate),
        *recovery_checks(trial),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("A-M1", "ocpp", stimulus, checks)
