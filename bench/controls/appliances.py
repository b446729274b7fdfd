"""What probes of commands to an appliance share on every link: commands that are timed, answers held to the witness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench.controls import command_times
from bench.controls.attempts import attempt
from bench.exchanges.appliance_command import MARGIN, ApplianceCommand
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ACCEPTED = "the command was acknowledged"
DONE = "the command took effect within t_act, at the witness"
TRUE = "what the appliance tells is what the witness sees"
_LOOKS = 3


def command_of(trial: Trial) -> ApplianceCommand:
    """The row's exchange. Raises TypeError for one that commands no appliance."""
    if not isinstance(trial.exchange, ApplianceCommand):
        raise TypeError(f"{trial.row.id} on {trial.link} commands no appliance")
    return trial.exchange


async def timed(trial: Trial, client: Any, what: str) -> None:
    """Give the row's command and record when it was confirmed, and when its effect was there."""
    exchange = command_of(trial)
    await command_times.timed(trial, lambda: attempt(exchange.send(client)), exchange.witnessed, what)


# -- answers that are true -----------------------------------------------------------------------------------------


async def answers_truthfully(trial: Trial) -> None:
    """I-M4: the row's command with the appliance's switch free, and blocked; what it tells before and after."""
    exchange = command_of(trial)
    for blocked in (False, True):
        await exchange.prepare()
        what = "blocked" if blocked else "free"
        await trial.station.box.do(trial.seat, "stuck_relay", stuck=blocked)
        async with exchange.session() as client:
            await _tell(trial, client, f"{what}, before")
            tried = await attempt(exchange.send(client))
            trial.record.observe(ACCEPTED, tried.accepted or blocked, what=what, answer=tried.text)
            if not blocked:
                await _await_effect(trial)
            await trial.station.advance(1.0)
            await _tell(trial, client, f"{what}, after")
        await trial.station.box.do(trial.seat, "stuck_relay", stuck=False)
        await exchange.restore()


async def _await_effect(trial: Trial) -> None:
    exchange = command_of(trial)
    effect = await exchange.observe()
    for _look in range(_LOOKS):
        if effect.happened:
            break
        await trial.station.advance(trial.bound("t_act").number / _LOOKS)
        effect = await exchange.witnessed()
    if effect.happened is None:
        trial.record.could_not_look(DONE, effect.detail)
    else:
        trial.record.observe(DONE, effect.happened, source=effect.shown_by, detail=effect.detail)


async def says_the_truth(trial: Trial, client: Any) -> bool | None:
    """Whether state and power that the appliance tells are those that the analyser sees; None: nobody can look."""
    exchange = command_of(trial)
    power = await exchange.power()
    if power is None:
        return None
    told, small_w = await exchange.told(client), MARGIN * exchange.rated_w
    near = abs(told["power_w"] - power.value) <= small_w
    return near and bool(told["idle"]) == (power.value <= small_w)


async def _tell(trial: Trial, client: Any, what: str) -> None:
    true = await says_the_truth(trial, client)
    if true is None:
        trial.record.could_not_look(TRUE, "no power analyser is wired to the appliance")
    else:
        trial.record.observe(TRUE, true, what=what)


def truth_checks(_trial: Trial) -> Sequence[Check]:
    """The checks of I-M4."""
    return [
        Check("the command is acknowledged", "always", ACCEPTED),
        Check("the witness sees its effect within t_act", "always", DONE),
        Check("the appliance tells what the witness sees", "always", TRUE),
    ]
