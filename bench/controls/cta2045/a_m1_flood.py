"""A-M1 on CTA-2045: questions between hostile messages, which keep to their share of the line, are answered."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import access_of, answers_again
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate question answered between hostile messages"


async def stimulus(trial: Trial) -> None:
    patience_s = 2 * trial.bound("t_resp").number
    for kind, maker in CLASSES.items():
        async with access_of(trial).session(answer_s=patience_s) as client:
            await flood(trial, client, maker)
            tried = await attempt(client.state())
            trial.record.observe(SERVED, tried.accepted, what=kind, answer=tried.text)
    came_back(trial, await answers_again(trial, 2 * trial.bound("t_rec").number))


def checks(trial: Trial) -> Sequence[Check]:
    share = {"count": trial.bound("p_load").number, "of": 1}
    return [
        Check("legitimate questions are answered", "at_least_true", SERVED, share),
        *recovery_checks(trial),
    ]


PROBE = Probe("A-M1", "cta2045", stimulus, checks)
