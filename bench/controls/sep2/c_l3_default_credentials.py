"""C-L3 No default or shared credential.

Servers with the credentials that others hold, or that a factory leaves behind, are not followed: the factory's test
server, the neighbour's gateway, the device's own peer. Devices of another home are not served at the device's own
server.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.trial import Trial
from bench.judgement.check import Check

EFFECT, SERVED = "a signal under a default or shared credential took effect", "a device of another home was served"
_SERVERS = {"factory": "the factory's test server", "neighbour": "the neighbour's gateway"}
_DEVICES = ("cems-2", "stranger", "factory")
_PATHS = ("/edev", "/derp", "/dr", "/tp", "/msg")


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    for name, words in _SERVERS.items():
        event = exchange.new_event()
        async with impostor(trial, name, event) as false:
            await follow(trial)
            exchange.server = false
            await record_effects(trial, [Case(words, event)], EFFECT)
            trial.record.observe(EFFECT, bool(false.told(event.mrid)), what=f"{words} is answered")
            exchange.server = None
    access = exchange.access
    for name in _DEVICES if access.own_server else ():
        async with access.client(name) as client:
            for path in _PATHS:
                tried = await attempt(client.request("GET", path))
                served = tried.accepted and tried.value.status < 400
                trial.record.observe(SERVED, served, what=f"{path} to {name}", answer=tried.text)
    await works(trial, "after")


def checks(trial: Trial) -> Sequence[Check]:
    found = [
        Check("no default or shared credential opens the device", "never", EFFECT),
        Check("good signals work before and after", "always", GOOD),
    ]
    if exchange_of(trial).access.own_server:
        found.append(Check("devices of another home are not served", "never", SERVED))
    return found


PROBE = Probe("C-L3", "sep2", stimulus, checks)
