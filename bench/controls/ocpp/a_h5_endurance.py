"""A-H5 Endurance: under a long mixed load the station neither restarts nor grows slow, and runs out of nothing.

``t_endurance`` of rounds: calls without effect, a malformed message, and the connection is broken off; the station
comes back by itself to the next round.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.growth import Timed, growth, stretch_s
from bench.controls.ocpp._acts import GOOD, call, exchange_of, harmless, works
from bench.controls.ocpp._junk import CLASSES, boots, serves
from bench.controls.ocpp.a_l2_malformed_input import flood
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate call answered under the mixed load"
GROWTH = "95th percentile of the answer times at the end over that at the beginning"
THERE = "the station serves its CSMS after the mixed load"
RESTARTS = "restarts of the station during the mixed load"
_ROUND_S, _MOST_ROUNDS = 3.0, 2000
_RESOLUTION_S = 0.01


async def stimulus(trial: Trial) -> None:
    exchange, duration = exchange_of(trial), float(trial.bound("t_endurance").number)
    await exchange.prepare()
    began, started = trial.clock.now(), boots(trial)
    period = max(_ROUND_S, duration / _MOST_ROUNDS)
    answers: list[Timed] = []
    number = 0
    while trial.clock.now() - began < duration and await _round(trial, number, began, answers):
        number += 1
        await trial.station.advance(max(0.0, began + number * period - trial.clock.now()))
    what = f"{number} rounds in {trial.clock.now() - began:.0f} s"
    grown = growth(answers, stretch_s(duration), _RESOLUTION_S)
    if grown is None:
        trial.record.could_not_look(GROWTH, f"{what}: no call was answered")
    else:
        trial.record.observe(GROWTH, grown, unit="1", what=what)
    there = await serves(trial, exchange.access.declared.retry_s) is not None
    trial.record.observe(THERE, there, what=what)
    trial.record.observe(RESTARTS, boots(trial) - started, what=what)
    if there:
        await works(trial, "after")


async def _round(trial: Trial, number: int, began: float, answers: list[Timed]) -> bool:
    """Calls, a malformed message, a broken connection; whether the station was there."""
    exchange, makers = exchange_of(trial), list(CLASSES.values())
    t_resp = trial.bound("t_resp").number
    if await serves(trial, exchange.access.declared.retry_s) is None:
        trial.record.observe(SERVED, False, what=f"round {number + 1}", answer="it did not come back")
        return False
    for _ in range(round(1.0 / trial.bound("malformed_ratio").number) - 1):
        asked = trial.clock.now()
        tried = await call(exchange.there, *harmless(trial), timeout_s=2.0 * t_resp)
        trial.record.observe(SERVED, tried.accepted, what=f"round {number + 1}", answer=tried.text)
        if not tried.accepted:
            break
        answers.append((asked - began, trial.clock.now() - asked))
    await flood(trial, makers[number % len(makers)], 1)
    await exchange.there.session.close()
    return True


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    return [
        Check("legitimate calls are answered", "at_least_true", SERVED, {"count": rate.at_least / rate.of, "of": 1}),
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("the station is there afterwards", "always", THERE),
        Check("it does not restart", "equals", RESTARTS, {"expected": 0}),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("A-H5", "ocpp", stimulus, checks)
