"""A-M5 on Bluetooth: what a meter tells by its display comes in time, again until its receipt, and none gets lost."""

from __future__ import annotations

from bench.controls.base import Probe
from bench.controls.ble._notices import NOBODY, customer_notices
from bench.controls.ble._row import exchange_of
from bench.controls.notice_times import ARRIVED, customer_checks, tell_customer
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    await exchange_of(trial).prepare()
    notices = customer_notices(trial)
    if notices is None:
        trial.record.could_not_look(ARRIVED, NOBODY)
    else:
        await tell_customer(notices)


PROBE = Probe("A-M5", "ble", stimulus, customer_checks)
