"""A-H3 on Modbus: a command gets through although messages are lost, and counts once.

The first one to five messages of a command are lost on the way; the sender repeats it on silence. Up to two losses the
effect is there within t_act. Modbus has no second path of its own: that is the affair of the systems above.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.exchanges.modbus_write import ModbusCommand, ModbusWrite
from bench.judgement.check import Check
from drivers.transport.tap import drop

if TYPE_CHECKING:
    from drivers.modbus.client import ModbusClient

EFFECT_TIME = "time to the effect after up to two lost messages, at the witness"
THROUGH = "the command got through"
ONCE = "the command counted once"
_LOSSES = range(1, 6)
_SURE = 2
_PATIENCE_S, _LOOK_S = 1.0, 0.5


async def stimulus(trial: Trial) -> None:
    exchange = change_of(trial)
    record_absent(trial, "an alternative path", "Modbus has none of its own")
    for losses in _LOSSES:
        await exchange.prepare()
        given = trial.clock.now()
        async with exchange.access.session(timeout_s=_PATIENCE_S) as client:
            through = await _retried(exchange, client, losses)
        what = f"{losses} lost"
        trial.record.observe(THROUGH, through and await _in_force(trial, exchange), what=what)
        trial.record.observe(ONCE, await exchange.times() == 1, what=what)
        if losses <= _SURE:
            trial.record.observe_duration(EFFECT_TIME, trial.clock.now() - given, what=what)
        await exchange.restore()


async def _in_force(trial: Trial, exchange: ModbusWrite) -> bool:
    """Whether the effect is there, within t_act."""
    given = trial.clock.now()
    look = exchange.witnessed if isinstance(exchange, ModbusCommand) else exchange.observe
    while True:
        effect = await look()
        if effect.happened or trial.clock.now() - given >= trial.bound("t_act").number:
            return effect.happened is True
        await trial.station.advance(_LOOK_S)


async def _retried(exchange: ModbusWrite, client: ModbusClient, losses: int) -> bool:
    for number in range(losses + 1):
        if number < losses:
            with client.taps["adu"].interfering(drop):
                await attempt(exchange.send(client))
        elif (await attempt(exchange.send(client))).accepted:
            return True
    return False


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the command gets through", "always", THROUGH),
        Check("it counts once", "always", ONCE),
        Check("its effect is there within t_act", "at_most", EFFECT_TIME, trial.limit("t_act")),
    ]


PROBES = on_both("A-H3", stimulus, checks)
