"""A-H1 Emergency command under attack: in the middle of hostile messages a limit is accepted and takes effect in time.

A station has one connection, which hostile messages and the command share. Where it closes that, it has to be back.
"""

from __future__ import annotations

from itertools import cycle

from bench.controls.base import Probe
from bench.controls.command_times import emergency_checks
from bench.controls.ocpp._acts import exchange_of, released
from bench.controls.ocpp._junk import CLASSES, serves
from bench.controls.ocpp._timed import timed
from bench.controls.ocpp.a_l2_malformed_input import flood
from bench.controls.recovery import came_back
from bench.controls.trial import Trial


async def stimulus(trial: Trial) -> None:
    exchange, makers = exchange_of(trial), cycle(CLASSES.items())
    count = trial.bound("n_mal", transport="ip").count
    await exchange.prepare()
    for number in range(trial.bound("n_emergency").count):
        kind, maker = next(makers)
        what = f"command {number + 1}, {kind}"
        before = trial.random.randint(1, count)
        await flood(trial, maker, before)
        await timed(trial, what)
        await flood(trial, maker, count - before)
        if not came_back(trial, await serves(trial, 2.0 * trial.bound("t_rec").number), what=what):
            return
        await released(trial)


PROBE = Probe("A-H1", "ocpp", stimulus, emergency_checks)
