"""I-M1 Commands need the right role.

Only the server that was commissioned on the device may give it signals, whatever certificate of the same authority
another one shows: a device of the home, the neighbour's gateway, a stranger. At the device's own server: devices of the
home may answer, and change nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.sep2._doors import posts
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT = "a signal of a server without the right took effect"
TAKEN = "a change by a device without the right was taken"
_SERVERS = {"stranger": "a stranger under the same authority", "neighbour": "the neighbour's gateway"}
_CLIENTS = ("cems", "cems-2", "stranger")


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for name, words in _SERVERS.items():
        event = exchange.new_event()
        async with impostor(trial, name, event) as false:
            await follow(trial)
            exchange.server = false
            await record_effects(trial, [Case(words, event)], EFFECT)
            exchange.server = None
    access = exchange.access
    for name in _CLIENTS if access.own_server else ():
        for what, method, path, body in posts(exchange):
            async with access.client(name) as client:
                tried = await attempt(client.request(method, path, body))
            taken = tried.accepted and tried.value.status < 400
            trial.record.observe(TAKEN, taken, what=f"{what} by {name}", answer=tried.text)
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("a server that was not commissioned has no effect", "never", EFFECT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("devices change nothing that is not theirs", "never", TAKEN))
    return found


PROBE = Probe("I-M1", "sep2", stimulus, checks)
