"""A-H1 on CTA-2045: an emergency command right after hostile messages is confirmed and takes effect in time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import (
    ANSWER_TIME,
    ANSWERED,
    EFFECT_TIME,
    MOVED,
    access_of,
    answers_again,
    exchange_of,
    timed,
)
from bench.controls.trial import Trial
from bench.judgement.check import Check

RECOVERED = "the appliance answered again by itself"
RECOVERY_TIME = "time from the command to the next correct answer"
_PATIENCE_S = 60.0


async def stimulus(trial: Trial) -> None:
    exchange, makers = exchange_of(trial), cycle(reversed(list(CLASSES.items())))
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        kind, maker = next(makers)
        what = f"command {number + 1}, {kind}"
        async with access_of(trial).session(answer_s=_PATIENCE_S) as client:
            await flood(trial, client, maker)
            await timed(trial, client, what)
        took_s = await answers_again(trial, 2 * trial.bound("t_rec").number)
        trial.record.observe(RECOVERED, took_s is not None, what=what)
        if took_s is None:
            return
        trial.record.observe_duration(RECOVERY_TIME, took_s, what=what)
        await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("n_emergency").value
    assert isinstance(rate, Trials)
    enough = {"count": rate.at_least, "of": rate.of}
    return [
        Check("each command is confirmed", "at_least_true", ANSWERED, enough),
        Check("within t_ack", "at_most", ANSWER_TIME, trial.limit("t_ack")),
        Check("each takes effect", "at_least_true", MOVED, enough),
        Check("within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
        Check("the appliance serves again without help", "always", RECOVERED),
        Check("it does so within t_rec", "at_most", RECOVERY_TIME, trial.limit("t_rec")),
    ]


PROBE = Probe("A-H1", "cta2045", stimulus, checks)
