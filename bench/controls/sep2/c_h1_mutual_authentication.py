"""C-H1 Mutual authentication, no downgrade.

False servers: with a forger's certificate, and with a good one of somebody else (2030.5 knows servers by their LFDI;
names and ends of validity mean nothing there). What they offer has no effect, they are told nothing but what a device
asks first of all, and the device's log says that a server was refused. The right server with less than TLS 1.2, without
encryption, without a certificate or without TLS is not followed either.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.sep2_server import Counterpart
from bench.controls.base import Probe
from bench.controls.sep2._acts import GOOD, Case, exchange_of, follow, impostor, record_effects, works
from bench.controls.sep2._log import entries, record_code
from bench.controls.sep2._weak_tls import OLD_VERSIONS, WEAK_SUITES, offer_weak_servers
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from bench.judgement.check import Check

EFFECT, TOLD = "a signal of a false server took effect", "what a false server was told"
LOGGED = "the device's log says that a server was refused"
DOWNGRADED = "a signal of a server with weak TLS took effect"
_FIRST_OF_ALL = "/dcap"
"""What any device asks of a server that it has just met, and which tells nothing of it."""


async def stimulus(trial: Trial) -> None:
    await works(trial, "before")
    exchange = exchange_of(trial)
    record_absent(trial, "a wrong policy", "no certificate of another policy is among the credentials")
    for what, name in (
        ("a forger's certificate", f"{exchange.party}.untrusted"),
        ("the certificate of somebody else", "neighbour"),
    ):
        await _false_server(trial, what, name)
    await exchange.prepare()
    await offer_weak_servers(trial, {**OLD_VERSIONS, **WEAK_SUITES}, DOWNGRADED)
    await works(trial, "after")


async def _false_server(trial: Trial, what: str, name: str) -> None:
    exchange = exchange_of(trial)
    refused = record_code(trial, "refused_server")
    known = len(await entries(trial, refused))
    event = exchange.new_event()
    async with impostor(trial, name, event) as false:
        await follow(trial)
        exchange.server = false
        await record_effects(trial, [Case(what, event)], EFFECT)
        trial.record.observe(TOLD, [*_disclosed(false)], what=what)
        exchange.server = None
    await exchange.prepare()
    trial.record.observe(LOGGED, len(await entries(trial, refused)) > known, what=what)


def _disclosed(false: Counterpart) -> list[str]:
    """Requests that tell more than that somebody is there."""
    asked = [one.request for one in false.seen]
    return [f"{one.method} {one.path}" for one in asked if one.body or one.path != _FIRST_OF_ALL]


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("a false server has no effect", "never", EFFECT),
        Check("it is told nothing", "empty", TOLD),
        Check("the refusal is in the log", "always", LOGGED),
        Check("no server with weak TLS is followed", "never", DOWNGRADED),
        Check("good signals work before and after", "always", GOOD),
    ]


PROBE = Probe("C-H1", "sep2", stimulus, checks)
