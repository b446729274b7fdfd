"""C-M1 on Bluetooth: the row's data are given to nobody whose pairing was not authenticated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.access.ble import BYSTANDER, OWNER
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import LOCKED_S, WrongHand, access_of, ask, good_one, pair_as
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient
from drivers.gatt.errors import AttError

GOOD, GIVEN = "the owner's message worked", "data were given without authentication"
REFUSED = "the refusal says that the link is not secure enough"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    await good_one(trial, GOOD, "before")
    async with access.stranger() as adapter:
        async with access.open_link(adapter) as client:
            await _try(trial, client, "not paired")
            await access.hand.open_window()
            await pair_as(client, BYSTANDER)
            await _try(trial, client, "paired with nothing to show and no keys")
        async with access.open_link(adapter) as client:
            await access.hand.open_window()
            await pair_as(client, replace(OWNER, person=WrongHand(trial)))
            await _try(trial, client, "after a wrong passkey")
    await trial.station.advance(LOCKED_S)
    await good_one(trial, GOOD, "afterwards")


async def _try(trial: Trial, client: GattClient, what: str) -> None:
    tried = await attempt(ask(trial, client))
    trial.record.observe(GIVEN, tried.accepted, what=what, answer=tried.text)
    if not tried.accepted:
        protects = isinstance(tried.error, AttError) and tried.error.protects
        trial.record.observe(REFUSED, protects, what=what, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the owner's message works", "always", GOOD),
        Check("nothing is given without authentication", "never", GIVEN),
        Check("the device says why", "always", REFUSED),
    ]


PROBE = Probe("C-M1", "ble", stimulus, checks)
