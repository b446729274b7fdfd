"""C-M1 Authentication before data: a CSMS that has not proved who it is is told nothing.

A certificate of another authority, an expired one, one for another name; an address without TLS, and no TLS at an
address with it, where the station is configured for TLS. The right CSMS is told what the row is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.ocpp._acts import exchange_of
from bench.controls.ocpp._false_peers import FALSE_PEERS, PLAINTEXT, manners, told_to
from bench.controls.trial import Trial
from bench.judgement.check import Check

SERVED = "the right CSMS was told the row's data"
GIVEN = "a CSMS that has not proved who it is was told something"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await _served(trial, "before")
    if exchange.access.declared.security_profile == 1:
        trial.record.observe(GIVEN, True, what="security profile 1: no CSMS proves anything")
        return
    for manner in manners(trial, (*FALSE_PEERS, *PLAINTEXT)):
        told = await told_to(trial, manner)
        given = told.connected or told.messages > 0
        trial.record.observe(GIVEN, given, what=manner.what, tries=told.tries, outcomes=told.outcomes)
    await _served(trial, "after")


async def _served(trial: Trial, what: str) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.role.readings())
    told = tried.accepted and tried.value.energy_wh is not None
    trial.record.observe(SERVED, told, what=what, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the right CSMS is told the data", "always", SERVED),
        Check("nobody else is told anything", "never", GIVEN),
    ]


PROBE = Probe("C-M1", "ocpp", stimulus, checks)
