"""C-L4 on Bluetooth: a wrong passkey is refused in the same words whoever types it, and wherever it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import OWNER
from bench.controls.base import Probe
from bench.controls.ble._row import LOCKED_S, WrongHand, access_of, exchange_of, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check

REFUSALS = "reasons for which a wrong passkey is refused, by who tries"
REFUSED = "a wrong passkey was refused"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    reasons: set[str] = set()
    async with access.stranger() as stranger:
        for what, adapter in (("a stranger", stranger), ("the owner", await access.owner())):
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, replace(OWNER, person=WrongHand(trial)))
            trial.record.observe(REFUSED, not tried.accepted, what=what, answer=tried.text)
            reasons.add(tried.text)
    trial.record.observe(REFUSALS, len(reasons), what=", ".join(sorted(reasons)))
    await trial.station.advance(LOCKED_S)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a wrong passkey is refused", "always", REFUSED),
        Check("the refusal does not tell who is known", "at_most", REFUSALS, {"limit": 1}),
    ]


PROBE = Probe("C-L4", "ble", stimulus, checks)
