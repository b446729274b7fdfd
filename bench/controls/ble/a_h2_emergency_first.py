"""A-H2 on Bluetooth: a command does not wait for bulk work: long values that its sender writes and reads meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench.controls.appliances import timed
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, exchange_of, read, write
from bench.controls.command_times import time_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

WHOLE = "the bulk work came to its end, whole"
_ROUNDS = 20


async def stimulus(trial: Trial) -> None:
    access, exchange = access_of(trial), exchange_of(trial)
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        async with access.session() as client:
            bulk = asyncio.ensure_future(attempt(_bulk(trial, client)))
            await timed(trial, client, f"command {number + 1}")
            done = await bulk
            trial.record.observe(WHOLE, done.accepted and done.value is True, answer=done.text)
        await exchange.restore()


async def _bulk(trial: Trial, client: GattClient) -> bool:
    """Write and read a long text over and over; whether each came back whole."""
    declared = access_of(trial).declared
    for number in range(_ROUNDS):
        text = bytes((0x41 + number,)) * declared.longest
        await write(client, declared.text, text)
        if await read(client, declared.text) != text:
            return False
    return True


def checks(trial: Trial) -> Sequence[Check]:
    return [*time_checks(trial, "n_emergency", "at_most"), Check("bulk work is not broken", "always", WHOLE)]


PROBE = Probe("A-H2", "ble", stimulus, checks)
