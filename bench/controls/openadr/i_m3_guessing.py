"""I-M3 Guessing is limited and recorded.

Identities are certificates, which nobody guesses: a VTN with the wrong one is refused each time, the refusals are in
the device's log, and the right VTN is served at once afterwards. (Signatures of others are I-M2's.)
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT = "a signal of a VTN with a wrong credential took effect"
LOGGED = "the refusal is in the device's log"
_TRIES = 3


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for name in ("stranger", f"{exchange.party}.untrusted"):
        event = exchange.new_event()
        for _number in range(_TRIES):
            async with impostor(trial, name, event) as false:
                await follow(trial)
                exchange.server = false
                await record_effects(trial, [Case(f"a VTN with the certificate {name}", event)], EFFECT)
                exchange.server = None
    await works(trial, "after")
    refused = await entries(trial, record_code(trial, "refused_server"))
    trial.record.observe(LOGGED, len(refused) >= 1, entries=len(refused))


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a wrong credential has no effect", "never", EFFECT),
        Check("refusals are logged", "always", LOGGED),
        Check("the right VTN is served before and at once after", "always", GOOD),
    ]


PROBE = Probe("I-M3", "openadr", stimulus, checks)
