"""Keys of a meter replaced by transfer and by agreement, and notifications that come unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms import apdu as a
from drivers.dlms.apdu import Method
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import U32, Data, Enum
from drivers.dlms.enums import ActionResult, ApplicationContext, KeyId, Mechanism, Suite
from drivers.dlms.errors import CounterError, DecodeError, MissingKeyError, TagError, UnexpectedApduError
from drivers.dlms.push import open_notification
from drivers.dlms.security import (
    InvocationCounters,
    Protection,
    SecurityMaterial,
    agree,
    decode_key_transfer,
    decode_offers,
    encode_offers,
    make_offer,
    open_offer,
    private_key,
    protect,
    sign_general,
)
from drivers.dlms.security_setup import SECURITY_SETUP, activate_policy, agree_keys, transfer_keys, with_keys
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink

CLIENT_KEY, METER_KEY = private_key(b"\x01" * 32), private_key(b"\x02" * 32)
MATERIAL = SecurityMaterial(
    suite=Suite.ECDH_ECDSA_AES_GCM_128_SHA_256,
    own_title=b"CLIENT01",
    peer_title=b"METER001",
    global_unicast_key=bytes(range(16)),
    authentication_key=bytes(range(32, 48)),
    master_key=bytes(range(64, 80)),
    own_signing_key=CLIENT_KEY,
    peer_signing_key=METER_KEY.public_key(),
)
AT_THE_METER = replace(MATERIAL.for_peer(), own_signing_key=METER_KEY, peer_signing_key=CLIENT_KEY.public_key())


@pytest.fixture
def meter() -> LittleMeter:
    return LittleMeter(AT_THE_METER)


@pytest.fixture
async def client(meter: LittleMeter) -> DlmsClient:
    identity = ClientIdentity(
        mechanism=Mechanism.HLS_GMAC, security=MATERIAL, context=ApplicationContext.LOGICAL_NAME_CIPHERED
    )
    client = DlmsClient(MemoryLink(meter), identity)
    await client.associate()
    return client


def done(returned: Data | None = None) -> a.ActionOutcome:
    return a.ActionOutcome(ActionResult.SUCCESS, returned)


async def test_transferred_keys_arrive_wrapped(client: DlmsClient, meter: LittleMeter) -> None:
    received: dict[KeyId, bytes] = {}

    def take(parameters: Data | None) -> a.ActionOutcome:
        assert parameters is not None
        received.update(decode_key_transfer(bytes(range(64, 80)), parameters))
        return done()

    meter.methods[Method(64, SECURITY_SETUP, 2)] = take
    keys = {KeyId.GLOBAL_UNICAST: bytes(16), KeyId.AUTHENTICATION: b"\x07" * 16}
    await transfer_keys(client, keys)
    assert received == keys
    renewed = with_keys(MATERIAL, keys)
    assert (renewed.global_unicast_key, renewed.authentication_key) == (bytes(16), b"\x07" * 16)
    assert renewed.master_key == MATERIAL.master_key


async def test_agreed_keys_are_the_same_at_both_ends(client: DlmsClient, meter: LittleMeter) -> None:
    at_the_meter: dict[KeyId, bytes] = {}

    def answer(parameters: Data | None) -> a.ActionOutcome:
        assert parameters is not None
        answers = []
        for key_id, data in decode_offers(parameters).items():
            offer = make_offer(AT_THE_METER.suite, key_id, METER_KEY)
            peer = open_offer(key_id, data, CLIENT_KEY.public_key())
            at_the_meter[key_id] = agree(AT_THE_METER.suite, offer, peer, b"CLIENT01", b"METER001")
            answers.append((key_id, offer.data))
        return done(encode_offers(answers))

    meter.methods[Method(64, SECURITY_SETUP, 3)] = answer
    agreed = await agree_keys(client, [KeyId.GLOBAL_UNICAST, KeyId.AUTHENTICATION])
    assert agreed == at_the_meter
    assert len(set(agreed.values())) == 2


async def test_an_offer_that_the_meter_did_not_sign_is_refused(client: DlmsClient, meter: LittleMeter) -> None:
    forged = make_offer(MATERIAL.suite, KeyId.MASTER, CLIENT_KEY)
    meter.methods[Method(64, SECURITY_SETUP, 3)] = lambda _: done(encode_offers([(KeyId.MASTER, forged.data)]))
    with pytest.raises(TagError):
        await agree_keys(client, [KeyId.MASTER])
    with pytest.raises(DecodeError, match="other keys"):
        await agree_keys(client, [KeyId.GLOBAL_UNICAST])


async def test_the_policy_is_activated_by_method_1(client: DlmsClient, meter: LittleMeter) -> None:
    given: list[Data | None] = []
    meter.methods[Method(64, SECURITY_SETUP, 1)] = lambda parameters: given.append(parameters) or done()  # type: ignore[func-returns-value]
    await activate_policy(client, 0x0C)
    assert given == [Enum(0x0C)]


async def test_without_keys_to_wrap_or_sign_with_it_says_so(client: DlmsClient) -> None:
    assert client.identity.security is not None
    bare = replace(client.identity.security, master_key=None, own_signing_key=None)
    client.identity = replace(client.identity, security=bare)
    with pytest.raises(MissingKeyError, match="master key"):
        await transfer_keys(client, {})
    with pytest.raises(MissingKeyError, match="signing key"):
        await agree_keys(client, [])


PUSH = a.DataNotification(5, None, U32(42))


def test_plain_ciphered_and_signed_notifications_open() -> None:
    plain = open_notification(PUSH.encode(), 10.0)
    assert (plain.apdu, plain.opened, plain.signed, plain.at) == (PUSH, None, False, 10.0)
    message = protect(AT_THE_METER, PUSH.encode(), control=0x31, counter=3, kind=Protection.GENERAL_GLOBAL)
    ciphered = open_notification(message, 10.0, MATERIAL)
    assert ciphered.apdu == PUSH
    assert ciphered.opened is not None
    assert ciphered.opened.title == b"METER001"
    signed = open_notification(sign_general(AT_THE_METER, message, a.GeneralHeader()), 10.0, MATERIAL)
    assert (signed.apdu, signed.signed) == (PUSH, True)


def test_a_replayed_notification_is_refused_where_counters_are_kept() -> None:
    message = protect(AT_THE_METER, PUSH.encode(), control=0x31, counter=3, kind=Protection.GENERAL_GLOBAL)
    counters = InvocationCounters()
    open_notification(message, 0.0, MATERIAL, counters)
    with pytest.raises(CounterError):
        open_notification(message, 0.0, MATERIAL, counters)
    open_notification(message, 0.0, MATERIAL)


def test_what_cannot_be_opened_has_its_exception() -> None:
    message = protect(AT_THE_METER, PUSH.encode(), control=0x31, counter=3, kind=Protection.GENERAL_GLOBAL)
    with pytest.raises(MissingKeyError):
        open_notification(message, 0.0)
    with pytest.raises(TagError):
        open_notification(message[:-1] + bytes((message[-1] ^ 1,)), 0.0, MATERIAL)
    with pytest.raises(UnexpectedApduError):
        open_notification(bytes.fromhex("d80101"), 0.0)
    with pytest.raises(DecodeError):
        open_notification(b"", 0.0)
