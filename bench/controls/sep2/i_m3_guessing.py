"""I-M3 Guessing is limited and recorded.

Identities are certificates, which nobody guesses: a server with the wrong one is refused each time, the refusals are in
the device's log, and the right server is served at once afterwards. The PIN of the registration is no secret that opens
a door; a server that shows another one is refused like any wrong server.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT = "a signal of a server with a wrong credential took effect"
LOGGED = "the refusal is in the device's log"
_TRIES = 3


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    wrong = {"stranger": None, f"{exchange.party}.untrusted": None, exchange.party: 111_115}
    for name, pin in wrong.items():
        event = exchange.new_event()
        for _number in range(_TRIES):
            async with impostor(trial, name, event, pin=pin) as false:
                await follow(trial)
                exchange.server = false
                words = "a wrong PIN" if pin else f"a server with the certificate {name}"
                await record_effects(trial, [Case(words, event)], EFFECT)
                exchange.server = None
    await works(trial, "after")
    refused = await entries(trial, record_code(trial, "refused_server"))
    trial.record.observe(LOGGED, len(refused) >= 1, entries=len(refused))


def checks(trial: Trial) -> Sequence[Check]:
    return [
        Check("a wrong credential has no effect", "never", EFFECT),
        Check("refusals are logged", "always", LOGGED),
        Check("the right server is served before and at once after", "always", GOOD),
    ]


PROBE = Probe("I-M3", "sep2", stimulus, checks)
