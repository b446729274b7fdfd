"""A-M3 on Bluetooth: when its owner is not heard any more, an event is given up at the declared time, not before."""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of
from bench.controls.trial import Trial
from bench.judgement.check import Check

IN_FORCE, DEFAULT = "the command was in force until then", "the appliance ran again at the declared time"
_TOLERANCE_S, _TOLERANCE = 1.0, 0.01
_MINUTE_S = 60.0


async def stimulus(trial: Trial) -> None:
    exchange, declared = command_of(trial), access_of(trial).declared
    if declared.fallback_s is None:
        trial.record.could_not_look(DEFAULT, "the device file declares no time after which an event is given up")
        return
    after_s = declared.silent_s + declared.fallback_s
    margin_s = _TOLERANCE_S + _TOLERANCE * after_s
    await exchange.prepare()
    async with access_of(trial).session() as client:
        if 0.0 < _MINUTE_S * exchange.order.minutes < after_s:
            await exchange.level(client, exchange.share)  # the row's own command would end before it is given up
        else:
            await exchange.send(client)
    lost_at = trial.clock.now()
    for what, at_s in (("at once", 1.0), ("half-way", after_s / 2), ("just before the time", after_s - margin_s)):
        await trial.station.advance(max(0.0, lost_at + at_s - trial.clock.now()))
        effect = await exchange.witnessed()
        trial.record.observe(IN_FORCE, effect.happened, what=what, detail=effect.detail)
    await trial.station.advance(max(0.0, lost_at + after_s + margin_s + exchange.back_s - trial.clock.now()))
    trial.record.observe(DEFAULT, await exchange.runs(), what=f"after {after_s:g} s and its return")
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the command stays in force until then", "always", IN_FORCE),
        Check("the appliance runs again at the declared time", "always", DEFAULT),
    ]


PROBE = Probe("A-M3", "ble", stimulus, checks)
