"""A-M6 on Bluetooth: who guesses passkeys locks pairing, and nobody else: the owner is served meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import OWNER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import WrongHand, access_of, ask, exchange_of, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED, REFUSED = "the owner was served during the lock-out", "a wrong passkey was refused"
_UNKNOWN = b"\x14"  # no request that there is
_SILENCES = 3


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await exchange_of(trial).prepare()
    async with access.stranger() as adapter:
        for number in range(access.declared.tries + 1):
            async with access.open_link(adapter) as client:
                await access.hand.open_window()
                tried = await pair_as(client, replace(OWNER, person=WrongHand(trial)))
                trial.record.observe(REFUSED, not tried.accepted, what=f"try {number + 1}", answer=tried.text)
                await attempt(client.ask(_UNKNOWN))
    silences = 0
    async with access.session() as client:
        for number in range(trial.bound("p_ok").count):
            served = await attempt(ask(trial, client))
            trial.record.observe(SERVED, served.accepted, what=f"question {number + 1}", answer=served.text)
            silences = 0 if served.answered else silences + 1
            if silences == _SILENCES:
                break


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("wrong passkeys are refused", "always", REFUSED),
        Check("the owner is served", "at_least_true", SERVED, trial.enough("p_ok")),
    ]


PROBE = Probe("A-M6", "ble", stimulus, checks)
