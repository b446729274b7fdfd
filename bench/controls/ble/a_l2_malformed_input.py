"""A-L2 on Bluetooth: the device survives malformed attribute PDUs, class by class, and keeps its settings."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES, flood
from bench.controls.ble._row import access_of, answers_again, exchange_of, settings
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

KEPT = "settings were unchanged"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.session() as client:
        before = await settings(trial, client)
    for kind, maker in CLASSES.items():
        async with access.stranger() as adapter, access.open_link(adapter) as client:
            sent = await flood(trial, client, maker)
        captures = [trial.record.capture(b"\n".join(one.hex().encode() for one in sent), ".hex")]
        took_s = await answers_again(trial, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=kind, captures=captures):
            return
    async with access.session() as client:
        after = await attempt(settings(trial, client))
    trial.record.observe(KEPT, after.accepted and after.value == before, answer=after.text)


def checks(trial: Trial) -> Sequence[Check]:
    return [*recovery_checks(trial), Check("its settings are unchanged", "always", KEPT)]


PROBE = Probe("A-L2", "ble", stimulus, checks)
