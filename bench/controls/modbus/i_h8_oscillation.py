"""I-H8 on Modbus: commands at the fastest rate do not make the load swing: the output keeps its minimum dwell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.controls.attempts import attempt
from bench.controls.modbus._changes import change_of
from bench.controls.modbus._probes import on_both
from bench.controls.modbus._row import access_of
from bench.controls.trial import Trial
from bench.exchanges.modbus_write import ModbusCommand
from bench.judgement.check import Check

DECLARED = "declared minimum dwell"
DWELL = "time between two operations of the output, at the witness"
_LOOK_S = 1.0


async def stimulus(trial: Trial) -> None:
    """``n_switch_cycles`` commands and their opposites, as fast as they are confirmed, over twice the dwell."""
    exchange = change_of(trial)
    if not isinstance(exchange, ModbusCommand):
        trial.record.could_not_look(DWELL, "the row's exchange has no witness of its effect")
        return
    declared = float(access_of(trial).pixit("minimum_dwell_s", 0.0))
    trial.record.observe(DECLARED, declared, unit="s", source="PIXIT")
    await exchange.prepare()
    cycles = trial.bound("n_switch_cycles").count
    pause = max(_LOOK_S, 2 * max(declared, trial.bound("t_dwell").number) / (2 * cycles))
    operations: list[float] = []
    seen = (await exchange.operates()).happened
    started = trial.clock.now()
    for number in range(2 * cycles):
        await attempt(exchange.operate(number % 2 == 0))
        until = trial.clock.now() + pause
        while trial.clock.now() < until:
            await trial.station.advance(_LOOK_S)
            now = (await exchange.operates()).happened
            if now is not seen:
                operations.append(trial.clock.now())
                seen = now
    for earlier, later in pairwise(operations):
        uncertainty = _LOOK_S / 6**0.5
        trial.record.observe(DWELL, later - earlier, unit="s", standard_uncertainty=uncertainty, source="witness")
    if len(operations) < 2:
        trial.record.observe(DWELL, trial.clock.now() - started, unit="s", what="no second operation at all")
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    declared = float(access_of(trial).pixit("minimum_dwell_s", 0.0))
    least = trial.bound("t_dwell").number
    limit = max(least, declared) - 2 * _LOOK_S
    return [
        Check("the declared dwell is long enough", "at_least", DECLARED, {"limit": least}),
        Check("the output keeps its minimum dwell", "at_least", DWELL, {"limit": limit}),
    ]


PROBES = on_both("I-H8", stimulus, checks)
