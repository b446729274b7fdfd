"""I-H8 Load oscillation by switching, at a gateway: signals given and taken back as fast as it polls.

What switches stands behind the gateway. So what the gateway owes its fleet is that each signal goes on with the random
windows that it came with, and each withdrawal with its window: a gateway that drops them has all loads return at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToGateway
from bench.judgement.check import Check
from drivers.sep2.events import RandomizableEvent

WINDOW, TAKEN_BACK = "the home finds the signal with its random windows", "the home finds that it was taken back"
_CYCLES, _QUICK_CYCLES = 20, 6
_START_S, _END_S = 60, 120


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    if not isinstance(exchange, ToGateway):
        trial.record.could_not_look(WINDOW, "the row's device hands nothing on")
        return
    await exchange.prepare()
    for number in range(_QUICK_CYCLES if trial.profile == "quick" else _CYCLES):
        what = f"cycle {number + 1}"
        event = exchange.new_event(randomize_start=_START_S, randomize_duration=_END_S)
        exchange.event = exchange.offer(event)
        await exchange.arrived(event)
        found = await exchange.found(event.mrid)
        windows = (found.randomize_start, found.randomize_duration) if isinstance(found, RandomizableEvent) else None
        trial.record.observe(WINDOW, windows == (_START_S, _END_S), what=what, found=str(windows))
        exchange.program.cancel(event.mrid, trial.clock.now(), randomized=True)
        await trial.station.advance(exchange.reaction_s)
        after = await exchange.found(event.mrid)
        trial.record.observe(TAKEN_BACK, after is None or after.status.cancelled, what=what)
    await exchange.restore()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("signals go on with their random windows", "always", WINDOW),
        Check("withdrawals go on", "always", TAKEN_BACK),
    ]


PROBE = Probe("I-H8", "sep2", stimulus, checks)
