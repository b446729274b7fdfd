"""False CSMSs, by what is wrong with them, and what a station tells each."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.ocpp_csms import Csms
from bench.controls.ocpp._acts import exchange_of, impostor
from bench.controls.trial import Trial
from bench.controls.variants import record_absent
from drivers.ocpp.tls import server_context

if TYPE_CHECKING:
    from bench.access.ocpp import OcppAccess

_OLD, _NEWEST_OLD = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
_ONE_TWO = ssl.TLSVersion.TLSv1_2


@dataclass(frozen=True)
class Manner:
    """``credential``: name of a secret, the right one's by default. ``versions`` and ``ciphers``: of TLS that is weak.

    ``plain``: nobody speaks TLS at the address that says ``wss``; ``profile``: the address itself says ``ws``.
    """

    what: str
    credential: str = ""
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] | None = None
    ciphers: str = ""
    plain: bool = False
    profile: int | None = None

    def context(self, access: OcppAccess) -> ssl.SSLContext | None:
        """The weak TLS; None for TLS as it should be. Raises ssl.SSLError where the bench's own cannot offer it."""
        if self.versions is None:
            return None
        low, high = self.versions
        credential = access.credential(self.credential or "csms")
        return server_context(credential, ask=False, minimum=low, maximum=high, ciphers=self.ciphers)


UNTRUSTED = Manner("a certificate of another authority", "csms_untrusted")
EXPIRED = Manner("an expired certificate", "csms_expired")
WRONG_NAME = Manner("a certificate for another name", "csms_wrong_name")
PLAIN_ADDRESS = Manner("an address without TLS", profile=1)
PLAIN_ANSWER = Manner("no TLS at an address with TLS", plain=True)
OLD_TLS = Manner("TLS 1.0 and 1.1 only", versions=(_OLD, _NEWEST_OLD), ciphers="ALL:@SECLEVEL=0")
NO_ENCRYPTION = Manner("TLS 1.2 without encryption", versions=(_ONE_TWO, _ONE_TWO), ciphers="eNULL:@SECLEVEL=0")
NO_CERTIFICATE = Manner("TLS 1.2 without a certificate", versions=(_ONE_TWO, _ONE_TWO), ciphers="aNULL:@SECLEVEL=0")
APART = Manner(
    "TLS 1.2 that encrypts and authenticates apart",
    versions=(_ONE_TWO, _ONE_TWO),
    ciphers="ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0",
)
FALSE_PEERS = (UNTRUSTED, EXPIRED, WRONG_NAME)
PLAINTEXT = (PLAIN_ADDRESS, PLAIN_ANSWER)
WEAK_TLS = (OLD_TLS, NO_ENCRYPTION, NO_CERTIFICATE, APART)


@dataclass(frozen=True)
class Told:
    """What came of a false CSMS. ``tries``: to connect to it, ``messages``: that the station sent it."""

    connected: bool
    tries: int
    messages: int
    outcomes: str


def manners(trial: Trial, wanted: tuple[Manner, ...]) -> Iterator[Manner]:
    """Those that can be played at this station; the others are recorded as absent."""
    access = exchange_of(trial).access
    for manner in wanted:
        if access.declared.security_profile == 1:
            record_absent(trial, manner.what, "the station is configured for security profile 1")
        elif manner.credential and not access.has_secret(manner.credential):
            record_absent(trial, manner.what, "the device file names no such credential")
        else:
            yield manner


@asynccontextmanager
async def played(trial: Trial, manner: Manner) -> AsyncIterator[Csms]:
    """A false CSMS in the place of the right one. Raises ssl.SSLError where the bench's TLS cannot offer it."""
    context = manner.context(exchange_of(trial).access)
    async with impostor(trial, manner.credential, context=context, profile=manner.profile) as false:
        if manner.plain:
            await false.server.vanish()
            false.server.counted = False
            false.server.open(None)
        yield false


async def told_to(trial: Trial, manner: Manner) -> Told:
    """What the station tells a false CSMS while it has the time that it may take to connect."""
    async with played(trial, manner) as false:
        session = await false.connected()
        messages = len(session.session.heard) if session is not None else 0
        tried = [one.outcome for one in false.server.attempts]
        return Told(session is not None, len(tried), messages, "; ".join(dict.fromkeys(tried)) or "it did not try")
