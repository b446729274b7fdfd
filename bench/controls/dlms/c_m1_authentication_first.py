"""C-M1 Authentication before data.

The row's data is asked for without an association, as the public client, by every authentication mechanism that is not
the declared one, with wrong keys, after log-off, and (HLS) in the middle of the authentication. Nobody may get any.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from bench.access.dlms import PUBLIC, DlmsAccess
from bench.controls.attempts import attempt
from bench.controls.base import Probe
from bench.controls.dlms._challenges import Challenges, challenge_checks
from bench.controls.dlms._lines import heir_of, without_keys
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._unauthenticated import Asker
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.client import ClientIdentity
from drivers.dlms.enums import ApplicationContext, Mechanism
from drivers.dlms.security import SecurityMaterial

if TYPE_CHECKING:
    from bench.controls.trial import Trial

DATA = "data of the row came without authentication"
ACTED = "a method was served without authentication"
SERVED = "the authenticated client got the row's data"
_CONTEXTS = (ApplicationContext.LOGICAL_NAME, ApplicationContext.LOGICAL_NAME_CIPHERED)
_GUESS = b"12345678"


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access, role = exchange.access, exchange.role
    asker = Asker(trial, DATA, ACTED)
    await _authenticated(trial, access, role, asker, "before")
    await _without_association(access, role, asker)
    await _public(trial, access, asker)
    await _other_mechanisms(access, role, asker)
    await _wrong_secrets(trial, access, role, asker)
    await _after_log_off(access, role, asker)
    if access.identity(role).mechanism.is_high:
        await Challenges(trial, access, role, asker).run()
    else:
        record_absent(trial, "passes 3 and 4", f"client {role} does not log on by HLS")
    await _authenticated(trial, access, role, asker, "afterwards")


async def _authenticated(trial: Trial, access: DlmsAccess, role: str, asker: Asker, when: str) -> None:
    async with access.session(role) as client:
        trial.record.observe(SERVED, await asker.is_served(client), what=when)


async def _without_association(access: DlmsAccess, role: str, asker: Asker) -> None:
    client = without_keys(access.new_client(role), access.link(access.client(role).sap))
    try:
        await client.associate()
        await asker.ask(client, "no AARQ")
    finally:
        await client.abort()


async def _public(trial: Trial, access: DlmsAccess, asker: Asker) -> None:
    if PUBLIC not in access.clients:
        record_absent(trial, "public client", "the device file declares none")
        return
    async with access.session(PUBLIC) as client:
        await asker.ask(client, "public client")


async def _other_mechanisms(access: DlmsAccess, role: str, asker: Asker) -> None:
    """Mechanisms 0 to 7 without a key worth anything, in plain and ciphered context."""
    declared = access.identity(role)
    for mechanism in Mechanism:
        for context in _CONTEXTS:
            if (mechanism, context) == (declared.mechanism, declared.context):
                continue
            client = access.new_client(role, **_stranger(declared, mechanism, context))
            await asker.knock(client, f"mechanism {mechanism.value} ({context.name.lower().replace('_', ' ')})")


def _stranger(declared: ClientIdentity, mechanism: Mechanism, context: ApplicationContext) -> dict[str, Any]:
    """Fields of an identity that has the client's names and none of its keys."""
    title = declared.security.own_title if declared.security is not None else os.urandom(8)
    material = SecurityMaterial(own_title=title, global_unicast_key=os.urandom(16), authentication_key=os.urandom(16))
    return {"mechanism": mechanism, "context": context, "security": material, "secret": _GUESS}


async def _wrong_secrets(trial: Trial, access: DlmsAccess, role: str, asker: Asker) -> None:
    """The declared mechanism with a wrong secret or key. One wrong password only, then the right one."""
    for fields, what in _wrong(access.identity(role)):
        client = access.new_client(role, **fields)
        try:
            tried = await attempt(client.associate())
            await asker.ask(client, f"{what}: {tried.text}")
        finally:
            await client.abort()
    table = access.client(role)
    if table.guessable:
        await _authenticated(trial, access, role, asker, "after a wrong password")
    record_absent(trial, "expired or unknown certificate", f"client {role} logs on without a certificate")


def _wrong(identity: ClientIdentity) -> Iterator[tuple[dict[str, Any], str]]:
    material = identity.security
    if identity.secret:
        yield {"secret": os.urandom(len(identity.secret))}, "wrong secret"
    if material is not None and identity.ciphered:
        size = material.parameters.key_size
        yield {"security": replace(material, global_unicast_key=os.urandom(size))}, "wrong unicast key"
        yield {"security": replace(material, authentication_key=os.urandom(size))}, "wrong authentication key"
    if material is not None and material.own_signing_key is not None:
        other = ec.generate_private_key(material.own_signing_key.curve)
        yield {"security": replace(material, own_signing_key=other)}, "unknown signing key"


async def _after_log_off(access: DlmsAccess, role: str, asker: Asker) -> None:
    """The same connection and keys, once the association is released."""
    async with access.session(role) as client:
        heir = heir_of(client, client.link)
        plain = without_keys(client, client.link)
        await client.release()
        for later, keys in ((heir, "with its keys"), (plain, "without keys")):
            await later.associate()
            await asker.ask(later, f"after log-off, {keys}")


def checks(trial: Trial) -> Sequence[Check]:
    general = [
        Check("the authenticated client gets the row's data", "always", SERVED),
        Check("nobody gets the row's data without authentication", "never", DATA),
        Check("no method is served without authentication", "never", ACTED),
    ]
    exchange = exchange_of(trial)
    high = exchange.access.identity(exchange.role).mechanism.is_high
    return [*general, *challenge_checks(trial)] if high else general


PROBE = Probe("C-M1", "dlms", stimulus, checks)
