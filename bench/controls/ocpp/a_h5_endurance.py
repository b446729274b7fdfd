"""A-H5 Endurance: under a long mixed load the station neither restarts nor grows slow, and runs out of nothing."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.endurance import NO_RESTART, RESTARTS, MixedLoad, endurance_checks
from bench.controls.ocpp._acts import GOOD, call, exchange_of, harmless, works
from bench.controls.ocpp._junk import CLASSES, boots, serves
from bench.controls.ocpp.a_l2_malformed_input import flood
from bench.controls.trial import Trial
from bench.judgement.check import Check

_ROUND_S = 3.0


async def stimulus(trial: Trial) -> None:
    """Each round is calls without effect and a malformed message; then the connection is broken off, and the station
    comes back by itself to the next one. It ends when the station does not."""
    exchange, makers, t_resp = exchange_of(trial), list(CLASSES.values()), trial.bound("t_resp").number
    await exchange.prepare()
    started, load, there = boots(trial), MixedLoad(trial, _ROUND_S), True
    while load.lasts and there:
        there = await serves(trial, exchange.access.declared.retry_s) is not None
        if there:
            await load.questions(lambda: call(exchange.there, *harmless(trial), timeout_s=2.0 * t_resp))
            await flood(trial, makers[load.number % len(makers)], 1)
            await exchange.there.session.close()
            await load.next_round()
    there = await serves(trial, exchange.access.declared.retry_s) is not None
    load.over(there=there)
    trial.record.observe(RESTARTS, boots(trial) - started, what=load.done)
    if there:
        await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    return [*endurance_checks(trial), NO_RESTART, Check("good limits work after", "always", GOOD)]


PROBE = Probe("A-H5", "ocpp", stimulus, checks)
