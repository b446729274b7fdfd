"""C-M2 Encryption on the wire: the station speaks TLS 1.2 or later with the listed suites, and nothing else.

Every byte between station and CSMS is copied while a marked text and the row's message go to the station, and its
transaction ends and another begins; what was said in secret may not be found in the copy. Version and suite of its own
connections; CSMSs that offer older TLS, no encryption, no certificate, or encryption and authentication apart; an
address without TLS, and no TLS at an address with it.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence

from bench.controls.base import Probe
from bench.controls.ocpp._acts import GOOD, call, exchange_of, works
from bench.controls.ocpp._false_peers import PLAINTEXT, WEAK_TLS, Manner, manners, told_to
from bench.controls.traces import forms_of, found_in
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.transport.copied import WireCopy

PLANTED, FOUND = "canaries were in what was said", "canaries on the wire"
LISTED = "version and suite of the station's connection are listed ones"
WEAK, PLAIN = "a weak offer was accepted", "the station spoke without TLS"
_PASSWORD = "the password"
_SHORTEST = 8
"""Shorter numbers of transactions turn up by chance."""
_VERSIONS = ("TLSv1.2", "TLSv1.3")
_AUTHENTICATED = ("GCM", "CHACHA20", "CCM")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await works(trial, "before")
    if exchange.access.declared.security_profile > 1:
        await _listen(trial)
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


async def _listen(trial: Trial) -> None:
    """From a connection of the station on, with what it tells by itself and what it is told."""
    exchange, wire = exchange_of(trial), WireCopy()
    await exchange.prepare()
    await exchange.leave()
    exchange.csms.server.copy_wire(wire)
    await exchange.come_back()
    canary = f"ZEBRA-{trial.random.getrandbits(64):016x}"
    with exchange.there.session.taps["message"].capturing() as seen:
        await call(exchange.there, "DataTransfer", {"vendorId": "org.example", "data": canary})
        await exchange.vehicle(False)
        await exchange.prepare()
        await exchange.perform()
        await exchange.observe()
    exchange.csms.server.copy_wire(None)
    await exchange.restore()
    said = b"".join(one.data for one in seen)
    forms = {name: forms_of(value) for name, value in _canaries(trial, canary).items()}
    for name, shapes in forms.items():
        trial.record.observe(PLANTED, name == _PASSWORD or bool(found_in(said, shapes)), what=name)
    hits = [f"{name}, {form}" for name, shapes in forms.items() for form in found_in(wire.both, shapes)]
    captures = [trial.record.capture(wire.both, ".tls")]
    what = f"{len(wire.received)} bytes from the station, {len(wire.sent)} to it"
    trial.record.observe(FOUND, hits, what=what, layer="tcp", captures=captures)  # type: ignore[arg-type]


def _canaries(trial: Trial, canary: str) -> Mapping[str, bytes]:
    """The marked text, whoever charges, the transaction, and (in the upgrade's header) the password."""
    exchange = exchange_of(trial)
    found = {"the marked text": canary.encode(), "the token": exchange.access.declared.token.encode()}
    running = exchange.there.backend.running
    if running is not None and len(str(running.number)) >= _SHORTEST:
        found["the transaction"] = str(running.number).encode()
    if exchange.access.declared.security_profile < 3 and exchange.access.has_secret("password"):
        found[_PASSWORD] = exchange.access.secret("password")
    return found


async def _offer(trial: Trial, manner: Manner, series: str) -> None:
    try:
        told = await told_to(trial, manner)
    except ssl.SSLError as error:
        trial.record.could_not_look(series, f"{manner.what}: the bench's own TLS cannot offer it ({error.reason})")
        return
    trial.record.observe(series, told.connected, what=manner.what, tries=told.tries, outcomes=told.outcomes)


def checks(trial: Trial) -> Sequence[Check]:
    copied = [
        Check("the canaries were said", "always", PLANTED),
        Check("no canary is on the wire", "empty", FOUND),
    ]
    return [
        *(copied if exchange_of(trial).access.declared.security_profile > 1 else ()),
        Check("the station's connections are encrypted and authenticated", "always", LISTED),
        Check("weak offers are refused", "never", WEAK),
        Check("it does not speak without TLS", "never", PLAIN),
        Check("good limits work before and after", "always", GOOD),
    ]


PROBE = Probe("C-M2", "ocpp", stimulus, checks)
