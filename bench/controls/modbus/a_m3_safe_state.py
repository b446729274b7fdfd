"""A-M3 on Modbus: when its controller goes silent, the device falls back to its declared state, and not before.

The bench arms the device's own timer (`ModbusCommand.arm`), gives the row's command and says nothing more. Half-way the
command is still in force; at the declared time, to 1 s and 1 %, the default is, at the witness.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.trial import Trial
from bench.exchanges.modbus_write import ModbusCommand
from bench.judgement.check import Check

ARMED = "the device took the time after which it falls back"
IN_FORCE = "the command was in force until then"
DEFAULT = "the default was in force at the declared time"
_ASKED_S = 60.0
_TOLERANCE_S, _TOLERANCE = 1.0, 0.01


async def stimulus(trial: Trial) -> None:
    exchange = change_of(trial)
    if not isinstance(exchange, ModbusCommand):
        trial.record.could_not_look(DEFAULT, "the row's exchange has no witness of its effect")
        return
    await exchange.prepare()
    async with exchange.access.session() as client:
        armed = await attempt(exchange.arm(client, _ASKED_S))
        seconds = armed.value if armed.accepted else None
        if seconds is None:
            trial.record.could_not_look(DEFAULT, f"the device has no such timer, or did not take it: {armed.text}")
            await exchange.restore()
            return
        trial.record.observe(ARMED, True, what=f"{seconds:g} s")
        tried = await attempt(exchange.send(client))
        given = trial.clock.now()
    await trial.station.advance(seconds / 2)
    effect = await exchange.witnessed()
    trial.record.observe(IN_FORCE, effect.happened is True, what="half-way", answer=tried.text, detail=effect.detail)
    margin = _TOLERANCE_S + _TOLERANCE * seconds
    await trial.station.advance(max(0.0, given + seconds - margin - trial.clock.now()))
    effect = await exchange.witnessed()
    trial.record.observe(IN_FORCE, effect.happened is True, what="just before the time", detail=effect.detail)
    await trial.station.advance(max(0.0, given + seconds + margin + exchange.settle_s - trial.clock.now()))
    effect = await exchange.default_witnessed()
    if effect.happened is None:
        trial.record.could_not_look(DEFAULT, effect.detail or effect.shown_by)
    else:
        trial.record.observe(DEFAULT, effect.happened, what=f"after {seconds:g} s", detail=effect.detail)
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the device takes the time", "always", ARMED),
        Check("the command stays in force until then", "always", IN_FORCE),
        Check("the default is in force at the declared time", "always", DEFAULT),
    ]


PROBES = on_both("A-M3", stimulus, checks)
