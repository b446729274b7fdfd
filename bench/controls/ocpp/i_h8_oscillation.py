"""I-H8 Load oscillation: limits that pause and release at the fastest rate do not make the load swing.

``n_switch_cycles`` of them; between two operations of the outlet the declared dwell (PIXIT ``minimum_dwell_s``) passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

DECLARED = "declared minimum dwell"
DWELL = "time between two operations of the outlet, at the witness"
_LOOK_S = 1.0
_FLOWS_A = 1.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    trial.record.observe(DECLARED, exchange.dwell_s, unit="s", source="PIXIT")
    await exchange.prepare()
    cycles = trial.bound("n_switch_cycles").count
    pause_s = max(2.0 * _LOOK_S, max(exchange.dwell_s, trial.bound("t_dwell").number) / cycles)
    analyser = await exchange.wiring.analyser()
    seen, began = True, trial.clock.now()
    operations: list[tuple[float, bool]] = []
    for number in range(2 * cycles):
        await attempt(exchange.role.set_limit(0.0 if number % 2 == 0 else None))
        until = trial.clock.now() + pause_s
        while trial.clock.now() < until:
            await trial.station.advance(_LOOK_S)
            flows = abs((await analyser.current()).value) > _FLOWS_A
            if flows is not seen:
                operations.append((trial.clock.now(), flows))
                seen = flows
    for (went, _), (came, flows) in pairwise(operations):
        if flows:
            uncertainty = _LOOK_S / 6**0.5
            trial.record.observe(DWELL, came - went, unit="s", standard_uncertainty=uncertainty, source="witness")
    if not any(flows for _at, flows in operations):
        trial.record.observe(DWELL, trial.clock.now() - began, unit="s", what="it never came back meanwhile")
    await exchange.role.set_limit(None)
    await trial.station.advance(exchange.starting_s)
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    least = trial.bound("t_dwell").number
    limit = max(least, exchange_of(trial).dwell_s) - 2.0 * _LOOK_S
    return [
        Check("the declared dwell is long enough", "at_least", DECLARED, {"limit": least}),
        Check("the outlet keeps its minimum dwell", "at_least", DWELL, {"limit": limit}),
        Check("good limits work after", "always", GOOD),
    ]


PROBE = Probe("I-H8", "ocpp", stimulus, checks)
