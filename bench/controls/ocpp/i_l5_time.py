"""I-L5 Plausible time: what the station stamps is right by the station's clock, and a step of its clock is told.

Stamps of meter values as they are, after a power cut, and after the CSMS's time was an hour off; nothing bears a time
to come; a step makes the security event SettingSystemTime.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of, security_events
from bench.controls.ocpp._restart import restart
from bench.controls.trial import Trial
from bench.judgement.check import Check

ERROR, FUTURE = "error of the station's time stamps", "a record bears a time to come"
TOLD = "a step of time is told as a security event"
_STEP_S, _MARGIN_S = 3600.0, 2.0
_KIND = "SettingSystemTime"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _stamp(trial, "as it is")
    await restart(trial)
    await _stamp(trial, "after a power cut")
    for step_s in (_STEP_S, -_STEP_S):
        began = trial.clock.now()
        await _offset(trial, step_s)
        await _offset(trial, 0.0)
        await _stamp(trial, f"after the CSMS's time was {step_s:+.0f} s off")
        told = security_events(exchange.there, _KIND, began - 2.0 * _STEP_S)
        heard = [item for item in exchange.there.session.heard if item.at >= began and _KIND in item.text]
        trial.record.observe(TOLD, bool(told) and bool(heard), what=f"{step_s:+.0f} s", events=len(heard))


async def _offset(trial: Trial, offset_s: float) -> None:
    """The CSMS's time from the next heartbeat on."""
    exchange = exchange_of(trial)
    exchange.csms.server.offset_s = offset_s
    await trial.station.advance(exchange.access.declared.heartbeat_s + _MARGIN_S)


async def _stamp(trial: Trial, what: str) -> None:
    """Have the station tell its meter values, and compare their time with the station's."""
    exchange = exchange_of(trial)
    told = await exchange.role.readings()
    now = trial.clock.now()
    if told.at is None:
        trial.record.could_not_look(ERROR, f"{what}: the station stamps nothing")
        return
    trial.record.observe(ERROR, abs(told.at - now), unit="s", what=what)
    trial.record.observe(FUTURE, told.at > now + _MARGIN_S, what=what)


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("the station's time is right", "at_most", ERROR, trial.limit("dt_clk", subject="meter_han")),
        Check("nothing bears a time to come", "never", FUTURE),
        Check("a step of time is told", "always", TOLD),
    ]


PROBE = Probe("I-L5", "ocpp", stimulus, checks)
