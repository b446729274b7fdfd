"""I-H10 Time attack: a CSMS whose time goes forwards or back makes no limit run early or again.

The steps are ten seconds, an hour and a year, both ways, told from one heartbeat to the next. A limit that was over
stays over; one that is to come does not come. Each step is told as the security event SettingSystemTime. A false CSMS
sets no clock: the controls of false peers show that it does not get so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, record, works
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.charging import Period
from drivers.ocpp.charger import LIMIT_PROFILE

AGAIN, EARLY = "a limit that was over ran again", "a limit ran before its time"
TOLD = "a step of the CSMS's time is told as a security event"
_STEPS_S = (10.0, 3600.0, 365 * 86_400.0)
_LASTS_S, _AHEAD_S = 7200, 36 * 3600.0
_MARGIN_S = 2.0
_LATER_A, _LATER_LEVEL = 24.0, 2
_KIND = "SettingSystemTime"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    await exchange.prepare()
    own, now = exchange.profile(), trial.clock.now()
    await exchange.role.set_profile(replace(own, schedule=replace(own.schedule, duration_s=_LASTS_S)))
    await trial.station.advance(_LASTS_S + exchange.settle_s)
    start = now + _AHEAD_S
    later = replace(own.schedule, start=start, duration_s=_LASTS_S, periods=(Period(0, _LATER_A),))
    await exchange.role.set_profile(
        replace(own, number=LIMIT_PROFILE + 1, stack_level=_LATER_LEVEL, valid_from=start, schedule=later)
    )
    for size_s in _STEPS_S:
        for step_s in (-size_s, size_s):
            await _step(trial, step_s)
    await works(trial, "after")


async def _step(trial: Trial, step_s: float) -> None:
    """The CSMS's time is off by so much for one heartbeat, then right again."""
    exchange, what = exchange_of(trial), f"the CSMS's time is {step_s:+.0f} s off"
    heard = len(exchange.there.session.heard)
    await trial.station.box.do(trial.seat, "charge", percent=20.0)
    await _offset(trial, step_s)
    record(trial, AGAIN, await exchange.draws(exchange.limit_a), what)
    record(trial, EARLY, await exchange.draws(_LATER_A), what)
    await _offset(trial, 0.0)
    told = any(_KIND in item.text for item in exchange.there.session.heard[heard:])
    trial.record.observe(TOLD, told, what=what)


async def _offset(trial: Trial, offset_s: float) -> None:
    exchange = exchange_of(trial)
    exchange.csms.server.offset_s = offset_s
    await trial.station.advance(exchange.access.declared.heartbeat_s + _MARGIN_S)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("nothing runs twice", "never", AGAIN),
        Check("nothing runs early", "never", EARLY),
        Check("each step is told", "always", TOLD),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-H10", "ocpp", stimulus, checks)
