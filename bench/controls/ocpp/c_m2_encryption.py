"""C-M2 Encryption on the wire: the station speaks TLS 1.2 or later with the listed suites, and nothing else.

Version and suite of its own connections; CSMSs that offer older TLS, no encryption, no certificate, or encryption and
authentication apart; an address without TLS, and no TLS at an address with it.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, exchange_of, works
from bench.controls.ocpp._false_peers import PLAINTEXT, WEAK_TLS, Manner, manners, told_to
from bench.controls.trial import Trial
from bench.judgement.check import Check

LISTED = "version and suite of the station's connection are listed ones"
WEAK, PLAIN = "a weak offer was accepted", "the station spoke without TLS"
_VERSIONS = ("TLSv1.2", "TLSv1.3")
_AUTHENTICATED = ("GCM", "CHACHA20", "CCM")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    for tried in exchange.csms.server.attempts:
        facts = tried.facts
        good = facts is not None and facts.version in _VERSIONS and any(one in facts.cipher for one in _AUTHENTICATED)
        what = f"{facts.version} {facts.cipher}" if facts is not None else "no TLS"
        trial.record.observe(LISTED, good, what=what)
    if exchange.access.declared.security_profile == 1:
        trial.record.observe(PLAIN, True, what="security profile 1")
    for manner in manners(trial, WEAK_TLS):
        await _offer(trial, manner, WEAK)
    for manner in manners(trial, PLAINTEXT):
        await _offer(trial, manner, PLAIN)
    await works(trial, "after")


async def _offer(trial: Trial, manner: Manner, series: str) -> None:
    try:
        told = await told_to(trial, manner)
    except ssl.SSLError as error:
        trial.record.could_not_look(series, f"{manner.what}: the bench's own TLS cannot offer it ({error.reason})")
        return
    trial.record.observe(series, told.connected, what=manner.what, tries=told.tries, outcomes=told.outcomes)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the station's connections are encrypted and authenticated", "always", LISTED),
        Check("weak offers are refused", "never", WEAK),
        Check("it does not speak without TLS", "never", PLAIN),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("C-M2", "ocpp", stimulus, checks)
