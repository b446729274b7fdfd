"""A-L1 Answers in time when idle: as many signals without effect as p_ok has trials, each for a far time to come.

The device polls; so its answer counts from the answer of the bench that brought the signal.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

ANSWERED, TIME = "signal answered (in two polls at the most)", "answer time"
_FAR_S = 30 * 86_400.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for number in range(trial.bound("p_ok").count):
        event = exchange.offer(exchange.new_event(start_s=_FAR_S))
        await exchange.counterpart.polled()
        answers = exchange.counterpart.resources.answers(event.mrid)
        if not answers:
            await exchange.counterpart.polled()
            answers = exchange.counterpart.resources.answers(event.mrid)
        trial.record.observe(ANSWERED, bool(answers), what=f"signal {number + 1}")
        mark = event.mrid.hex().upper().encode()
        brought = next((seen.at for seen in exchange.counterpart.seen if mark in seen.response.body), None)
        if answers and brought is not None:
            trial.record.observe_duration(TIME, max(0.0, answers[0].at - brought), what=f"signal {number + 1}")
        exchange.program.events.clear()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("signals are answered", "at_least_true", ANSWERED, trial.enough("p_ok")),
        Check("answers come within t_resp", "p95_at_most", TIME, trial.limit("t_resp")),
    ]


PROBE = Probe("A-L1", "sep2", stimulus, checks)
