"""I-H3 on Bluetooth: what could do harm is not done, by the owner's order neither."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, good_one, settings
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.load_control import SET_POINT, encode_set_point

GOOD = "the owner's message worked"
REFUSED, KEPT = "a harmful order was refused", "settings were unchanged"
_HARMFUL_C = (-40.0, 0.0, 70.0, 95.0, 320.0)


async def stimulus(trial: Trial) -> None:
    await good_one(trial, GOOD, "before")
    async with access_of(trial).session() as client:
        before = await settings(trial, client)
        for celsius in _HARMFUL_C:
            tried = await attempt(client.write(SET_POINT, encode_set_point(celsius)))
            what = f"a set-point of {celsius:g} degrees"
            trial.record.observe(REFUSED, not tried.accepted and tried.answered, what=what, answer=tried.text)
            trial.record.observe(KEPT, await settings(trial, client) == before, what=what)
    await good_one(trial, GOOD, "afterwards")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("a harmful order is refused", "always", REFUSED),
        Check("nothing of it is applied", "always", KEPT),
    ]


PROBE = Probe("I-H3", "ble", stimulus, checks)
