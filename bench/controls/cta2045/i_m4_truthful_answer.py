"""I-M4 on CTA-2045: an acknowledgment says that a command was taken; state and power say what became of it.

With the appliance's switch free, and blocked: what it tells then is what the analyser sees.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.cta2045._row import access_of, exchange_of, says_the_truth
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cta2045.client import Cta2045Client

ACCEPTED = "the command was acknowledged"
DONE = "the command took effect within t_act, at the witness"
TRUE = "what the appliance tells is what the witness sees"
_LOOKS = 3


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    for blocked in (False, True):
        await exchange.prepare()
        what = "blocked" if blocked else "free"
        await trial.station.box.do(trial.seat, "stuck_relay", stuck=blocked)
        async with access_of(trial).session() as client:
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
    exchange = exchange_of(trial)
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


async def _tell(trial: Trial, client: Cta2045Client, what: str) -> None:
    true = await says_the_truth(trial, client)
    if true is None:
        trial.record.could_not_look(TRUE, "no power analyser is wired to the appliance")
    else:
        trial.record.observe(TRUE, true, what=what)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command is acknowledged", "always", ACCEPTED),
        Check("the witness sees its effect within t_act", "always", DONE),
        Check("the appliance tells what the witness sees", "always", TRUE),
    ]


PROBE = Probe("I-M4", "cta2045", stimulus, checks)
