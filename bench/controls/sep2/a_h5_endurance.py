"""A-H5 Endurance: a mixed load with a share of junk; answers do not grow slower, and none is missing."""

from __future__ import annotations

from bench.controls.attempts import Attempt, Outcome
from bench.controls.base import Probe
from bench.controls.endurance import MixedLoad, endurance_checks
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._junk import CLASSES, Junk
from bench.controls.trial import Trial

_FEWEST_POLLS = 30
"""A device that polls shows nothing of itself in less time."""
_RESOLUTION_S = 0.05
_LATER_S = 86_400.0


async def stimulus(trial: Trial) -> None:
    """Each round is junk in the answer to a poll, and a signal that the device has to answer."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    counterpart, poll_s, names = exchange.counterpart, exchange.access.poll_s, list(CLASSES)
    load = MixedLoad(trial, poll_s, shortest_s=_FEWEST_POLLS * poll_s)
    while load.lasts:
        counterpart.alter = Junk(trial, names[(load.number + 1) % len(names)], counterpart.polled_path)
        await trial.station.advance(poll_s)
        counterpart.alter = None
        await counterpart.polled(within_s=float(exchange.access.pixit("retry_s", 120.0)))
        await _signal(trial, load)
        await load.next_round()
    load.over(there=await _signal(trial, load), resolution_s=_RESOLUTION_S)


async def _signal(trial: Trial, load: MixedLoad) -> bool:
    """Offer a signal for much later; whether the device answers it, and how long after it was brought to it."""
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    event = exchange.offer(exchange.new_event(start_s=_LATER_S))
    await exchange.arrived(event)
    mark = event.mrid.hex().upper().encode()
    brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
    answers = counterpart.resources.answers(event.mrid)
    if not answers:
        load.told(Attempt(Outcome.SILENCE, "no answer"), trial.clock.now(), None)
    else:
        took_s = None if brought is None else max(0.0, answers[0].at - brought)
        load.told(Attempt(Outcome.ACCEPTED, "accepted"), answers[0].at, took_s)
    exchange.program.events.clear()
    counterpart.seen.clear()
    return bool(answers)


PROBE = Probe("A-H5", "sep2", stimulus, endurance_checks)
