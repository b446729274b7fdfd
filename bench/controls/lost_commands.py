"""What A-H3 judges of a command to an appliance on every link: it gets through although it is lost on its way.

The first one to five times it is lost, and the sender gives it again. Up to two losses its effect is there within
t_act.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bench.controls.appliances import command_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

THROUGH = "the command got through"
EFFECT_TIME = "time to the effect after up to two lost messages, at the witness"
_LOSSES, _SURE = range(1, 6), 2
_LOOK_S = 0.5


async def give_in_spite_of_losses(trial: Trial, link: str, give: Callable[[int], Awaitable[bool]]) -> None:
    """``give``: lose the command so many times, then give it; whether it was acknowledged. ``link``: its name."""
    exchange = command_of(trial)
    record_absent(trial, "an alternative path", f"{link} has none of its own")
    for losses in _LOSSES:
        await exchange.prepare()
        given = trial.clock.now()
        trial.record.observe(THROUGH, await give(losses) and await _in_force(trial), what=f"{losses} lost")
        if losses <= _SURE:
            trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=f"{losses} lost")
        await exchange.restore()


async def _in_force(trial: Trial) -> bool:
    given = trial.clock.now()
    while True:
        effect = await command_of(trial).witnessed()
        if effect.happened or trial.clock.now() - given >= trial.bound("t_act").number:
            return effect.happened is True
        await trial.station.advance(_LOOK_S)


def loss_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-H3."""
    return [
        Check("the command gets through", "always", THROUGH),
        Check("its effect is there within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
    ]
