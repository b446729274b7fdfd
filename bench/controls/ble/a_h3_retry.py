"""A-H3 on Bluetooth: a command gets through although messages and connections are lost.

The first one to five commands are lost on the way, every second time with the connection; the sender repeats it.
Bluetooth has no second path of its own: that is the affair of the systems above.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ble._row import access_of, command_of
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.transport.tap import drop

THROUGH = "the command got through"
EFFECT_TIME = "time to the effect after up to two lost messages, at the witness"
_LOSSES, _SURE = range(1, 6), 2
_LOOK_S = 0.5


async def stimulus(trial: Trial) -> None:
    exchange = command_of(trial)
    record_absent(trial, "an alternative path", "Bluetooth has none of its own")
    for losses in _LOSSES:
        await exchange.prepare()
        given = trial.clock.now()
        trial.record.observe(THROUGH, await _retried(trial, losses) and await _in_force(trial), what=f"{losses} lost")
        if losses <= _SURE:
            trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=f"{losses} lost")
        await exchange.restore()


async def _retried(trial: Trial, losses: int) -> bool:
    exchange, access = command_of(trial), access_of(trial)
    for number in range(losses):
        async with access.session() as client:
            with client.taps["gatt"].interfering(drop):
                await attempt(exchange.send(client))
            if number % 2:
                return (await attempt(exchange.send(client))).accepted
    async with access.session() as client:
        return (await attempt(exchange.send(client))).accepted


async def _in_force(trial: Trial) -> bool:
    given = trial.clock.now()
    while True:
        effect = await command_of(trial).witnessed()
        if effect.happened or trial.clock.now() - given >= trial.bound("t_act").number:
            return effect.happened is True
        await trial.station.advance(_LOOK_S)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the command gets through", "always", THROUGH),
        Check("its effect is there within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBE = Probe("A-H3", "ble", stimulus, checks)
