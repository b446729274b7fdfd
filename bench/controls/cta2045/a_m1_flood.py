"""A-M1 on CTA-2045: questions between hostile messages, which keep to their share of the line, are answered."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import access_of, answers_again
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate question answered between hostile messages"
RECOVERED = "the appliance answered again by itself"
RECOVERY_TIME = "time from the last hostile message to the first correct answer"


async def stimulus(trial: Trial) -> None:
    patience_s = 2 * trial.bound("t_resp").number
    for kind, maker in CLASSES.items():
        async with access_of(trial).session(answer_s=patience_s) as client:
            await flood(trial, client, maker)
            tried = await attempt(client.state())
            trial.record.observe(SERVED, tried.accepted, what=kind, answer=tried.text)
    took_s = await answers_again(trial, 2 * trial.bound("t_rec").number)
    trial.record.observe(RECOVERED, took_s is not None)
    if took_s is not None:
        trial.record.observe_duration(RECOVERY_TIME, took_s)


def checks(trial: Trial) -> Sequence[Check]:
    share = {"count": trial.bound("p_load").number, "of": 1}
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        Check("the appliance serves again without help", "always", RECOVERED),
        Check("it does so within t_rec", "at_most", RECOVERY_TIME, trial.limit("t_rec")),
    ]


PROBE = Probe("A-M1", "cta2045", stimulus, checks)
