"""I-M4 on Modbus: what the device confirms and reports is what the witness sees.

The echo of a write says only that it was accepted. Within t_act the witness sees the effect, and the device's own
status (`reported`) says so too; where the actuator can be blocked (`block`), the status must not say that it was
done.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.modbus_write import ModbusCommand
from bench.judgement.check import Check

ACCEPTED = "the command was accepted"
DONE = "the command took effect within t_act, at the witness"
TRUE = "what the device reports is what the witness sees"
_LOOKS = 3


async def stimulus(trial: Trial) -> None:
    exchange = change_of(trial)
    if not isinstance(exchange, ModbusCommand):
        trial.record.could_not_look(DONE, "the row's exchange has no witness of its effect")
        return
    for blocked in (False, True):
        await exchange.prepare()
        if blocked and not await exchange.block(True):
            record_absent(trial, "a blocked actuator", "nothing at the device's place can block it")
            break
        what = "blocked" if blocked else "free"
        tried = await attempt(exchange.perform())
        trial.record.observe(ACCEPTED, tried.accepted or blocked, what=what, answer=tried.text)
        effect = await _effect(trial, exchange, awaited=not blocked)
        if not blocked:
            trial.record.observe(DONE, effect, what=what)
        reported = await exchange.reported()
        if reported is None:
            record_absent(trial, "a status of its own", "the row's exchange names none")
        else:
            trial.record.observe(TRUE, reported == effect, what=what, reported=reported, witnessed=effect)
        if blocked:
            await exchange.block(False)
        await exchange.restore()


async def _effect(trial: Trial, exchange: ModbusCommand, *, awaited: bool) -> bool:
    """Whether the witness sees it, within t_act where it should come."""
    for _look in range(_LOOKS):
        effect = await exchange.observe()
        if effect.happened or not awaited:
            break
        await trial.station.advance(trial.bound("t_act").number / _LOOKS)
    return effect.happened is True


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the command is accepted", "always", ACCEPTED),
        Check("the witness sees its effect within t_act", "always", DONE),
    ]
    exchange = change_of(trial)
    if isinstance(exchange, ModbusCommand) and exchange.reports:
        found.append(Check("the device reports what the witness sees", "always", TRUE))
    return found


PROBES = on_both("I-M4", stimulus, checks)
