"""A-H1 Emergency command under attack: each is acknowledged and effective in time while junk pours in.

Junk stands in another program of the server or at another server, and pours in at the device's own server. Times count
from the poll that brought the signal.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._junk import CLASSES, junk_beside
from bench.controls.sep2.a_m1_flood import pour
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECTIVE, TIME = "an emergency signal was acknowledged and took effect", "from the poll to the acknowledgment"


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    names = list(CLASSES)
    async with junk_beside(trial) as throw:
        for number in range(trial.bound("n_emergency").count):
            throw(names[number % len(names)])
            await trial.station.advance(trial.random.random() * exchange.access.poll_s)
            await pour(trial)
            exchange.event = event = exchange.offer(exchange.new_event())
            await exchange.arrived(event)
            effect = await exchange.observe()
            answers = counterpart.resources.answers(event.mrid)
            good = bool(answers) and bool(effect.happened)
            trial.record.observe(EFFECTIVE, good, what=f"signal {number + 1}", detail=effect.detail)
            mark = event.mrid.hex().upper().encode()
            brought = next((seen.at for seen in counterpart.seen if mark in seen.response.body), None)
            if answers and brought is not None:
                trial.record.observe_duration(TIME, max(0.0, answers[0].at - brought), what=f"signal {number + 1}")
            await exchange.restore()
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("each is effective", "at_least_true", EFFECTIVE, trial.enough("n_emergency")),
        Check("and acknowledged within t_ack", "at_most", TIME, trial.limit("t_ack")),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("A-H1", "sep2", stimulus, checks)
