"""I-H3 on Modbus: what must keep a command from being carried out does so, also afterwards.

The row's exchange names its interlocks (`ModbusCommand.interlocks`): a state of the device or of the grid in which a
command must have no effect at the witness. Each is set ``n_interlock`` times. When it is over, the command that was
kept out stays without effect until it is given anew, unless the device declares that it acts then (PICS
``deferred_close``), or the interlock itself says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.modbus._changes import change_of, good_one
from bench.controls.modbus._probes import on_both
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.modbus_write import ModbusCommand
from bench.judgement.check import Check

if TYPE_CHECKING:
    from bench.exchanges.base import Effect
    from bench.exchanges.modbus_write import Interlock

ACTED = "a command was carried out against an interlock"
LATER = "a command that was kept out acted by itself afterwards"
WORKS = "the row's sender is obeyed without the interlock"
DEFERRED = "deferred_close"
_LOOKS, _LOOK_S, _WATCH_S = 10, 1.0, 60.0


async def stimulus(trial: Trial) -> None:
    exchange = change_of(trial)
    if not isinstance(exchange, ModbusCommand):
        trial.record.could_not_look(ACTED, "the row's exchange has no witness of its effect")
        return
    await exchange.prepare()
    await good_one(trial, WORKS, "before")
    interlocks = await exchange.interlocks()
    if not interlocks:
        record_absent(trial, "an interlock", "the device's kind has none on this link")
    for interlock in interlocks:
        for number in range(trial.bound("n_interlock").count):
            await _one(trial, interlock, f"{interlock.what}, try {number + 1}")
    await good_one(trial, WORKS, "after")
    await exchange.restore()


async def _one(trial: Trial, interlock: Interlock, what: str) -> None:
    await interlock.set()
    try:
        tried = await attempt(interlock.act())
        effect = await _watched(trial, interlock)
        if effect.happened is None:
            trial.record.could_not_look(ACTED, f"{what}: {effect.detail or effect.shown_by}")
        else:
            source = effect.shown_by
            trial.record.observe(ACTED, effect.happened, what=what, source=source, answer=tried.text, why=effect.detail)
    finally:
        await interlock.clear()
    acted = effect.happened
    if not acted and not interlock.deferred and DEFERRED not in trial.station.lab.declared(trial.seat):
        await trial.station.advance(_WATCH_S)
        later = await interlock.acted()
        trial.record.observe(LATER, later.happened, what=what, source=later.shown_by, detail=later.detail)
        acted = later.happened
    if acted:
        exchange = change_of(trial)
        await exchange.restore()
        await exchange.prepare()


async def _watched(trial: Trial, interlock: Interlock) -> Effect:
    """What the witness sees within a few seconds: the device's own protection may end what should not have begun."""
    effect = await interlock.acted()
    for _ in range(_LOOKS):
        if effect.happened:
            break
        await trial.station.advance(_LOOK_S)
        effect = await interlock.acted()
    return effect


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("the command works without the interlock", "always", WORKS),
        Check("no command is carried out against an interlock", "never", ACTED),
    ]
    if DEFERRED not in trial.station.lab.declared(trial.seat):
        found.append(Check("nor by itself afterwards", "never", LATER))
    return found


PROBES: tuple[Probe, ...] = on_both("I-H3", stimulus, checks)
