"""A-H1 on Bluetooth: an emergency command right after hostile PDUs is confirmed and takes effect in time."""

from __future__ import annotations

from itertools import cycle

from bench.controls.appliances import timed
from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES, flood
from bench.controls.ble._row import access_of, answers_again, exchange_of
from bench.controls.command_times import emergency_checks
from bench.controls.recovery import came_back
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    access, exchange, makers = access_of(trial), exchange_of(trial), cycle(reversed(list(CLASSES.items())))
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        kind, maker = next(makers)
        what = f"command {number + 1}, {kind}"
        async with access.session() as client, access.stranger() as adapter, access.open_link(adapter) as hostile:
            await flood(trial, hostile, maker)
            await timed(trial, client, what)
        if not came_back(trial, await answers_again(trial, 2 * trial.bound("t_rec").number), what=what):
            return
        await exchange.restore()


PROBE = Probe("A-H1", "ble", stimulus, emergency_checks)
