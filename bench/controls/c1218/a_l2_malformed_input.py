"""A-L2 on C12.18: the meter survives malformed input, bytes on the line and messages in good packets."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.c1218 import MANAGEMENT, C1218Access
from bench.controls.base import Probe
from bench.controls.c1218._hostile import CLASSES, flood
from bench.controls.c1218._port import access_of, answers_again, config_state, logged
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check

RESTARTS = "restarts of the meter during the malformed input"
KEPT = "every setting was unchanged"
ENERGY_LOST = "energy lost during the malformed input"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    before, energy, began = await config_state(access), await _energy(access), trial.clock.now()
    for kind in CLASSES:
        sent = await flood(trial, access, kind, trial.bound("n_mal", transport="serial").count)
        captures = [trial.record.capture(b"\n".join(one.hex().encode() for one in sent), ".hex")]
        took_s = await answers_again(trial, access, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=kind, captures=captures):
            return
    after = await config_state(access)
    for number, content in before.items():
        trial.record.observe(KEPT, after.get(number) == content, what=f"table {number}")
    trial.record.observe(ENERGY_LOST, energy - await _energy(access), unit="Wh", what="energy_import")
    starts = await logged(access, "power_up", began)
    trial.record.observe(RESTARTS, len(starts or ()) + len(await logged(access, "watchdog_reset", began) or ()))


async def _energy(access: C1218Access) -> float:
    async with access.session(MANAGEMENT) as client:
        return (await access.meter(client).register("energy_import")).value


def checks(trial: Trial) -> Sequence[Check]:
    return [
        *recovery_checks(trial),
        Check("malformed input restarts nothing", "at_most", RESTARTS, {"limit": 0}),
        Check("every setting is unchanged", "always", KEPT),
        Check("no energy is lost", "at_most", ENERGY_LOST, {"limit": 0}),
    ]


PROBE = Probe("A-L2", "c1218", stimulus, checks)
