"""I-L4 An unauthenticated change is refused.

Towards the device as a client: a server that proves nothing, in place of the right one. Towards its own server, where
it has one: posts and puts of who shows no certificate, or one of a forger.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.sep2._doors import posts
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

EFFECT = "a signal of a server that proved nothing took effect"
TAKEN = "a change without a credential was taken"
_STILL_S = 60.0


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    event = exchange.new_event()
    async with impostor(trial, f"{exchange.party}.untrusted", event) as false:
        await follow(trial)
        await trial.station.advance(_STILL_S)
        exchange.server = false
        await record_effects(trial, [Case("a server with a certificate of a forger's authority", event)], EFFECT)
        exchange.server = None
    await _own_server(trial)
    await works(trial, "after")


async def _own_server(trial: Trial) -> None:
    access = exchange_of(trial).access
    if not access.own_server:
        record_absent(trial, "changes at its own server", "the device has none")
        return
    credentials = {"no certificate": access.credential("trust"), "a forger's": access.credential("cems.untrusted")}
    for who, credential in credentials.items():
        for name, method, path, body in posts(exchange_of(trial)):
            async with access.client(credential) as client:
                tried = await attempt(client.request(method, path, body))
            taken = tried.accepted and tried.value.status < 400
            trial.record.observe(TAKEN, taken, what=f"{name}, {who}", answer=tried.text)


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a server that proves nothing has no effect", "never", EFFECT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("changes without a credential are refused", "never", TAKEN))
    return found


PROBE = Probe("I-L4", "sep2", stimulus, checks)
