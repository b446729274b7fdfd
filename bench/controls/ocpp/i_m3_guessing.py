"""I-M3 Guessing is limited and recorded.

The station has no port at which a credential could be guessed; what is tried at it are certificates, by false CSMSs.
None of them is let in, however often; each kind is recorded as a security event once the right one is back; and the
right one is followed at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, impostor, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

LET_IN = "a false CSMS was let in"
RECORDED = "false CSMSs are recorded as a security event"
_EVENT = "InvalidCentralSystemCertificate"
_EVENT_2X = "InvalidCsmsCertificate"
_TRIES = 5
_TOLD_S = 30.0


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if exchange.access.declared.security_profile == 1:
        record_absent(trial, "certificates", "the station is configured for security profile 1")
        return
    began = trial.clock.now()
    async with impostor(trial, "csms_untrusted") as false:
        while len(false.server.attempts) < _TRIES:
            seen = len(false.server.attempts)
            if not await false.server.attempted(within_s=exchange.access.declared.retry_s):
                break
            trial.record.observe(LET_IN, false.server.attempts[-1].outcome == "opened", what=f"try {seen + 1}")
    await works(trial, "at once after")
    await exchange.prepare()
    await trial.station.advance(_TOLD_S)
    told = [at for name, at in exchange.there.backend.security_events if name in (_EVENT, _EVENT_2X) and at >= began]
    trial.record.observe(RECORDED, bool(told), events=len(told))
    await exchange.restore()


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("the right CSMS is followed before and at once after", "always", GOOD)]
    if exchange_of(trial).access.declared.security_profile > 1:
        found.append(Check("no false CSMS is let in", "never", LET_IN))
        found.append(Check("they are recorded", "always", RECORDED))
    return found


PROBE = Probe("I-M3", "ocpp", stimulus, checks)
