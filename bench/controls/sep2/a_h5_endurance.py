"""A-H5 Endurance: a mixed load with a share of junk; answers do not grow slower, and none is missing."""

from __future__ import annotations

from collections.abc import Sequence

from bench.catalogue import Trials
from bench.controls.base import Probe
from bench.controls.growth import growth, stretch_s
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._junk import CLASSES, Junk
from bench.controls.trial import Trial
from bench.judgement.check import Check

ANSWERED, GROWTH = "a signal was answered", "how much slower answers are at the end than at the beginning"
_FEWEST_POLLS = 30
"""A device that polls shows nothing of itself in less time."""


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    counterpart = exchange.counterpart
    began = trial.clock.now()
    duration_s = max(float(trial.bound("t_endurance").number), _FEWEST_POLLS * exchange.access.poll_s)
    answers: list[tuple[float, float]] = []
    names, number = list(CLASSES), 0
    while trial.clock.now() < began + duration_s:
        number += 1
        counterpart.alter = Junk(trial, names[number % len(names)], counterpart.polled_path)
        await trial.station.advance(exchange.access.poll_s)
        counterpart.alter = None
        await counterpart.polled(within_s=float(exchange.access.pixit("retry_s", 120.0)))
        event = exchange.offer(exchange.new_event(start_s=86_400.0))
        await exchange.arrived(event)
        mark = event.mrid.hex().upper().encode()
        brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
        got = counterpart.resources.answers(event.mrid)
        trial.record.observe(ANSWERED, bool(got), what=f"signal {number}")
        if got and brought is not None:
            answers.append((got[0].at - began, max(0.0, got[0].at - brought)))
        exchange.program.events.clear()
        counterpart.seen.clear()
    grown = growth(answers, stretch_s(duration_s), 0.05)
    if grown is None:
        trial.record.could_not_look(GROWTH, "no answers at one of the ends")
    else:
        trial.record.observe(GROWTH, grown, answers=len(answers))


def checks(trial: Trial) -> Sequence[Check]:
    rate = trial.bound("p_ok").value
    assert isinstance(rate, Trials)
    share = {"count": rate.at_least / rate.of, "of": 1}
    return [
        Check("answers do not grow slower", "at_most", GROWTH, trial.limit("p95_growth")),
        Check("signals are answered", "at_least_true", ANSWERED, share),
    ]


PROBE = Probe("A-H5", "sep2", stimulus, checks)
