"""A-L1 Answers in time when idle: as many calls without effect as p_ok has trials, one every two t_resp."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import call, exchange_of, harmless
from bench.controls.trial import Trial
from bench.judgement.check import Check

ANSWERED, TIME = "call answered (one second try allowed)", "answer time"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    t_resp = trial.bound("t_resp").number
    for number in range(trial.bound("p_ok").count):
        asked = trial.clock.now()
        tried = await call(exchange.there, *harmless(trial), timeout_s=4.0 * t_resp)
        elapsed = trial.clock.now() - asked
        if not tried.accepted:
            tried = await call(exchange.there, *harmless(trial), timeout_s=4.0 * t_resp)
        trial.record.observe(ANSWERED, tried.accepted, what=f"call {number + 1}", answer=tried.text)
        trial.record.observe_duration(TIME, elapsed, what=f"call {number + 1}")
        await trial.station.advance(2.0 * t_resp)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("calls are answered on an idle link", "at_least_true", ANSWERED, trial.enough("p_ok")),
        Check("answers come within t_resp", "p95_at_most", TIME, trial.limit("t_resp")),
    ]


PROBE = Probe("A-L1", "ocpp", stimulus, checks)
