"""Key transfer, key agreement, secrets and certificates; and what a power cut in the middle leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.dlms.apdu import ActionRequestNormal, Attribute, Method
from drivers.dlms.data import Array, Data, Enum, OctetString, Structure
from drivers.dlms.enums import KeyId, Suite
from drivers.dlms.errors import ActionError
from drivers.dlms.obis import Obis
from drivers.dlms.security import agree, decode_offers, encode_offers, make_offer, open_offer, private_key, wrap_key
from fixtures.meter.cosem import SecurityEvent

from . import attacks
from .conftest import StationMaker
from .station import (
    CLIENT_SIGNING,
    CLIENT_TITLE,
    CURRENT_ASSOCIATION,
    ENERGY_VALUE,
    IDENTITIES,
    KEYS,
    MANAGEMENT,
    MANAGER,
    MATERIAL,
    METER_TITLE,
    READER,
    SETUP,
    SHA,
    SIGNER,
    START,
    Station,
    signing_material,
)

TRANSFER = Method(64, SETUP, 2)
NEW_KEY = b"\x42" * 16
SIGNERS_SETUP = Obis("0.0.43.0.2.255")
SUITE_1 = Suite.ECDH_ECDSA_AES_GCM_128_SHA_256
AUTHORITY = private_key(bytes([9] * 32))


def order(*keys: tuple[KeyId, bytes], master: bytes = KEYS[KeyId.MASTER]) -> Data:
    return Array(Structure([Enum(key_id), OctetString(wrap_key(master, key))]) for key_id, key in keys)


async def opens_with(station: Station, key: bytes) -> bool:
    return await attacks.opens(station, MANAGER, security=replace(MATERIAL, global_unicast_key=key))


async def test_a_transferred_key_takes_the_place_of_the_old_one(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.action(TRANSFER, order((KeyId.GLOBAL_UNICAST, NEW_KEY)))
        await client.abort()
    assert await opens_with(station, NEW_KEY)
    assert not await opens_with(station, KEYS[KeyId.GLOBAL_UNICAST])
    assert station.events.count(SecurityEvent.KEY_CHANGED) == 1


async def test_the_session_goes_on_under_the_new_key(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.action(TRANSFER, order((KeyId.GLOBAL_UNICAST, NEW_KEY)))
        assert attacks.fault_of(await attacks.send(client, client.protect(attacks.READ))) is not None
        material = replace(MATERIAL, global_unicast_key=NEW_KEY, peer_title=METER_TITLE)
        answer = await attacks.send(client, client.protect(attacks.READ, material=material))
        assert answer is not None
        assert answer[0] == 0xCC
        await client.abort()


@pytest.mark.parametrize(
    "data",
    [
        order((KeyId.GLOBAL_UNICAST, NEW_KEY), master=b"\x01" * 16),
        order((KeyId.GLOBAL_UNICAST, NEW_KEY * 2)),
        order((KeyId.GLOBAL_UNICAST, NEW_KEY), (KeyId.GLOBAL_UNICAST, NEW_KEY)),
        Array([]),
        OctetString(b"x"),
        Array([Structure([Enum(9), OctetString(wrap_key(KEYS[KeyId.MASTER], NEW_KEY))])]),
    ],
    ids=["other master key", "too long", "twice", "empty", "no array", "no such key"],
)
async def test_a_wrong_key_transfer_changes_nothing(station: Station, data: Data) -> None:
    async with station.tcp(MANAGER) as client:
        with pytest.raises(ActionError):
            await client.action(TRANSFER, data)
        assert await client.get(ENERGY_VALUE) == 12345678
    assert await opens_with(station, KEYS[KeyId.GLOBAL_UNICAST])


async def test_one_bad_key_keeps_the_others_out(station: Station) -> None:
    good = order((KeyId.GLOBAL_UNICAST, NEW_KEY))
    bad = order((KeyId.AUTHENTICATION, NEW_KEY), master=b"\x01" * 16)
    async with station.tcp(MANAGER) as client:
        with pytest.raises(ActionError):
            await client.action(TRANSFER, Array([*good, *bad]))  # type: ignore[misc]
    assert await opens_with(station, KEYS[KeyId.GLOBAL_UNICAST])


async def test_old_replays_fail_and_counters_start_anew_under_a_new_key(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.action(TRANSFER, order((KeyId.GLOBAL_UNICAST, NEW_KEY)))
        await client.abort()
    station.ledger.clear()
    assert await opens_with(station, NEW_KEY)


@pytest.mark.parametrize("fault", ["", "F-C19"])
@pytest.mark.parametrize("cut_after_s", [0.001, 0.1, 0.2, 0.249, 0.26, 0.5])
async def test_a_power_cut_leaves_exactly_one_valid_key(
    make_station: StationMaker, fault: str, cut_after_s: float
) -> None:
    station = await make_station(*([fault] if fault else []))
    client = station.tcp(MANAGER)
    await client.associate()
    begun = station.clock.now() + 0.005  # the port's processing time
    station.clock.call_at(begun + cut_after_s, lambda: station.server.power(False))
    await attacks.send(client, client.protect(_transfer_apdu()), 2.0)
    await client.abort()
    await station.clock.advance_to(begun + 1.0)
    station.server.power(True)
    works = [await opens_with(station, key) for key in (KEYS[KeyId.GLOBAL_UNICAST], NEW_KEY)]
    too_late = cut_after_s > 0.25
    if fault and not too_late:
        assert works == [False, False]
    else:
        assert works == [not too_late, too_late]


def _transfer_apdu() -> bytes:
    return ActionRequestNormal(0xC1, TRANSFER, order((KeyId.GLOBAL_UNICAST, NEW_KEY))).encode()


async def test_a_new_password_takes_the_place_of_the_old_one(station: Station) -> None:
    async with station.tcp(READER, replace(IDENTITIES[READER], conformance=MANAGEMENT.conformance)) as client:
        await client.set(Attribute(15, CURRENT_ASSOCIATION, 7), OctetString(b"new password"))
    assert not await attacks.opens(station, READER)
    assert await attacks.opens(station, READER, secret=b"new password")
    assert SecurityEvent.SECRET_CHANGED in station.events


async def test_a_new_hls_secret_takes_the_place_of_the_old_one(station: Station) -> None:
    async with station.tcp(SHA) as client:
        await client.action(Method(15, CURRENT_ASSOCIATION, 2), OctetString(b"new secret of 24 bytes.."))
    assert not await attacks.opens(station, SHA)
    assert await attacks.opens(station, SHA, secret=b"new secret of 24 bytes..")


async def test_keys_are_agreed_by_ecdh(station: Station) -> None:
    client_key = private_key(CLIENT_SIGNING)
    material = signing_material(SUITE_1)
    offer = make_offer(SUITE_1, KeyId.GLOBAL_UNICAST, client_key)
    async with station.tcp(SIGNER) as client:
        parameters = encode_offers([(KeyId.GLOBAL_UNICAST, offer.data)])
        returned = await client.action(Method(64, SIGNERS_SETUP, 3), parameters)
        await client.abort()
    assert returned is not None
    assert material.peer_signing_key is not None
    peer = open_offer(KeyId.GLOBAL_UNICAST, decode_offers(returned)[KeyId.GLOBAL_UNICAST], material.peer_signing_key)
    key = agree(SUITE_1, offer, peer, CLIENT_TITLE, METER_TITLE)
    assert await attacks.opens(station, SIGNER, security=replace(material, global_unicast_key=key))
    assert not await attacks.opens(station, SIGNER)


# -- certificates ----------------------------------------------------------------------------------------------------


def certificate(common_name: str, key: object, *, begins: float = START - 1e6, ends: float = START + 1e6) -> bytes:
    """A certificate for signing, issued by AUTHORITY."""
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AUTHORITY")])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(4711)
        .not_valid_before(datetime.fromtimestamp(begins, UTC))
        .not_valid_after(datetime.fromtimestamp(ends, UTC))
        .add_extension(usage, critical=True)
    )
    return builder.sign(AUTHORITY, hashes.SHA256()).public_bytes(Encoding.DER)


IMPORT, EXPORT, REMOVE = (Method(64, SIGNERS_SETUP, number) for number in (6, 7, 8))
CLIENT_NAME = CLIENT_TITLE.hex().upper()
BY_ENTITY = Structure([Enum(0), Structure([Enum(1), Enum(0), OctetString(CLIENT_TITLE)])])


async def test_an_imported_certificate_is_listed_used_exported_and_removed(station: Station) -> None:
    new_key = private_key(bytes([7] * 32))
    der = certificate(CLIENT_NAME, new_key.public_key())
    identity = replace(IDENTITIES[SIGNER], security=replace(signing_material(SUITE_1), own_signing_key=new_key))
    async with station.tcp(SIGNER) as client:
        await client.action(IMPORT, OctetString(der))
    assert not await attacks.opens(station, SIGNER)
    async with station.tcp(SIGNER, identity) as client:
        (entry,) = await client.get(Attribute(64, SIGNERS_SETUP, 6))  # type: ignore[misc]
        assert entry[:3] == (1, 0, (4711).to_bytes(2, "big"))  # type: ignore[index]
        assert await client.action(EXPORT, BY_ENTITY) == der
        await client.action(REMOVE, BY_ENTITY)
        assert await client.get(Attribute(64, SIGNERS_SETUP, 6)) == Array([])
    assert station.events.count(SecurityEvent.CERTIFICATE_CHANGED) == 2


@pytest.mark.parametrize("faulty", [False, True])
async def test_an_expired_certificate_opens_nothing_unless_f_c15(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C15"] if faulty else []))
    key = private_key(CLIENT_SIGNING).public_key()
    async with station.tcp(SIGNER) as client:
        await client.action(IMPORT, OctetString(certificate(CLIENT_NAME, key, ends=START + 3600)))
    assert await attacks.opens(station, SIGNER)
    await station.clock.advance_to(START + 3601)
    assert await attacks.opens(station, SIGNER) is faulty


async def test_a_certificate_in_the_aarq_needs_the_authority(station: Station) -> None:
    new_key = private_key(bytes([7] * 32))
    der = certificate(CLIENT_NAME, new_key.public_key())
    material = replace(signing_material(SUITE_1), own_signing_key=new_key)
    assert not await attacks.opens(station, SIGNER, security=material, certificate=der)
    anchor = certificate("AUTHORITY", AUTHORITY.public_key())
    station.server.security(2).store("trust_anchor", anchor)
    assert await attacks.opens(station, SIGNER, security=material, certificate=der)
    other = certificate("4F54484552000001", new_key.public_key())
    assert not await attacks.opens(station, SIGNER, security=material, certificate=other)


async def test_a_new_key_pair_is_used_from_its_certificate_on(station: Station) -> None:
    async with station.tcp(SIGNER) as client:
        await client.action(Method(64, SIGNERS_SETUP, 4), Enum(0))
        request = await client.action(Method(64, SIGNERS_SETUP, 5), Enum(0))
        assert isinstance(request, OctetString)
        signed = x509.load_der_x509_csr(bytes(request))
        assert signed.is_signature_valid
        name = signed.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
        assert bytes.fromhex(str(name)) == METER_TITLE
        await client.action(IMPORT, OctetString(certificate(str(name), signed.public_key())))
    assert not await attacks.opens(station, SIGNER)
    material = replace(signing_material(SUITE_1), peer_signing_key=signed.public_key())  # type: ignore[arg-type]
    assert await attacks.opens(station, SIGNER, security=material)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", bytes(100)])
async def test_what_is_no_certificate_is_refused(station: Station, der: bytes) -> None:
    async with station.tcp(SIGNER) as client:
        with pytest.raises(ActionError):
            await client.action(IMPORT, OctetString(der))
        assert await client.get(Attribute(64, SIGNERS_SETUP, 6)) == Array([])
