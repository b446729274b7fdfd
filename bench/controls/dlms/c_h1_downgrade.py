"""C-H1 Mutual authentication, no downgrade.

A false headend with wrong keys or a wrong system title tries to associate. Then a lower protection is asked for:
another context or mechanism in the AARQ, messages that are less protected than the policy says or of another suite, and
a lower policy by the method that may only strengthen it, by everybody, the authorised client included.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from bench.access.dlms import DlmsAccess
from bench.controls.attempts import Attempt, attempt
from bench.controls.base import Probe
from bench.controls.dlms._forged import send_forged
from bench.controls.dlms._lines import port_of, without_keys
from bench.controls.dlms._policy import PolicyOf, lower_policies
from bench.controls.dlms._row import exchange_of
from bench.controls.dlms._unauthenticated import Asker, request_association
from bench.controls.variants import record_absent
from bench.judgement.check import Check
from drivers.dlms.apdu import ActionRequestNormal, Method, encode_apdu, invoke_byte
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import Enum
from drivers.dlms.enums import SUITE_MASK, ApplicationContext, Control, Mechanism

if TYPE_CHECKING:
    from bench.controls.trial import Trial

ADMITTED = "a false headend was associated"
DATA = "data came to a false headend"
ACTED = "a method was served for a false headend"
LOWERED = "a lower protection was granted"
POLICY = "security policy"
SERVED = "the authorised client was served, its answer protected as declared"
_PROTECTION = int(Control.AUTHENTICATED | Control.ENCRYPTED)
_ACTIVATE, _SECURITY_SETUP = 1, 64


async def stimulus(trial: Trial) -> None:
    exchange = exchange_of(trial)
    access, role = exchange.access, exchange.role
    record_absent(trial, "false meter", "the unit under test is the meter; where it pushes to is C-M2's")
    if access.client(role).mechanism != "hls_ecdsa":
        record_absent(trial, "expired or foreign certificate", f"client {role} proves itself by keys, not certificates")
    policy = PolicyOf(access, role)
    await _authorised(trial, access, role, "before")
    trial.record.observe(POLICY, await policy.read(), what="before")
    await _false_headends(trial, access, role)
    await _lower_association(trial, access, role)
    await _lower_messages(trial, access, role)
    await _lower_policy(trial, access, role, policy)
    await _authorised(trial, access, role, "afterwards")


async def _authorised(trial: Trial, access: DlmsAccess, role: str, when: str) -> None:
    async with access.session(role) as client:
        tried = await attempt(client.send_apdu(Asker(trial, DATA, ACTED).reading))
        opened = tried.value.opened if tried.accepted else None
        kept = opened is not None and opened.control & _PROTECTION == _PROTECTION
        trial.record.observe(SERVED, kept or not client.identity.ciphered, what=when, answer=tried.text)


# -- a false headend ---------------------------------------------------------------------------------------------------


async def _false_headends(trial: Trial, access: DlmsAccess, role: str) -> None:
    asker = Asker(trial, DATA, ACTED)
    for fields, what in _forgeries(access.identity(role)):
        client = access.new_client(role, **fields)
        try:
            await _let_in(trial, client, attempt(client.associate()), what)
            await asker.ask(client, what)
        finally:
            await client.close()
    for title, what in (
        (os.urandom(8), "another system title than it ciphers with"),
        (b"short", "a system title of 5 bytes"),
    ):
        client = access.new_client(role)
        try:
            await _let_in(trial, client, attempt(_associate_as(client, title)), what)
            await asker.ask(client, what)
        finally:
            await client.close()


def _forgeries(identity: ClientIdentity) -> Iterator[tuple[dict[str, Any], str]]:
    """Identities that lack one thing or all."""
    material = identity.security
    if material is None:
        yield {"secret": os.urandom(max(8, len(identity.secret)))}, "a wrong secret"
        return
    size = material.parameters.key_size
    unicast, authentication = os.urandom(size), os.urandom(size)
    yield {"security": replace(material, global_unicast_key=unicast)}, "a wrong unicast key"
    yield {"security": replace(material, authentication_key=authentication)}, "a wrong authentication key"
    both = replace(material, global_unicast_key=unicast, authentication_key=authentication)
    yield {"security": both, "secret": os.urandom(16)}, "no right key at all"
    if material.own_signing_key is not None:
        stranger = ec.generate_private_key(material.own_signing_key.curve)
        yield {"security": replace(material, own_signing_key=stranger)}, "an unknown signing key"


async def _associate_as(client: DlmsClient, title: bytes) -> None:
    """Associate with ``title`` as the calling AP title, ciphering with another."""
    await client.link.open()
    association = client.association
    await association.send_aarq(replace(association.make_aarq(), calling_ap_title=title))
    if association.accept(await association.receive_aare()).pending:
        await association.authenticate()


async def _let_in(trial: Trial, client: DlmsClient, trying: Any, what: str) -> None:
    tried: Attempt = await trying
    trial.record.observe(ADMITTED, tried.accepted and client.associated, what=what, answer=tried.text)


# -- downgrades --------------------------------------------------------------------------------------------------------


async def _lower_association(trial: Trial, access: DlmsAccess, role: str) -> None:
    """AARQs that ask for less: a context without ciphering, by the declared mechanism and by all weaker ones."""
    declared = access.identity(role)
    if not declared.ciphered:
        record_absent(trial, "context without ciphering", f"client {role} has no other")
        return
    for mechanism in Mechanism:
        if mechanism > declared.mechanism:
            continue
        client = access.new_client(role, mechanism=mechanism, context=ApplicationContext.LOGICAL_NAME)
        what = f"AARQ without ciphering, mechanism {mechanism.value}"
        try:
            tried = await attempt(request_association(client))
            if tried.accepted and client.association.pending:
                tried = await attempt(client.association.authenticate())
            trial.record.observe(LOWERED, tried.accepted, what=what, answer=tried.text)
        finally:
            await client.close()


async def _lower_messages(trial: Trial, access: DlmsAccess, role: str) -> None:
    """Requests inside the association that are less protected than it, or in another suite."""
    declared = access.identity(role)
    if not declared.ciphered or declared.security is None:
        record_absent(trial, "messages with less protection", f"client {role} ciphers nothing")
        return
    reading = Asker(trial, DATA, ACTED).reading
    suite = int(declared.security.suite)
    other = (suite + 1) % 3
    controls = {
        "authenticated only": int(Control.AUTHENTICATED) | suite,
        "encrypted only": int(Control.ENCRYPTED) | suite,
        "neither, in a ciphered frame": suite,
        f"named as suite {other}": _PROTECTION | (other & SUITE_MASK),
    }
    async with access.session(role) as client:
        for what, control in controls.items():
            tried = await send_forged(client, client.protect(reading, control=control))
            trial.record.observe(LOWERED, tried.accepted, what=f"request {what}", answer=tried.text)
        tried = await send_forged(client, reading)
        trial.record.observe(LOWERED, tried.accepted, what="request in clear", answer=tried.text)


async def _lower_policy(trial: Trial, access: DlmsAccess, role: str, policy: PolicyOf) -> None:
    """security_activate with less than what is in force, by everybody."""
    present = await policy.read()
    setup = await policy.setup()
    if setup is None or present is None:
        record_absent(trial, "a lower security policy", f"client {role} has no security setup that it can read")
        return
    for lower in lower_policies(present):
        call = encode_apdu(ActionRequestNormal(invoke_byte(3), Method(_SECURITY_SETUP, setup, _ACTIVATE), Enum(lower)))
        what = f"policy 0x{lower:02x} in place of 0x{present:02x}"
        nobody = without_keys(access.new_client(role), access.link(access.client(role).sap))
        try:
            await nobody.associate()
            await _call(trial, nobody, call, f"{what}, without an association")
        finally:
            await nobody.abort()
        for other, table in access.clients.items():
            port = port_of(access, other)
            if port is None or table.pre_established:
                continue
            async with access.session(other, port=port) as client:
                await _call(trial, client, call, f"{what}, by client {other}")
        now = await policy.read()
        trial.record.observe(POLICY, now, what=f"after requests for 0x{lower:02x}")
        if now != present:
            await policy.activate(present)


async def _call(trial: Trial, client: DlmsClient, request: bytes, what: str) -> None:
    tried = await send_forged(client, client.protect(request))
    trial.record.observe(LOWERED, tried.accepted, what=what, answer=tried.text)


def checks(_trial: Trial) -> Sequence[Check]:
    return [
        Check("the authorised client is served, ciphered as declared", "always", SERVED),
        Check("no false headend is associated", "never", ADMITTED),
        Check("no data goes to a false headend", "never", DATA),
        Check("no method is served for a false headend", "never", ACTED),
        Check("no lower protection is granted", "never", LOWERED),
        Check("the security policy stays as it is", "agree", POLICY),
    ]


PROBE = Probe("C-H1", "dlms", stimulus, checks)
