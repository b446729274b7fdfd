"""A-L3 Survives power loss: it polls again within t_boot, and what holds goes on holding.

Cuts within a signal that holds. While the device is without supply, and until it has polled again, what it moved stays
where it was; afterwards the signal still holds, and at its end it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._restart import restart
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToManager
from bench.judgement.check import Check

BOOT = "from the return of power to the next poll"
HOLDS, STAYS = "the signal holds after the restart", "what was moved stays where it was while the device boots"
_LOOK_S = 2.0
_LOOKS = 6


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    t_boot = trial.bound("t_boot").number
    for number in range(trial.bound("n_cyc").count):
        await exchange.perform()
        await restart(trial, off_s=5.0 + trial.random.random() * 60.0)
        began, polls = trial.clock.now(), exchange.counterpart.polls()
        for _look in range(_LOOKS if isinstance(exchange, ToManager) and exchange.content.steers else 0):
            await trial.station.advance(_LOOK_S)
            effect = await exchange.observe()
            trial.record.observe(STAYS, effect.happened, what=f"cut {number + 1}", detail=effect.detail)
        came = await exchange.counterpart.polled(1, within_s=2.0 * t_boot)
        first = exchange.counterpart.seen[-1].at if came or exchange.counterpart.polls() > polls else None
        trial.record.observe_duration(BOOT, (first or trial.clock.now()) - began, what=f"cut {number + 1}")
        await exchange.counterpart.polled(2)
        await trial.station.advance(exchange.access.act_s)
        effect = await exchange.observe()
        trial.record.observe(HOLDS, effect.happened, what=f"cut {number + 1}", detail=effect.detail)
        await exchange.restore()
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("it polls again within t_boot", "at_most", BOOT, trial.limit("t_boot")),
        Check("the signal holds over a power cut", "always", HOLDS),
        Check("good signals work after", "always", GOOD),
    ]
    exchange = exchange_of(trial)
    if isinstance(exchange, ToManager) and exchange.content.steers:
        found.append(Check("what was moved stays while it boots", "always", STAYS))
    return found


PROBE = Probe("A-L3", "sep2", stimulus, checks)
