"""C-M1 Authentication before data.

The row's data are there and their owners get them. Then somebody comes without a certificate, with an expired, a
revoked or another authority's one, with one for another name; at the portal without a token, with a made-up one, one
that was given back, one that has expired, and after a wrong password. Each tries every way to the row's data.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.office._doors import Door, Matter, office_doors, portal_doors
from bench.controls.office._http import let_in, payload_bytes, received
from bench.controls.office._parties import bad_credentials, peers_of
from bench.controls.office._row import access_of, by_customer, exchange_of
from bench.controls.office._visitors import CUSTOMER, credential_of
from bench.controls.trial import Trial
from bench.judgement.check import Check
from drivers.cim.errors import OfficeClosedError, OfficeTlsError
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

GOOD = "the row's data go to those who may have them"
LET_IN = "an attempt without authentication was accepted"
PAYLOAD = "payload given without authentication"
_MADE_UP = "b" * 43
_MARGIN_S = 1.0


async def stimulus(trial: Trial) -> None:
    matter = Matter(trial)
    await matter.lay()
    trial.record.observe(GOOD, await matter.can_be_had(), what="before the attack")
    access = access_of(trial)
    sender = peers_of(access)[0] if by_customer(trial) else exchange_of(trial).sender
    for who, credential in bad_credentials(access, sender).items():
        office = access.office(sender, client=access.client(credential))
        try:
            await _try_doors(trial, who, office, office_doors(trial))
        finally:
            await office.close()
    if by_customer(trial):
        async for who, portal in _at_the_portal(trial):
            await _try_doors(trial, who, portal, portal_doors(trial))
    trial.record.observe(GOOD, await matter.can_be_had(), what="after the attack")
    await matter.clear()


async def _try_doors(trial: Trial, who: str, session: CimOffice | PortalClient, doors: Sequence[Door]) -> None:
    for door in doors:
        with session.client.message.capturing() as seen:
            tried = await attempt(door.enter(session))
        given = sum(payload_bytes(answer.status, answer.body) for answer in received(seen))
        what = f"{door.what}, with {who}"
        trial.record.observe(LET_IN, let_in(tried), what=what, answer=tried.text)
        trial.record.observe(PAYLOAD, given, what=what, unit="bytes")
        if isinstance(tried.error, OfficeTlsError | OfficeClosedError):
            return  # Refused in the handshake (under TLS 1.3 it shows at the first request), whatever the door.


async def _at_the_portal(trial: Trial) -> AsyncIterator[tuple[str, PortalClient]]:
    async with _portal(trial) as portal:
        yield "no token", portal
        portal.client.token = _MADE_UP
        yield "a made-up token", portal
    user, secret = credential_of(access_of(trial), CUSTOMER)
    async with _portal(trial) as portal:
        await portal.sign_in(user, secret)
        given_back = portal.client.token
        await portal.sign_out()
        portal.client.token = given_back
        yield "a token that was given back", portal
        portal.client.token = ""
        life_s = await portal.sign_in(user, secret)
        await trial.station.advance(life_s + _MARGIN_S)
        yield "a token that has expired", portal
    async with _portal(trial) as portal:
        tried = await attempt(portal.sign_in(user, secret[::-1] + "x"))
        trial.record.observe(LET_IN, tried.accepted, what="signing in with a wrong password", answer=tried.text)
        yield "a wrong password", portal


@asynccontextmanager
async def _portal(trial: Trial) -> AsyncIterator[PortalClient]:
    portal = access_of(trial).portal()
    try:
        yield portal
    finally:
        await portal.close()


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the row's data go to those who may have them", "always", GOOD),
        Check("every attempt without authentication is refused", "never", LET_IN),
        Check("nothing of the row's data is given", "at_most", PAYLOAD, {"limit": 0}),
    ]


PROBE = Probe("C-M1", "office_https", stimulus, checks)
