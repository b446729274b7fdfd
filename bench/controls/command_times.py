"""Commands against the clock (A-M4, A-H1, A-H2): when a command was confirmed, and when its effect was there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import Attempt
from bench.controls.recovery import recovery_checks
from bench.exchanges.base import Effect
from bench.judgement.check import Check
from bench.lab.clock import SteppedClock

if TYPE_CHECKING:
    from bench.controls.trial import Trial

CONFIRMED, ANSWER_TIME = "the command was confirmed at the first try", "time from the command to its confirmation"
MOVED, EFFECT_TIME = "the command took effect", "time from the command to its effect"
PATIENCE_S = 60.0
"""How long an effect is waited for; it counts as late long before."""
_LOOK_S = 0.5


async def now(trial: Trial) -> float:
    """Station time, which a device may have moved while the bench waited in real time."""
    if isinstance(trial.clock, SteppedClock):
        return await trial.clock.refresh()
    return trial.clock.now()


async def timed(
    trial: Trial,
    give: Callable[[], Awaitable[Attempt]],
    look: Callable[[], Awaitable[Effect]],
    what: str,
    *,
    within_s: float = PATIENCE_S,
) -> None:
    """Give a command, and look for its effect until it is there; both are recorded with their times."""
    given = trial.clock.now()
    tried = await give()
    trial.record.observe(CONFIRMED, tried.accepted, what=what, answer=tried.text)
    trial.record.observe_duration(ANSWER_TIME, await now(trial) - given, what=what)
    while True:
        effect = await look()
        if effect.happened or trial.clock.now() - given >= within_s:
            break
        await trial.station.advance(_LOOK_S)
    trial.record.observe(MOVED, effect.happened is True, what=what, source=effect.shown_by)
    trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=what)


def time_checks(trial: Trial, bound: str, criterion: str) -> Sequence[Check]:
    """As many of ``bound`` must be confirmed and take effect; ``criterion`` holds their times to their limits."""
    return [
        Check("commands are confirmed at the first try", "at_least_true", CONFIRMED, trial.enough(bound)),
        Check("they are confirmed within t_ack", criterion, ANSWER_TIME, trial.limit("t_ack")),
        Check("they take effect", "at_least_true", MOVED, trial.enough(bound)),
        Check("they take effect within t_act", criterion, EFFECT_TIME, trial.limit("t_act")),
    ]


def command_time_checks(trial: Trial) -> Sequence[Check]:
    """The checks of A-M4."""
    return time_checks(trial, "n_commands", "p95_at_most")


def emergency_checks(trial: Trial, served: str | None = None) -> Sequence[Check]:
    """The checks of A-H1: those of commands, each in time, and the device recovers afterwards.

    ``served``: the series of other legitimate requests, of which ``p_load`` is answered meanwhile, where the link can
    carry both.
    """
    checks = [*time_checks(trial, "n_emergency", "at_most")]
    if served is not None:
        share = {"count": trial.bound("p_load").number, "of": 1}
        checks.append(Check("other legitimate requests are served too", "at_least_true", served, share))
    return [*checks, *recovery_checks(trial)]
