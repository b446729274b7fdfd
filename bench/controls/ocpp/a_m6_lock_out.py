"""A-M6 Interlock against self-inflicted denial of service: false CSMSs do not lock the right one out.

They are refused as often as the station comes to them; the right one is then followed within its declared time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.ocpp_csms import NoStationError
from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, impostor, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

BACK, BACK_TIME = "the right CSMS is followed after the false ones", "from its return to the station's connection"
_FALSE = ("csms_untrusted", "csms_wrong_name", "csms_expired")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    declared = exchange.access.declared
    if declared.security_profile == 1:
        record_absent(trial, "certificates of false CSMSs", "the station is configured for security profile 1")
        return
    for name in _FALSE:
        if not exchange.access.has_secret(name):
            continue
        async with impostor(trial, name) as false:
            await trial.station.advance(2.0 * declared.retry_s)
            tries = len(false.server.attempts)
        began = trial.clock.now()
        try:
            await exchange.connect()
            came = True
        except NoStationError:
            came = False
        trial.record.observe(BACK, came, what=f"{name}, {tries} tries")
        trial.record.observe_duration(BACK_TIME, trial.clock.now() - began, what=name)
        if not came:
            return
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    declared = exchange_of(trial).access.declared
    found = [Check("the right CSMS is followed before and after", "always", GOOD)]
    if declared.security_profile > 1:
        found.append(Check("it is followed after the false ones", "always", BACK))
        found.append(Check("within its declared time", "at_most", BACK_TIME, {"limit": declared.connect_s}))
    return found


PROBE = Probe("A-M6", "ocpp", stimulus, checks)
