"""Association: every mechanism and protection, refusals, and the steps one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.acse import Aare, Aarq, decode_acse
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient, KeyChoice
from drivers.dlms.data import U32
from drivers.dlms.enums import (
    AcseUser,
    ApplicationContext,
    AssociationResult,
    Conformance,
    Mechanism,
    Suite,
)
from drivers.dlms.errors import (
    AssociationRefusedError,
    AuthenticationError,
    DecodeError,
    ExceptionResponseError,
    ProtectionError,
    UnexpectedApduError,
)
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, InvocationCounters, Protection, SecurityMaterial, private_key
from drivers.transport.base import SilenceError
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink

ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)


def material(suite: int = 0) -> SecurityMaterial:
    size = 32 if suite == 2 else 16
    own = SecurityMaterial(
        suite=Suite(suite),
        own_title=b"CLIENT01",
        global_unicast_key=bytes(range(size)),
        global_broadcast_key=bytes(range(64, 64 + size)),
        authentication_key=bytes(range(100, 100 + size)),
        master_key=bytes(range(150, 150 + size)),
    )
    if suite == 0:
        return own
    number = 48 if suite == 2 else 32
    keys = [private_key(bytes([byte]) * number) for byte in (1, 2, 3, 4)]
    return replace(
        own,
        own_signing_key=keys[0],
        own_agreement_key=keys[1],
        peer_signing_key=keys[2].public_key(),
        peer_agreement_key=keys[3].public_key(),
    )


def at_the_meter(own: SecurityMaterial) -> SecurityMaterial:
    meter = replace(own.for_peer(), own_title=b"METER001")
    if own.own_signing_key is None or own.own_agreement_key is None:
        return meter
    number = 48 if own.suite == 2 else 32
    return replace(
        meter,
        own_signing_key=private_key(b"\x03" * number),
        own_agreement_key=private_key(b"\x04" * number),
        peer_signing_key=own.own_signing_key.public_key(),
        peer_agreement_key=own.own_agreement_key.public_key(),
    )


def pair(identity: ClientIdentity) -> tuple[DlmsClient, LittleMeter, MemoryLink]:
    own = identity.security
    meter = LittleMeter(at_the_meter(own) if own is not None else SecurityMaterial(), identity.secret)
    meter.values[ENERGY] = U32(12345678)
    meter.sign = identity.signed
    link = MemoryLink(meter)
    return DlmsClient(link, identity), meter, link


CIPHERED = ApplicationContext.LOGICAL_NAME_CIPHERED
IDENTITIES: dict[str, ClientIdentity] = {
    "lowest": ClientIdentity(),
    "low level": ClientIdentity(mechanism=Mechanism.LLS, secret=b"password"),
    "low level, ciphered": ClientIdentity(
        mechanism=Mechanism.LLS, secret=b"password", security=material(), context=CIPHERED
    ),
    "md5": ClientIdentity(mechanism=Mechanism.HLS_MD5, secret=b"secret", security=material()),
    "sha-1": ClientIdentity(mechanism=Mechanism.HLS_SHA1, secret=b"secret", security=material()),
    "gmac, plain context": ClientIdentity(mechanism=Mechanism.HLS_GMAC, security=material()),
}
for _suite in (0, 1, 2):
    for _mechanism in (Mechanism.HLS_GMAC, Mechanism.HLS_SHA256, Mechanism.HLS_ECDSA):
        if _mechanism is Mechanism.HLS_ECDSA and _suite == 0:
            continue
        for _kind in Protection:
            IDENTITIES[f"{_mechanism.name}, suite {_suite}, {_kind.value}"] = ClientIdentity(
                mechanism=_mechanism, secret=b"secret", security=material(_suite), context=CIPHERED, kind=_kind
            )
for _suite in (1, 2):
    for _choice in KeyChoice:
        IDENTITIES[f"suite {_suite}, general ciphering, {_choice.value}"] = ClientIdentity(
            mechanism=Mechanism.HLS_GMAC,
            security=material(_suite),
            context=CIPHERED,
            kind=Protection.GENERAL,
            key_choice=_choice,
        )
    IDENTITIES[f"suite {_suite}, signed and ciphered"] = ClientIdentity(
        mechanism=Mechanism.HLS_ECDSA, security=material(_suite), context=CIPHERED, signed=True
    )
    IDENTITIES[f"suite {_suite}, signed only"] = ClientIdentity(
        mechanism=Mechanism.HLS_ECDSA, security=material(_suite), context=CIPHERED, signed=True, control=0
    )
for _control in (0x10, 0x20):
    IDENTITIES[f"control 0x{_control:02x}"] = ClientIdentity(
        mechanism=Mechanism.HLS_GMAC, security=material(), context=CIPHERED, control=_control
    )


@pytest.mark.parametrize("name", IDENTITIES)
async def test_associates_reads_and_releases(name: str) -> None:
    identity = IDENTITIES[name]
    client, meter, link = pair(identity)
    agreement = await client.associate()
    assert client.associated
    assert agreement.pending == identity.mechanism.is_high
    assert not meter.pending
    assert await client.get(ENERGY) == 12345678
    assert meter.opened[-1] is (identity.kind if identity.ciphered and identity.control_byte else None)
    if identity.ciphered and identity.control_byte & 0x20:
        assert not any(bytes.fromhex("0100010800ff") in message for message in link.sent)
    await client.release()
    assert not client.associated
    await client.close()
    assert not link.connected


async def test_the_meters_title_and_limits_are_taken_over() -> None:
    client, meter, _ = pair(IDENTITIES["HLS_GMAC, suite 0, global"])
    meter.conformance, meter.max_pdu_size = Conformance.GET | Conformance.ACTION, 200
    agreement = await client.associate()
    assert (agreement.conformance, agreement.max_pdu_size) == (Conformance.GET | Conformance.ACTION, 200)
    assert agreement.server_title == b"METER001"
    assert client.material is not None
    assert client.material.peer_title == b"METER001"
    assert client.identity.security is not None
    assert client.identity.security.peer_title == b""


async def test_a_wrong_password_is_refused_with_its_diagnostic() -> None:
    client, meter, _ = pair(IDENTITIES["low level"])
    meter.secret = b"another"
    with pytest.raises(AssociationRefusedError) as raised:
        await client.associate()
    assert raised.value.diagnostic is AcseUser.AUTHENTICATION_FAILURE
    assert not client.associated


@pytest.mark.parametrize("name", ["HLS_SHA256, suite 0, global", "md5"])
async def test_a_wrong_secret_shows_at_pass_3(name: str) -> None:
    client, meter, _ = pair(IDENTITIES[name])
    meter.secret = b"another"
    with pytest.raises(AuthenticationError, match="refused pass 3"):
        await client.associate()
    assert client.association.pending
    assert not client.associated


async def test_a_meter_that_does_not_prove_itself_is_found_at_pass_4() -> None:
    client, _, _ = pair(IDENTITIES["HLS_SHA256, suite 0, global"])
    await client.link.open()
    await client.association.send_aarq(client.association.make_aarq())
    client.association.accept(await client.association.receive_aare())
    proof = await client.association.reply(client.association.answer_to(client.association.stoc))
    with pytest.raises(AuthenticationError) as raised:
        client.association.check(proof[:-1] + bytes((proof[-1] ^ 1,)))
    assert raised.value.server_proved is False
    client.association.check(proof)


async def test_a_meter_that_sends_the_challenge_back_is_refused() -> None:
    client, meter, _ = pair(IDENTITIES["HLS_GMAC, suite 0, global"])
    await client.link.open()
    aarq = client.association.make_aarq(ctos=b"0123456789abcdef")
    meter.stoc = b"0123456789abcdef"
    await client.association.send_aarq(aarq)
    with pytest.raises(AuthenticationError, match="challenge back"):
        client.association.accept(await client.association.receive_aare())


async def test_a_meter_with_another_title_than_declared_is_refused() -> None:
    identity = IDENTITIES["HLS_GMAC, suite 0, global"]
    assert identity.security is not None
    declared = replace(identity, security=replace(identity.security, peer_title=b"METER999"))
    client, _, _ = pair(declared)
    with pytest.raises(AuthenticationError, match="the server is"):
        await client.associate()


async def test_a_plain_initiate_response_in_a_ciphered_context_is_refused() -> None:
    client, meter, link = pair(IDENTITIES["low level, ciphered"])

    def downgraded(message: bytes) -> list[bytes]:
        aare = decode_acse(meter(message)[0])
        assert isinstance(aare, Aare)
        plain = bytes.fromhex("0800065f1f0400007c1f04000007")
        return [replace(aare, user_information=plain).encode()]

    link.answer = downgraded
    with pytest.raises(ProtectionError):
        await client.associate()


async def test_exceptions_and_garbage_in_place_of_an_aare_have_their_exceptions() -> None:
    client, _, link = pair(IDENTITIES["lowest"])
    link.answer = lambda _message: [bytes.fromhex("d80101")]
    with pytest.raises(ExceptionResponseError):
        await client.associate()
    link.answer = lambda _message: [b"\xff\x00"]
    with pytest.raises(DecodeError):
        await client.associate()
    link.answer = lambda _message: [bytes.fromhex("6300")]
    with pytest.raises(UnexpectedApduError):
        await client.associate()
    link.answer = lambda _message: []
    with pytest.raises(SilenceError):
        await client.associate()


async def test_a_refused_initiate_says_why() -> None:
    client, _, link = pair(IDENTITIES["lowest"])
    aare = Aare(
        bytes.fromhex("60857405080101"),
        AssociationResult.REJECTED_PERMANENT,
        AcseUser.NO_REASON_GIVEN,
        bytes.fromhex("0e010601"),
    )
    link.answer = lambda _message: [aare.encode()]
    with pytest.raises(AssociationRefusedError, match="INITIATE 1") as raised:
        await client.associate()
    assert raised.value.error is not None


async def test_a_dedicated_key_is_fresh_for_each_association_and_never_plain() -> None:
    client, meter, link = pair(IDENTITIES["HLS_GMAC, suite 0, dedicated"])
    keys = []
    for _ in range(2):
        await client.associate()
        assert meter.material.dedicated_key is not None
        keys.append(meter.material.dedicated_key)
        assert await client.get(ENERGY) == 12345678
        await client.release()
    assert keys[0] != keys[1]
    assert not any(key in message for key in keys for message in link.sent)


async def test_a_dedicated_key_is_encrypted_even_when_requests_are_only_authenticated() -> None:
    identity = replace(IDENTITIES["HLS_GMAC, suite 0, dedicated"], control=0x10)
    client, meter, link = pair(identity)
    await client.associate()
    assert meter.material.dedicated_key is not None
    assert not any(meter.material.dedicated_key in message for message in link.sent)


async def test_pre_established_associations_need_no_aarq() -> None:
    identity = replace(IDENTITIES["HLS_GMAC, suite 0, global"], pre_established=True)
    client, meter, link = pair(identity)
    assert client.identity.security is not None
    client.identity = replace(identity, security=replace(client.identity.security, peer_title=b"METER001"))
    await client.associate()
    assert await client.get(ENERGY) == 12345678
    assert all(message[0] == 0xC8 for message in link.sent)
    await client.release()
    assert len(meter.seen) == 1


async def test_any_bytes_can_take_the_place_of_an_aarq_and_of_pass_3() -> None:
    client, meter, link = pair(IDENTITIES["HLS_GMAC, suite 0, global"])
    await client.link.open()
    aarq = replace(client.association.make_aarq(), context=bytes.fromhex("60857405080101"))
    await client.association.send_aarq(aarq.encode())
    assert link.sent[-1] == aarq.encode()
    await client.association.receive_aare()
    await client.association.send_aarq(client.association.make_aarq())
    client.association.accept(await client.association.receive_aare())
    with pytest.raises(AuthenticationError):
        await client.association.reply(bytes(17))
    assert meter.pending


async def test_counters_are_the_callers_and_go_on_across_associations() -> None:
    counters = InvocationCounters(sending={CounterKey.UNICAST: 500})
    identity = IDENTITIES["HLS_GMAC, suite 0, global"]
    _, meter, link = pair(identity)
    client = DlmsClient(link, identity, counters)
    await client.associate()
    first = counters.sending[CounterKey.UNICAST]
    assert first > 500
    assert counters.receiving[CounterKey.UNICAST] == meter.counter + 1
    await client.release()
    await client.associate()
    assert counters.sending[CounterKey.UNICAST] > first


async def test_release_in_a_ciphered_context_proves_who_releases() -> None:
    client, _, link = pair(IDENTITIES["HLS_GMAC, suite 0, global"])
    await client.associate()
    await client.release()
    rlrq = decode_acse(link.sent[-1])
    assert rlrq.user_information is not None
    assert rlrq.user_information[0] == 0x21


async def test_another_aarq_forgets_the_association() -> None:
    client, _, link = pair(IDENTITIES["low level"])
    await client.associate()
    link.answer = lambda _message: []
    await client.association.send_aarq(Aarq(b"\x2a"))
    assert not client.associated
