"""A-L2 Survives malformed input: ``n_mal`` hostile messages of each class at ``r_mal``, and one of a megabyte.

After each class the station answers by itself within t_rec; it has not restarted, and what holds, and its registers of
energy, are as before.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, state_of, works
from bench.controls.ocpp._junk import CLASSES, LONG_CLASS, Maker, boots, long_message, serves
from bench.controls.recovery import came_back, recovery_checks
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.ocpp.errors import OcppError

RESTARTS = "restarts of the station during the malformed input"
KEPT = "what holds is as before"
LOWER = "energy that the register has lost"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    before, started = await state_of(trial), boots(trial)
    register_wh = (await exchange.role.readings()).energy_wh or 0.0
    for kind, maker in CLASSES.items():
        await flood(trial, maker, trial.bound("n_mal", transport="ip").count)
        if not came_back(trial, await serves(trial, 2.0 * trial.bound("t_rec").number), what=kind):
            return
    await flood(trial, long_message, 1)
    if not came_back(trial, await serves(trial, 2.0 * trial.bound("t_rec").number), what=LONG_CLASS):
        return
    trial.record.observe(KEPT, await state_of(trial) == before, before=dict(before))
    trial.record.observe(RESTARTS, boots(trial) - started)
    now_wh = (await exchange.role.readings()).energy_wh or 0.0
    trial.record.observe(LOWER, max(0.0, register_wh - now_wh), unit="Wh")
    await works(trial, "after")


async def flood(trial: Trial, maker: Maker, count: int) -> None:
    """So many messages at ``r_mal``; over a connection that the station closes the rest is not sent."""
    exchange = exchange_of(trial)
    pause_s = 1.0 / trial.bound("r_mal", transport="ip").number
    for _ in range(count):
        if not exchange.there.session.alive:
            return
        try:
            await exchange.there.session.say(maker(trial.random))
        except OcppError:
            return
        await trial.station.advance(pause_s)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        *recovery_checks(trial),
        Check("it does not restart", "equals", RESTARTS, {"expected": 0}),
        Check("what holds is unchanged", "always", KEPT),
        Check("no energy is lost", "at_most", LOWER, {"limit": 0.0}),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("A-L2", "ocpp", stimulus, checks)
