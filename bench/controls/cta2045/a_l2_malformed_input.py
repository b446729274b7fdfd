"""A-L2 on CTA-2045: the appliance survives malformed input, class by class, and keeps its set-point."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import access_of, answers_again, set_point
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

KEPT = "the set-point was unchanged"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    async with access.session() as client:
        before = await set_point(trial, client)
    for kind, maker in CLASSES.items():
        async with access.session() as client:
            sent = await flood(trial, client, maker)
        captures = [trial.record.capture(b"\n".join(one.hex().encode() for one in sent), ".hex")]
        took_s = await answers_again(trial, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=kind, captures=captures):
            return
    async with access.session() as client:
        after = await attempt(set_point(trial, client))
    trial.record.observe(KEPT, after.accepted and after.value == before, before=before, answer=after.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        *recovery_checks(trial),
        Check("its set-point is unchanged", "always", KEPT),
    ]


PROBE = Probe("A-L2", "cta2045", stimulus, checks)
