"""A-M3 Fail to the declared safe state: with the server gone, what is stored runs, and the default after it.

A signal is stored for a time to come; the server vanishes; the signal begins at its time, holds, ends at its end, and
what holds by default holds again. A signal that holds when the server vanishes goes on holding to its end.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.exchanges.base import Effect
from bench.exchanges.sep2_exchange import ToManager
from bench.judgement.check import Check

STORED, KEPT = "a stored signal runs without the server", "a signal that holds goes on without the server"
DEFAULT = "after its end what holds by default holds again"
_AHEAD_S, _SHORT_S = 300, 600
_AWAY_S = 120.0


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    holds = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
    await exchange.arrived(holds)
    counterpart.vanish()
    await trial.station.advance(_AWAY_S)
    _record(trial, KEPT, await exchange.look(holds))
    await _after(trial, holds.interval.end)
    counterpart.reappear()
    await counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    stored = exchange.offer(exchange.new_event(start_s=_AHEAD_S, duration_s=_SHORT_S))
    await exchange.arrived(stored)
    counterpart.vanish()
    await trial.station.advance(_AHEAD_S + exchange.access.act_s)
    _record(trial, STORED, await exchange.look(stored))
    await _after(trial, stored.interval.end)
    counterpart.reappear()
    await counterpart.polled(within_s=2.0 * float(exchange.access.pixit("retry_s", 120.0)))
    exchange.program.events.clear()
    await works(trial, "after")


async def _after(trial: Trial, end: float) -> None:
    """Past the end of a signal, and its dwell."""
    exchange = exchange_of(trial)
    rest_s = float(exchange.access.pixit("dwell_s", 0.0)) + exchange.access.act_s
    await trial.station.advance(max(0.0, end + rest_s - trial.clock.now()))
    if isinstance(exchange, ToManager):
        moved = await exchange.moved()
        over = None if moved.happened is None else not moved.happened
        _record(trial, DEFAULT, Effect(over, moved.shown_by, moved.detail))


def _record(trial: Trial, series: str, effect: Effect) -> None:
    if effect.happened is None:
        trial.record.could_not_look(series, effect.detail)
    else:
        trial.record.observe(series, effect.happened, source=effect.shown_by, detail=effect.detail)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a stored signal runs without the server", "always", STORED),
        Check("a signal that holds goes on without the server", "always", KEPT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if isinstance(trial.exchange, ToManager):
        found.append(Check("the default holds after its end", "always", DEFAULT))
    return found


PROBE = Probe("A-M3", "sep2", stimulus, checks)
