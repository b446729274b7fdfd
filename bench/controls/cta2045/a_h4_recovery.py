"""A-H4 on CTA-2045: the appliance comes back by itself each time, and what an event turned off stays off meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._hostile import CLASSES, flood
from bench.controls.cta2045._row import access_of, answers_again, exchange_of
from bench.controls.power_cuts import power_cycle
from bench.controls.trial import Trial
from bench.judgement.check import Check

RECOVERED, BOOT_TIME = "the appliance answered again by itself", "time from power to the first correct answer"
CALM = "the event held while the appliance came up, at the witness"
_LENGTHS_S = (0.05, 0.5, 2.0, 30.0)
_LOOKS, _LOOK_S = 8, 1.0


async def stimulus(trial: Trial) -> None:
    exchange, makers = exchange_of(trial), list(CLASSES.items())
    await exchange.prepare()
    for number in range(trial.bound("n_cyc").count):
        kind, maker = makers[number % len(makers)]
        async with access_of(trial).session() as client:
            await flood(trial, client, maker)
        if not await _there(trial, f"after {kind}"):
            return
        async with access_of(trial).session() as client:
            await attempt(exchange.send(client))
        off_s = _LENGTHS_S[number % len(_LENGTHS_S)]
        await power_cycle(trial, off_s)
        began = trial.clock.now()
        for _look in range(_LOOKS):
            await trial.station.advance(_LOOK_S)
            effect = await exchange.witnessed()
            trial.record.observe(CALM, effect.happened, what=f"interruption of {off_s:g} s", detail=effect.detail)
        if not await _there(trial, f"after an interruption of {off_s:g} s"):
            return
        took_s = trial.clock.now() - began - _LOOKS * _LOOK_S
        trial.record.observe_duration(BOOT_TIME, took_s, what=f"interruption of {off_s:g} s")
    await exchange.restore()


async def _there(trial: Trial, what: str) -> bool:
    took_s = await answers_again(trial, 2 * trial.bound("t_boot").number)
    trial.record.observe(RECOVERED, took_s is not None, what=what)
    return took_s is not None


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the appliance comes back without help", "always", RECOVERED),
        Check("within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("what is off stays off meanwhile", "always", CALM),
    ]


PROBE = Probe("A-H4", "cta2045", stimulus, checks)
