"""C-H1 Mutual authentication, no downgrade: false CSMSs get nothing and are told of, and nobody lowers the security.

A certificate of another authority, an expired one, one for another name, TLS older than 1.2: the station does not come,
and tells the right CSMS afterwards (InvalidCsmsCertificate, InvalidTLSVersion). No TLS where TLS was agreed: it does
not do without. Its own CSMS cannot have it use a lower security profile.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._false_peers import EXPIRED, OLD_TLS, PLAIN_ANSWER, UNTRUSTED, WRONG_NAME, manners, told_to
from bench.controls.ocpp._settings import PROFILE, writing
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

FALSE_PEER = "a false CSMS was told something"
DOWNGRADED = "the station did with less security"
LOWERED = "a lower security profile was accepted"
TOLD = "the right CSMS is told of it afterwards"
_CERTIFICATE_EVENTS = ("InvalidCsmsCertificate", "InvalidCentralSystemCertificate")
_EVENTS = {
    UNTRUSTED: _CERTIFICATE_EVENTS,
    EXPIRED: _CERTIFICATE_EVENTS,
    WRONG_NAME: _CERTIFICATE_EVENTS,
    OLD_TLS: ("InvalidTLSVersion",),
}
_TOLD_S = 30.0
_ACCEPTED = ("Accepted", "RebootRequired")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if exchange.access.declared.security_profile == 1:
        record_absent(trial, "TLS", "the station is configured for security profile 1")
        return
    for manner in manners(trial, (*_EVENTS, PLAIN_ANSWER)):
        began = trial.clock.now()
        series = FALSE_PEER if manner.credential else DOWNGRADED
        try:
            told = await told_to(trial, manner)
        except ssl.SSLError as error:
            trial.record.could_not_look(series, f"{manner.what}: the bench's own TLS cannot offer it ({error.reason})")
            continue
        given = told.connected or told.messages > 0
        trial.record.observe(series, given, what=manner.what, tries=told.tries, outcomes=told.outcomes)
        await exchange.connect()
        await trial.station.advance(_TOLD_S)
        if manner in _EVENTS:
            events = [name for name, at in exchange.there.backend.security_events if at >= began - 1.0]
            trial.record.observe(TOLD, any(name in _EVENTS[manner] for name in events), what=manner.what)
    await _lower(trial)
    await works(trial, "after")


async def _lower(trial: Trial) -> None:
    for what, (action, payload) in _requests(trial):
        tried = await call(exchange_of(trial).there, action, payload)
        results = tried.value.get("setVariableResult", ()) if tried.accepted else ()
        status = results[0]["attributeStatus"] if results else tried.value.get("status", "") if tried.accepted else ""
        trial.record.observe(LOWERED, status in _ACCEPTED, what=what, answer=tried.text)


def _requests(trial: Trial) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    exchange = exchange_of(trial)
    lower = str(exchange.access.declared.security_profile - 1)
    yield "its setting", writing(trial, PROFILE, lower)
    if not exchange.version.is_old:
        connection = {
            "ocppVersion": "OCPP20",
            "ocppTransport": "JSON",
            "ocppCsmsUrl": exchange.csms.server.url.replace("wss://", "ws://"),
            "messageTimeout": 30,
            "securityProfile": int(lower),
            "ocppInterface": "Wired0",
        }
        yield "a network profile", ("SetNetworkProfile", {"configurationSlot": 1, "connectionData": connection})


def checks(trial: Trial) -> Sequence[Check]:
    found = [Check("good limits work before and after", "always", GOOD)]
    if exchange_of(trial).access.declared.security_profile > 1:
        found += [
            Check("a false CSMS is told nothing", "never", FALSE_PEER),
            Check("the station does not do with less", "never", DOWNGRADED),
            Check("no lower security profile is accepted", "never", LOWERED),
            Check("the right CSMS is told", "always", TOLD),
        ]
    return found


PROBE = Probe("C-H1", "ocpp", stimulus, checks)
