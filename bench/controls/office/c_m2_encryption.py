"""C-M2 Encryption on the wire.

The row's exchange is performed through a bump in the wire that keeps every byte, with canaries in it: a marked name,
the meter's number, the token, the values that came. None of them may be found in what went over the wire. Old versions
of TLS and weak suites are offered, and must be refused; the ports where a plaintext service would stand are tried.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._canaries import forms_of_canaries, values_in
from bench.controls.office._http import as_http, let_in, received
from bench.controls.office._mirror import Mirror
from bench.controls.office._parties import peers_of
from bench.controls.office._row import access_of, by_customer, exchange_of
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.traces import found_in
from bench.controls.trial import Trial
from bench.exchanges.meters import meter_name
from bench.judgement.check import Check
from drivers.cim.canonical import Request
from drivers.cim.credentials import TlsOptions
from drivers.cim.errors import OfficeError
from drivers.cim.messenger import MESSAGE_PATH
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient
from drivers.cim.raw import RawConnection, RawReply, raw_request

PLANTED = "canaries were in what was said"
FOUND = "canaries on the wire"
PROTOCOL = "version and suite of the row's own session are good ones"
WEAK = "a weak offer was accepted"
PLAINTEXT = "a plaintext port looked at a request"
_GOOD_VERSIONS = ("TLSv1.2", "TLSv1.3")
_AUTHENTICATED = ("GCM", "CHACHA20", "CCM")

WEAK_OFFERS: Mapping[str, TlsOptions] = {
    "TLS 1.0 only": TlsOptions(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
    "TLS 1.1 only": TlsOptions(ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
    "TLS 1.2 with suites without encryption": TlsOptions(
        ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "eNULL:@SECLEVEL=0"
    ),
    "TLS 1.2 with suites without authentication": TlsOptions(
        ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "aNULL:@SECLEVEL=0"
    ),
    "TLS 1.2 with suites that encrypt and authenticate apart": TlsOptions(
        ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
    ),
    "TLS 1.2 without forward secrecy": TlsOptions(
        ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "kRSA+AESGCM:@SECLEVEL=0"
    ),
}
"""What no system may agree to, with everything else as it should be."""


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
    credential, request = access.credential(party), _health(access.url)
    good = await raw_request(access.url, request, credential)
    trial.record.observe(PROTOCOL, _is_good(good), what=" ".join(good.tls or ("nothing",)))
    for what, options in WEAK_OFFERS.items():
        try:
            connection = RawConnection(access.url, credential, options)
            tried = await attempt(_said(connection, request))
        except ssl.SSLError as error:
            trial.record.could_not_look(WEAK, f"{what}: the bench's own TLS cannot offer it ({error.reason})")
            continue
        answered = let_in(tried) and isinstance(tried.value, RawReply) and bool(tried.value.data)
        trial.record.observe(WEAK, answered, what=what, answer=tried.text)


async def _said(connection: RawConnection, request: bytes) -> RawReply:
    async with connection:
        await connection.send(request)
        return await connection.receive()


def _health(url: str, headers: Mapping[str, str] | None = None, path: str = "/health") -> bytes:
    return as_http(Request("GET", path, headers or {}), url.partition("://")[2])


def _is_good(reply: RawReply) -> bool:
    version, suite = reply.tls or ("", "")
    return version in _GOOD_VERSIONS and any(mode in suite for mode in _AUTHENTICATED) and reply.status == 200


async def _plaintext(trial: Trial) -> None:
    """Three requests in plaintext that differ in everything: a port that answers may not have looked at them."""
    for url in access_of(trial).plaintext_urls:
        token = {"authorization": "Bearer ZEBRA"}
        answers: list[RawReply] = []
        words: list[str] = []
        for request in (_health(url), _health(url, token, "/no/such/thing"), _health(url, token, MESSAGE_PATH)):
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
