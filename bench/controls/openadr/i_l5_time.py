"""I-L5 Plausible time and quality.

What the device stamps (its signatures) is right by the station's clock, also after a power cut. A VTN whose time is an
hour off is not followed, since what it signs is too old or of a time to come; the refusal is in the device's log, and
the device's own time does not move.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import Case, exchange_of, record_effects
from bench.controls.sep2._log import entries, record_code
from bench.controls.sep2._restart import back, restart
from bench.controls.sep2._stamps import ERROR, FUTURE, stamp
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT, LOGGED = "a signal of a VTN whose time is off took effect", "the VTN's wrong time is in the log"
_STEP_S, _BACK_S = 3600.0, 600.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    within_s = 2.0 * float(exchange.access.pixit("retry_s", 120.0))
    await stamp(trial, "as it is", within_s=within_s)
    await restart(trial)
    await back(trial, _BACK_S)
    await stamp(trial, "after a power cut", within_s=within_s)
    for step_s in (_STEP_S, -_STEP_S):
        event = exchange.offer(exchange.new_event())
        exchange.counterpart.offset_s = step_s
        await exchange.counterpart.polled(2, within_s=within_s)
        exchange.counterpart.offset_s = 0.0
        await record_effects(trial, [Case(f"{step_s:+.0f} s off", event)], EFFECT)
        exchange.program.events.clear()
        await exchange.counterpart.polled(2, within_s=within_s)
        await stamp(trial, f"after the VTN's time was {step_s:+.0f} s off", within_s=within_s)
    refused = await entries(trial, record_code(trial, "refused_server"))
    trial.record.observe(LOGGED, len(refused) > 0, entries=len(refused))


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the device's time is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("nothing bears a time to come", "never", FUTURE),
        Check("a VTN whose time is off has no effect", "never", EFFECT),
        Check("its wrong time is logged", "always", LOGGED),
    ]


PROBE = Probe("I-L5", "openadr", stimulus, checks)
