"""A-M1 on Bluetooth: the owner is served while a stranger sends hostile PDUs on a link of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES, flood
from bench.controls.ble._row import access_of, answers_again, ask, exchange_of
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "legitimate question answered between hostile messages"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.session() as client:
        for kind, maker in CLASSES.items():
            async with access.stranger() as adapter, access.open_link(adapter) as hostile:
                await flood(trial, hostile, maker)
                tried = await attempt(ask(trial, client))
            trial.record.observe(SERVED, tried.accepted, what=kind, answer=tried.text)
            if not tried.answered:
                break
    came_back(trial, await answers_again(trial, 2 * trial.bound("t_rec").number))


def checks(trial: Trial) -> Sequence[Check]:
    share = {"count": trial.bound("p_load").number, "of": 1}
    return [Check("legitimate questions are answered", "at_least_true", SERVED, share), *recovery_checks(trial)]


PROBE = Probe("A-M1", "ble", stimulus, checks)
