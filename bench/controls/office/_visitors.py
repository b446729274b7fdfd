"""Everybody who may come to an office system, one after the other, each in a session of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench.access.office import OfficeAccess
from bench.controls.office._parties import claimed_parties
from drivers.cim.client import OfficeClient
from drivers.cim.office import CimOffice
from drivers.cim.portal import PortalClient

CUSTOMER, THIRD_PARTY = "customer", "third_party"


@dataclass(frozen=True)
class Visitor:
    """One that may come: ``role`` of the access table, and the session (``office`` None at the portal)."""

    role: str
    client: OfficeClient
    office: CimOffice | None = None
    portal: PortalClient | None = None


async def visitors(access: OfficeAccess) -> AsyncIterator[Visitor]:
    """Every party with a certificate, then the declared customer and third party, signed in."""
    for party in claimed_parties(access):
        async with access.session(party) as office:
            yield Visitor(party, office.client, office=office)
    counterparts = access.pixit("counterparts", {})
    if CUSTOMER in counterparts:
        async with access.customer() as portal:
            yield Visitor(CUSTOMER, portal.client, portal=portal)
    if THIRD_PARTY in counterparts:
        async with third_party(access) as portal:
            yield Visitor(THIRD_PARTY, portal.client, portal=portal)


@asynccontextmanager
async def third_party(access: OfficeAccess) -> AsyncIterator[PortalClient]:
    """The portal with the declared third party signed in, connections closed at the end."""
    portal = access.portal()
    try:
        user, secret = credential_of(access, THIRD_PARTY)
        await portal.sign_in_third_party(user, secret)
        yield portal
    finally:
        await portal.close()


@asynccontextmanager
async def another_customer(access: OfficeAccess) -> AsyncIterator[PortalClient]:
    """The portal with the second declared customer signed in, connections closed at the end."""
    portal = access.portal()
    try:
        user, secret = credential_of(access, CUSTOMER, "another_")
        await portal.sign_in(user, secret)
        yield portal
    finally:
        await portal.close()


def credential_of(access: OfficeAccess, kind: str, prefix: str = "") -> tuple[str, str]:
    """Name and secret of a counterpart: ``user`` and ``secret``, or ``another_user`` and ``another_secret``."""
    declared = access.pixit("counterparts", {}).get(kind, {})
    secret = access.station.secret(access.seat, str(declared.get(f"{prefix}secret", kind)))
    return str(declared.get(f"{prefix}user", kind)), secret.decode("utf-8")


def has_portal(access: OfficeAccess) -> bool:
    """Whether the system lets customers sign in."""
    return CUSTOMER in access.pixit("counterparts", {})
