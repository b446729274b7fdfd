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
from bench.controls.sep2._stamps import ERROR, FUTURE, stamp
from bench.controls.trial import Trial
from bench.judgement.check import Check

LOGGED = "a step of the server's time is in the log"
_STEP_S, _BACK_S = 3600.0, 600.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    within_s = 2.0 * exchange.access.poll_s
    await stamp(trial, "as it is", within_s=within_s)
    await restart(trial)
    await back(trial, _BACK_S)
    await stamp(trial, "after a power cut", within_s=within_s)
    for step_s in (_STEP_S, -_STEP_S):
        exchange.counterpart.offset_s = step_s
        await exchange.counterpart.polled(2)
        exchange.counterpart.offset_s = 0.0
        await stamp(trial, f"after the server's time was {step_s:+.0f} s off", within_s=within_s)
    steps = await entries(trial, record_code(trial, "clock"))
    trial.record.observe(LOGGED, len(steps) > 0, entries=len(steps))


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the device's time is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("nothing bears a time to come", "never", FUTURE),
        Check("a step of time is logged", "always", LOGGED),
    ]


PROBE = Probe("I-L5", "sep2", stimulus, checks)
