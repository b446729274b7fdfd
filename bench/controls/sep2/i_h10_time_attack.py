"""I-H10 Time attack: a server whose time is set forwards or back makes no signal run early or again.

The steps are ten seconds, an hour and a year, both ways. A signal that is over is offered all the while, as a server
whose time went back shows it, and one that is to come; each step beyond what the device allows is in its log.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, exchange_of, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.exchanges.sep2_exchange import ToManager
from bench.judgement.check import Check
from drivers.sep2.events import Event

AGAIN, EARLY = "a signal that was over ran again", "a signal ran before its time"
LOGGED = "steps of the server's time are in the log"
_STEPS_S = (10.0, 3600.0, 365 * 86_400.0)
_SHORT_S, _AHEAD_S = 300, 6 * 3600.0


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    counterpart = exchange.counterpart
    over = exchange.offer(exchange.new_event(duration_s=_SHORT_S))
    await exchange.arrived(over)
    rest_s = exchange.reaction_s + float(exchange.access.pixit("dwell_s", 0.0))
    await trial.station.advance(max(0.0, over.interval.end + rest_s - trial.clock.now()))
    to_come = exchange.offer(exchange.new_event(start_s=_AHEAD_S, duration_s=_SHORT_S))
    await exchange.arrived(to_come)
    for size_s in _STEPS_S:
        for step_s in (size_s, -size_s):
            counterpart.offset_s = step_s
            await counterpart.polled(2)
            await trial.station.advance(exchange.access.act_s)
            await _look(trial, over, AGAIN, step_s)
            if isinstance(exchange, ToManager):
                await _look(trial, to_come, EARLY, step_s)
            counterpart.offset_s = 0.0
            await counterpart.polled()
    steps = await entries(trial, record_code(trial, "clock"))
    trial.record.observe(LOGGED, len(steps) > 0, entries=len(steps))
    exchange.program.events.clear()
    await counterpart.found_anew()
    await works(trial, "after")


async def _look(trial: Trial, event: Event, series: str, step_s: float) -> None:
    effect = await exchange_of(trial).look(event)
    what = f"the server's time is {step_s:+.0f} s off"
    if effect.happened is None:
        trial.record.could_not_look(series, f"{what}: {effect.detail}")
    else:
        trial.record.observe(series, effect.happened, what=what, source=effect.shown_by, detail=effect.detail)


def checks(trial: Trial) -> Sequence[Check]:
    early = [Check("nothing runs early", "never", EARLY)] if isinstance(exchange_of(trial), ToManager) else []
    return [
        Check("nothing runs twice", "never", AGAIN),
        *early,
        Check("a step beyond what is allowed is logged", "always", LOGGED),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H10", "sep2", stimulus, checks)
