"""What A-L3 judges of a home's device on every link: it loses its supply at any moment, comes back by itself and in
time, and the event that held holds on meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bench.controls.trial import Trial
from bench.exchanges.appliance_command import ApplianceCommand
from bench.judgement.check import Check

ANSWERED, BOOT_TIME = "the device answered again by itself", "time from power to the first correct answer"
ENERGY = "energy register after the cut less that before it"
HELD = "the event held on while and after the appliance came up, at the witness"
_LONGEST_PHASE_S, _LONGEST_CUT_S = 20.0, 40.0
_LOOKS, _LOOK_S = 8, 1.0


async def power_cycle(trial: Trial, off_s: float) -> None:
    """Cut the supply for ``off_s``."""
    await trial.station.power(trial.seat, False)
    await trial.station.advance(off_s)
    await trial.station.power(trial.seat, True)


async def cut_at_random(trial: Trial) -> None:
    """Cut the supply at a random phase, for a random time."""
    await trial.station.advance(trial.random.uniform(0.0, _LONGEST_PHASE_S))
    await power_cycle(trial, trial.random.uniform(1.0, _LONGEST_CUT_S))


async def came_up(
    trial: Trial, what: str, answers_again: Callable[[Trial, float], Awaitable[float | None]], boot_s: float = 0.0
) -> bool:
    """Just after the supply came back: whether the event holds, and whether and when the device answers.

    It is not asked before ``boot_s``, and the time in which the bench only looks at the witness does not count.
    """
    exchange = trial.exchange
    await trial.station.advance(boot_s)
    if isinstance(exchange, ApplianceCommand):
        for _look in range(_LOOKS):
            await trial.station.advance(_LOOK_S)
            effect = await exchange.witnessed()
            trial.record.observe(HELD, effect.happened, what=what, detail=effect.detail)
    asked = trial.clock.now()
    there = await answers_again(trial, 2 * trial.bound("t_boot").number) is not None
    trial.record.observe(ANSWERED, there, what=what)
    if there:
        trial.record.observe_duration(BOOT_TIME, boot_s + trial.clock.now() - asked, what=what)
    return there


def power_loss_checks(trial: Trial) -> list[Check]:
    """The checks of A-L3 that all have."""
    found = [
        Check("the device comes back without help", "always", ANSWERED),
        Check("it answers within t_boot of power", "at_most", BOOT_TIME, trial.limit("t_boot")),
        Check("its energy register is never lower", "at_least", ENERGY, {"limit": -1.0}),
    ]
    if isinstance(trial.exchange, ApplianceCommand):
        found.append(Check("the event holds on", "always", HELD))
    return found
