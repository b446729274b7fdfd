"""C-M3 on Bluetooth: each role reads what the device file says, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ble import BYSTANDER
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of, pair_as, values
from bench.controls.trial import Trial
from bench.judgement.check import Check

BEYOND, MISSING = "read although the role may not", "not read although the role may"


async def stimulus(trial: Trial) -> None:
    access = access_of(trial)
    declared = access.declared
    await exchange_of(trial).prepare()
    public = set(declared.public)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        _compare(trial, "not paired", set(await values(client)), public)
        await access.hand.open_window()
        tried = await pair_as(client, BYSTANDER)
        if tried.accepted:
            _compare(trial, "paired by nobody", set(await values(client)), public)
    async with access.session() as client:
        _compare(trial, "the owner", set(await values(client)), public | set(declared.readable))


def _compare(trial: Trial, role: str, read: set[str], may: set[str]) -> None:
    trial.record.observe(BEYOND, [*sorted(read - may)], what=role)
    trial.record.observe(MISSING, [*sorted(may - read)], what=role)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("no role reads more than it may", "empty", BEYOND),
        Check("each role reads what it may", "empty", MISSING),
    ]


PROBE = Probe("C-M3", "ble", stimulus, checks)
