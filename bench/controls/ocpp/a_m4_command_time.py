"""A-M4 Command time: limits after random pauses are answered within t_ack and take effect within t_act."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of, released
from bench.controls.ocpp._timed import ANSWER_TIME, ANSWERED, EFFECT_TIME, MOVED, timed
from bench.controls.trial import Trial
from bench.judgement.check import Check

_LONGEST_IDLE_S = 300.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    for number in range(trial.bound("n_commands").count):
        idle_s = 1.0 + trial.random.random() * (_LONGEST_IDLE_S - 1.0)
        await trial.station.advance(idle_s)
        await timed(trial, f"limit {number + 1}, {idle_s:.0f} s after the last")
        await released(trial)


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_commands").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("limits are accepted at the first try", "at_least_true", ANSWERED, enough),
        Check("they are accepted within t_ack", "p95_at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, enough),
        Check("they take effect within t_act", "p95_at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-M4", "ocpp", stimulus, checks)
