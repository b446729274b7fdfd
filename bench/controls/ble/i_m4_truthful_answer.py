"""I-M4 on Bluetooth: the answer to a write says that a command was taken; state and power say what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of
from bench.controls.trial import Trial
from bench.exchanges.appliance_command import MARGIN
from bench.judgement.check import Check
from drivers.gatt.client import GattClient

ACCEPTED = "the command was acknowledged"
DONE = "the command took effect within t_act, at the witness"
TRUE = "what the appliance tells is what the witness sees"
_LOOK_S = 5.0


async def stimulus(trial: Trial) -> None:
    exchange = command_of(trial)
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
    effect, waited_s = await command_of(trial).observe(), 0.0
    while effect.happened is False and waited_s < trial.bound("t_act").number:
        await trial.station.advance(_LOOK_S)
        waited_s += _LOOK_S
        effect = await command_of(trial).witnessed()
    if effect.happened is None:
        trial.record.could_not_look(DONE, effect.detail)
    else:
        trial.record.observe(DONE, effect.happened, source=effect.shown_by, detail=effect.detail)


async def _tell(trial: Trial, client: GattClient, what: str) -> None:
    exchange = command_of(trial)
    power = await exchange.power()
    if power is None:
        trial.record.could_not_look(TRUE, "no power analyser is wired to the appliance")
        return
    told, small_w = await exchange.told(client), MARGIN * exchange.rated_w
    near = abs(told["power_w"] - power.value) <= small_w
    true = near and bool(told["idle"]) == (power.value <= small_w)
    trial.record.observe(TRUE, true, what=what, told=dict(told), seen_w=power.value)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command is acknowledged", "always", ACCEPTED),
        Check("the witness sees its effect within t_act", "always", DONE),
        Check("the appliance tells what the witness sees", "always", TRUE),
    ]


PROBE = Probe("I-M4", "ble", stimulus, checks)
