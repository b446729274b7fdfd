"""A-H4 on Bluetooth: the device comes back by itself each time, and what an event turned off stays off meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._hostile import CLASSES, flood
from bench.controls.ble._row import access_of, answers_again, exchange_of, power_cycle
from bench.controls.trial import Trial
from bench.exchanges.ble_exchange import CentralCommand
from bench.judgement.check import Check

RECOVERED, BOOT_TIME = "the device answered again by itself", "time from power to the first correct answer"
CALM = "the event held while the appliance came up, at the witness"
_LENGTHS_S = (0.05, 0.5, 2.0, 30.0)
_LOOKS, _LOOK_S = 4, 1.0


async def stimulus(trial: Trial) -> None:
    access, exchange, makers = access_of(trial), exchange_of(trial), list(CLASSES.items())
    await exchange.prepare()
    for number in range(trial.bound("n_cyc").count):
        kind, maker = makers[number % len(makers)]
        async with access.stranger() as adapter, access.open_link(adapter) as hostile:
            await flood(trial, hostile, maker)
        if await _back(trial, f"after {kind}") is None:
            return
        await exchange.perform()
        off_s = _LENGTHS_S[number % len(_LENGTHS_S)]
        await power_cycle(trial, off_s)
        if isinstance(exchange, CentralCommand):
            for _look in range(_LOOKS):
                await trial.station.advance(_LOOK_S)
                effect = await exchange.witnessed()
                trial.record.observe(CALM, effect.happened, what=f"cut of {off_s:g} s", detail=effect.detail)
        took_s = await _back(trial, f"after an interruption of {off_s:g} s")
        if took_s is None:
            return
        trial.record.observe_duration(BOOT_TIME, took_s, what=f"interruption of {off_s:g} s")
    await exchange.restore()


async def _back(trial: Trial, what: str) -> float | None:
    took_s = await answers_again(trial, 2 * trial.bound("t_boot").number)
    trial.record.observe(RECOVERED, took_s is not None, what=what)
    return took_s


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the device comes back without help", "always", RECOVERED),
        Check("within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
    ]
    if isinstance(trial.exchange, CentralCommand):
        found.append(Check("what is off stays off meanwhile", "always", CALM))
    return found


PROBE = Probe("A-H4", "ble", stimulus, checks)
