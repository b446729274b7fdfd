"""C-M2 Encryption on the wire.

The row's exchange is performed through a bump in the wire that keeps every byte, with canaries in it: a marked name,
the meter's number, the token, the values that came. None of them may be found in what went over the wire. Old versions
of TLS and weak suites are offered, and must be refused; the ports where a plaintext service would stand are tried.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from bench.controls.base import Probe
from bench.controls.mirror import Mirror
from bench.controls.office._canaries import forms_of_canaries, values_in
from bench.controls.office._http import as_http, received
from bench.controls.office._offers import OLD_VERSIONS, WEAK_SUITES, get_health, record_offers
from bench.controls.office._parties import peers_of
from bench.controls.office._row import access_of, by_customer, exchange_of
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.errors import OfficeError
from drivers.cim.messenger import MESSAGE_PATH
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.raw import RawReply, raw_request

PLANTED = "canaries were in what was said"
FOUND = "canaries on the wire"
PROTOCOL = "version and suite of the row's own session are good ones"
WEAK = "a weak offer was accepted"
PLAINTEXT = "a plaintext port looked at a request"
_GOOD_VERSIONS = ("TLSv1.2", "TLSv1.3")
_AUTHENTICATED = ("GCM", "CHACHA20", "CCM")


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    await exchange.prepare()
    await _listen(trial)
    await exchange.observe()  # An order has to be over before the scene can be cleared.
    await exchange.restore()
    await _weak_offers(trial)
    await _plaintext(trial)


# -- listening -----------------------------------------------------------------------------------------------------


async def _listen(trial: Trial) -> None:
    exchange = exchange_of(trial)
    canary = f"ZEBRA-{trial.random.getrandbits(64):016x}"
    async with Mirror(exchange.access.url) as mirror, _session(trial, mirror, canary) as (session, told):
        with session.client.message.capturing() as seen:
            await exchange.perform(session)
    answers = received(seen)
    said = b"".join(one.data for one in seen) + "\0".join(told).encode()
    canaries = {canary, meter_name(trial.station), *told, *values_in(answers[-1].body)}
    forms = {name: forms_of_canaries(name) for name in canaries}
    planted = any(found_in(said, shapes) for shapes in forms.values()) and bool(mirror.seen)
    trial.record.observe(PLANTED, planted, what=f"{len(canaries)} canaries, {len(mirror.seen)} bytes on the wire")
    hits = [f"canary {number}" for number, name in enumerate(sorted(canaries), 1) if found_in(mirror.seen, forms[name])]
    captures = [trial.record.capture(mirror.seen, ".tls")]
    trial.record.observe(FOUND, list(hits), what="the row's exchange", layer="tcp", captures=captures)


@asynccontextmanager
async def _session(
    trial: Trial, mirror: Mirror, canary: str
) -> AsyncIterator[tuple[CimOffice | PortalClient, Sequence[str]]]:
    """The row's sender through the mirror, and what was said in secret before the row's message."""
    access = access_of(trial)
    if by_customer(trial):
        user, secret = credential_of(access, CUSTOMER)
        portal = PortalClient(access.client("trust", mirror.options, mirror.url))
        try:
            await portal.sign_in(user, secret)
            yield portal, (secret, portal.client.token)
        finally:
            await portal.close()
        return
    sender = exchange_of(trial).sender
    client = access.client(sender, mirror.options, mirror.url)
    office = access.office(sender, client=client, originator=f"{sender}/{canary}")
    try:
        yield office, ()
    finally:
        await office.close()


# -- weak offers, plaintext ------------------------------------------------------------------------------------------


async def _weak_offers(trial: Trial) -> None:
    access = access_of(trial)
    party = peers_of(access)[0] if by_customer(trial) else exchange_of(trial).sender
    credential = access.credential(party)
    good = await raw_request(access.url, get_health(access.url), credential)
    trial.record.observe(PROTOCOL, _is_good(good), what=" ".join(good.tls or ("nothing",)))
    await record_offers(trial, WEAK, access.url, credential, {**OLD_VERSIONS, **WEAK_SUITES})


def _get(url: str, path: str, headers: Mapping[str, str]) -> bytes:
    return as_http(Request("GET", path, headers), url.partition("://")[2])


def _is_good(reply: RawReply) -> bool:
    version, suite = reply.tls or ("", "")
    return version in _GOOD_VERSIONS and any(mode in suite for mode in _AUTHENTICATED) and reply.status == 200


async def _plaintext(trial: Trial) -> None:
    """Three requests in plaintext that differ in everything: a port that answers may not have looked at them."""
    for url in access_of(trial).plaintext_urls:
        token = {"authorization": "Bearer ZEBRA"}
        answers: list[RawReply] = []
        words: list[str] = []
        for request in (get_health(url), _get(url, "/no/such/thing", token), _get(url, MESSAGE_PATH, token)):
            try:
                reply = await raw_request(url, request)
            except OfficeError as error:
                words.append(str(error))
                break
            answers.append(reply)
            words.append(str(reply.status or "closed" if reply.closed else "nothing"))
        trial.record.observe(PLAINTEXT, _has_looked(answers), what=_port(url, trial), answers=list(words))


def _port(url: str, trial: Trial) -> str:
    return "the TLS port in plaintext" if url.endswith(access_of(trial).url.rpartition(":")[2]) else "plaintext port"


def _has_looked(answers: Sequence[RawReply]) -> bool:
    """Whether the answers hold a success, or a redirection of a token, or depend on the request."""
    statuses = [reply.status for reply in answers if reply.status is not None]
    return any(status < 400 for status in statuses) or len(set(statuses)) > 1


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the canaries were said", "always", PLANTED),
        Check("no canary is on the wire", "empty", FOUND),
        Check("the row's session has a good version and suite", "always", PROTOCOL),
        Check("old versions and weak suites are refused", "never", WEAK),
        Check("no plaintext port looks at a request", "never", PLAINTEXT),
    ]


PROBE = Probe("C-M2", "office_https", stimulus, checks)
