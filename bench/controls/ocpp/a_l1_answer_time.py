"""A-L1 Answers in time when idle: as many calls without effect as p_ok has trials, one every two t_resp."""

from __future__ import annotations

from bench.controls.attempts import Attempt
from bench.controls.base import Probe
from bench.controls.idle_answers import ask_idle, idle_checks
from bench.controls.ocpp._acts import call, exchange_of, harmless
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    t_resp = trial.bound("t_resp").number

    async def question() -> Attempt:
        return await call(exchange.there, *harmless(trial), timeout_s=4.0 * t_resp)

    for number in range(trial.bound("p_ok").count):
        await ask_idle(trial, question, f"call {number + 1}")
        await trial.station.advance(2.0 * t_resp)


PROBE = Probe("A-L1", "ocpp", stimulus, idle_checks)
