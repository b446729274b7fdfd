"""A-H2 Emergency pre-empts bulk work: a signal comes while the device has hundreds of others to read and to answer.

The signal is effective within t_act of the poll that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.trial import Trial
from bench.exchanges.sep2_events import new_mrid
from bench.judgement.check import Check

EFFECTIVE, TIME = "the signal took effect in time", "from the poll to the acknowledgment"
RESUMED = "the bulk work was finished afterwards"
_BULK = 150


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    bulk = counterpart.resources.add_program(exchange.content.kind, new_mrid(exchange.random), 5, "bulk")
    await counterpart.found_anew()
    many = [exchange.offer(exchange.new_event(start_s=86_400.0 + 10.0 * n), bulk) for n in range(_BULK)]
    exchange.event = event = exchange.offer(exchange.new_event())
    await exchange.arrived(event)
    mark = event.mrid.hex().upper().encode()
    brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
    await trial.station.advance(trial.bound("t_act").number)
    effect = await exchange.observe()
    trial.record.observe(EFFECTIVE, effect.happened, detail=effect.detail, source=effect.shown_by)
    answers = counterpart.resources.answers(event.mrid)
    if answers and brought is not None:
        trial.record.observe_duration(TIME, max(0.0, answers[0].at - brought))
    await counterpart.polled(2)
    told = sum(bool(counterpart.told(one.mrid)) for one in many)
    trial.record.observe(RESUMED, told == _BULK, answered=told)
    bulk.events.clear()
    await exchange.restore()
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the signal takes effect within t_act", "always", EFFECTIVE),
        Check("it is acknowledged within t_act", "at_most", TIME, trial.limit("t_act")),
        Check("the bulk work is finished", "always", RESUMED),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("A-H2", "sep2", stimulus, checks)
