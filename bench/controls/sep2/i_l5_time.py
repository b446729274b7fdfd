"""I-L5 Plausible time and quality.

What the device stamps is right by the station's clock, also after a power cut; a server whose time steps is followed
within bounds only, with an entry in the log; nothing bears a time to come.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import exchange_of
from bench.controls.sep2._log import entries, record_code
from bench.controls.sep2._restart import back, restart
from bench.controls.trial import Trial
from bench.judgement.check import Check

ERROR, FUTURE = "error of the device's time stamps", "a record bears a time to come"
LOGGED = "a step of the server's time is in the log"
_STEP_S, _MARGIN_S, _BACK_S = 3600.0, 2.0, 600.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _stamp(trial, "as it is")
    await restart(trial)
    await back(trial, _BACK_S)
    await _stamp(trial, "after a power cut")
    for step_s in (_STEP_S, -_STEP_S):
        exchange.counterpart.offset_s = step_s
        await exchange.counterpart.polled(2)
        exchange.counterpart.offset_s = 0.0
        await _stamp(trial, f"after the server's time was {step_s:+.0f} s off")
    steps = await entries(trial, record_code(trial, "clock"))
    trial.record.observe(LOGGED, len(steps) > 0, entries=len(steps))


async def _stamp(trial: Trial, what: str) -> None:
    """Have the device answer a signal, and compare the time in its answer with the station's."""
    exchange = exchange_of(trial)
    await exchange.counterpart.polled(within_s=2.0 * exchange.access.poll_s)
    await exchange.perform()
    event = exchange.event
    answers = exchange.counterpart.resources.answers(event.mrid) if event is not None else []
    if not answers:
        trial.record.could_not_look(ERROR, f"{what}: the device answered nothing")
    for one in answers[:1]:
        created = float(one.response.created or 0)
        trial.record.observe(ERROR, abs(created - one.at), unit="s", what=what)
        trial.record.observe(FUTURE, created > one.at + _MARGIN_S, what=what)
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the device's time is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("nothing bears a time to come", "never", FUTURE),
        Check("a step of time is logged", "always", LOGGED),
    ]


PROBE = Probe("I-L5", "sep2", stimulus, checks)
