"""A-H1 on CTA-2045: an emergency command right after hostile messages is confirmed and takes effect in time."""

from __future__ import annotations

from itertools import cycle

from bench.controls.appliances import timed
from bench.controls.base import Probe
from bench.controls.command_times import emergency_checks
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import access_of, answers_again, exchange_of
from bench.controls.recovery import came_back
from bench.controls.trial import Trial

_PATIENCE_S = 60.0


async def stimulus(trial: Trial) -> None:
    exchange, makers = exchange_of(trial), cycle(reversed(list(CLASSES.items())))
    for number in range(trial.bound("n_emergency").count):
        await exchange.prepare()
        kind, maker = next(makers)
        what = f"command {number + 1}, {kind}"
        async with access_of(trial).session(answer_s=_PATIENCE_S) as client:
            await flood(trial, client, maker)
            await timed(trial, client, what)
        took_s = await answers_again(trial, 2 * trial.bound("t_rec").number)
        if not came_back(trial, took_s, what=what):
            return
        await exchange.restore()


PROBE = Probe("A-H1", "cta2045", stimulus, emergency_checks)
