"""A-H4 Watchdog and hot recovery: after brown-outs the device is back by itself, and nothing moves meanwhile.

Each time a signal holds; while the device is away and while it boots, the home's power stays where the signal brought
it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._junk import Junk
from bench.controls.sep2._restart import restart
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToManager
from bench.judgement.check import Check

BOOT, STAYS = "from the return of power to the next poll", "what was moved stays where it was"
_LENGTHS_S = (0.5, 5.0, 50.0, 300.0)
_LOOKS, _LOOK_S = 8, 1.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    t_boot = trial.bound("t_boot").number
    for number in range(trial.bound("n_cyc").count):
        await exchange.perform()
        exchange.counterpart.alter = Junk(trial, "random bytes", exchange.junk_path)
        length_s = _LENGTHS_S[number % len(_LENGTHS_S)]
        await restart(trial, off_s=length_s)
        exchange.counterpart.alter = None
        began = trial.clock.now()
        for _look in range(_LOOKS if isinstance(exchange, ToManager) else 0):
            await trial.station.advance(_LOOK_S)
            effect = await exchange.observe()
            trial.record.observe(STAYS, effect.happened, what=f"brown-out of {length_s:g} s", detail=effect.detail)
        came = await exchange.counterpart.polled(within_s=2.0 * t_boot)
        at = exchange.counterpart.seen[-1].at if came else trial.clock.now()
        trial.record.observe_duration(BOOT, at - began, what=f"brown-out of {length_s:g} s")
        await exchange.counterpart.polled()
        await exchange.restore()
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("it is back within t_boot", "at_most", BOOT, trial.limit("t_boot")),
        Check("good signals work after", "always", GOOD),
    ]
    if isinstance(trial.exchange, ToManager):
        found.append(Check("nothing moves meanwhile", "always", STAYS))
    return found


PROBE = Probe("A-H4", "sep2", stimulus, checks)
