"""I-M6 A signal counts once.

The same event twice in a list, in two programs, and again after it was carried out, with another time: it is one event
by its mRID, and has one effect.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, record_effects, works
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import new_mrid
from bench.exchanges.sep2_exchange import Sep2Exchange, ToManager
from bench.judgement.check import Check
from drivers.sep2.events import DateTimeInterval, Event
from drivers.sep2.vocabulary import ResponseStatus

TIMES, AGAIN = "how often a signal was started", "a signal that was carried out took effect again"
_SHORT_S = 240


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    other = exchange.counterpart.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 2, "twice")
    await exchange.counterpart.found_anew()
    event = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
    exchange.offer(event, other)
    await exchange.arrived(event)
    await exchange.counterpart.polled()
    _count(trial, exchange, event, "in two programs at once")
    await trial.station.advance(_SHORT_S + exchange.reaction_s + float(exchange.access.pixit("dwell_s", 0.0)))
    now = int(trial.clock.now())
    again = dataclasses.replace(event, interval=DateTimeInterval(start=now, duration=3600), created=now)
    other.events.clear()
    exchange.offer(again)
    await exchange.counterpart.polled(2)
    await trial.station.advance(exchange.access.act_s)
    _count(trial, exchange, event, "again, after it was carried out")
    if isinstance(exchange, ToManager):
        await record_effects(trial, [Case("again, after it was carried out", again)], AGAIN)
    exchange.event = again
    await exchange.restore()
    exchange.program.events.clear()
    await works(trial, "after")


def _count(trial: Trial, exchange: Sep2Exchange, event: Event, what: str) -> None:
    starts = isinstance(exchange, ToManager) and ResponseStatus.STARTED not in exchange.wordless
    key = ResponseStatus.STARTED if starts else ResponseStatus.RECEIVED
    told = exchange.counterpart.told(event.mrid)
    trial.record.observe(TIMES, told.count(key), what=what, told=[*told])


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a signal counts once", "equals", TIMES, {"expected": 1}),
        Check("good signals work before and after", "always", GOOD),
    ]
    if isinstance(trial.exchange, ToManager):
        found.append(Check("what was carried out is not carried out again", "never", AGAIN))
    return found


PROBE = Probe("I-M6", "sep2", stimulus, checks)
