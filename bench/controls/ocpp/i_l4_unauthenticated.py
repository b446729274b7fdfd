"""I-L4 Unauthenticated change refused: a CSMS that proves nothing sets no limit.

A certificate that nobody signed whom the station trusts; one that has expired; no TLS at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, impostor, try_as, works
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

EFFECT = "a CSMS that proves nothing set a limit"
_FALSE = {
    "a certificate that nobody signed": "csms_untrusted",
    "an expired certificate": "csms_expired",
}


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    secure = exchange.access.declared.security_profile > 1
    for what, credential in _FALSE.items():
        if not secure or not exchange.access.has_secret(credential):
            record_absent(trial, what, "security profile 1 has no TLS, or the device file names no such credential")
            continue
        async with impostor(trial, credential) as false:
            await try_as(trial, false, EFFECT, what)
    if secure:
        async with impostor(trial, profile=1) as false:
            await try_as(trial, false, EFFECT, "no TLS")
    else:
        trial.record.observe(EFFECT, True, what="security profile 1: nobody has to prove anything")
    await works(trial, "after")


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("who proves nothing has no effect", "never", EFFECT),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("I-L4", "ocpp", stimulus, checks)
