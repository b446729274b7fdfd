"""What attacks are made of: taps, raw bytes, overrides; and what the client itself refuses from a meter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms import apdu as a
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import NULL, U32, DateTime, OctetString
from drivers.dlms.enums import ApplicationContext, Conformance, Mechanism, ServiceFault, StateFault, Suite
from drivers.dlms.errors import (
    CounterError,
    DecodeError,
    ExceptionResponseError,
    MissingKeyError,
    ProtectionError,
    TagError,
    UnexpectedApduError,
)
from drivers.dlms.obis import Obis
from drivers.dlms.security import CounterKey, Protection, SecurityMaterial, private_key, protect
from drivers.transport.base import SilenceError
from drivers.transport.tap import Direction, drop, flip_bit, repeat
from tests.unit.dlms.little_meter import LittleMeter, MemoryLink

ENERGY = Attribute(3, Obis("1.0.1.8.0.255"), 2)
LONG = Attribute(1, Obis("0.0.96.13.0.255"), 2)
GET = a.GetRequestNormal(0xC1, ENERGY).encode()
REFUSAL = a.ExceptionResponse(StateFault.SERVICE_NOT_ALLOWED, ServiceFault.DECIPHERING_ERROR).encode()
MATERIAL = SecurityMaterial(
    own_title=b"CLIENT01",
    global_unicast_key=bytes(range(16)),
    global_broadcast_key=bytes(range(16, 32)),
    authentication_key=bytes(range(32, 48)),
)
IDENTITY = ClientIdentity(
    mechanism=Mechanism.HLS_GMAC, security=MATERIAL, context=ApplicationContext.LOGICAL_NAME_CIPHERED
)


@pytest.fixture
def meter() -> LittleMeter:
    return LittleMeter(
        replace(MATERIAL.for_peer(), own_title=b"METER001"),
        values={ENERGY: U32(7), LONG: OctetString(bytes(1000))},
    )


@pytest.fixture
async def client(meter: LittleMeter) -> DlmsClient:
    client = DlmsClient(MemoryLink(meter), IDENTITY)
    await client.associate()
    return client


@pytest.fixture
def link(client: DlmsClient) -> MemoryLink:
    assert isinstance(client.link, MemoryLink)
    return client.link


def meter_message(meter: LittleMeter, plain: bytes, kind: Protection = Protection.GLOBAL, control: int = 0x30) -> bytes:
    return protect(meter.material, plain, control=control, counter=meter.next_counter(), kind=kind)


# -- taps --------------------------------------------------------------------------------------------------------------


async def test_plain_and_ciphered_taps_show_the_same_request_on_both_layers(client: DlmsClient) -> None:
    assert set(client.taps) == {"line", "frame", "ciphered", "plain"}
    with client.taps["plain"].capturing() as plain, client.taps["ciphered"].capturing() as ciphered:
        await client.get(ENERGY)
    assert [seen.direction for seen in plain] == [Direction.OUT, Direction.IN]
    assert plain[0].data[0] == 0xC0
    assert plain[1].data == a.GetResponseNormal(plain[0].data[2], U32(7)).encode()
    assert [seen.data[0] for seen in ciphered] == [0xC8, 0xCC]


async def test_a_bit_flipped_above_the_frame_reaches_the_meters_tag_check(client: DlmsClient) -> None:
    with client.taps["ciphered"].interfering(flip_bit(-1)), pytest.raises(ExceptionResponseError) as raised:
        await client.get(ENERGY)
    assert raised.value.service_error is ServiceFault.DECIPHERING_ERROR


async def test_a_plain_message_altered_on_the_way_out_is_ciphered_again(client: DlmsClient, meter: LittleMeter) -> None:
    other = a.GetRequestNormal(0xC1, LONG).encode()
    with client.taps["plain"].interfering(lambda message: (other[:2] + message[2:3] + other[3:],)):
        assert await client.get(ENERGY) == bytes(1000)


async def test_dropped_and_repeated_requests(client: DlmsClient, meter: LittleMeter, link: MemoryLink) -> None:
    with client.taps["ciphered"].interfering(drop), pytest.raises(SilenceError):
        await client.get(ENERGY)
    seen = len(meter.seen)
    with client.taps["ciphered"].interfering(repeat(2)):
        await client.get(ENERGY)
    assert len(meter.seen) == seen + 2
    assert link.sent[-1] == link.sent[-2]


async def test_a_bit_flipped_on_the_way_in_is_noticed(client: DlmsClient) -> None:
    with client.taps["ciphered"].interfering(flip_bit(-1), Direction.IN), pytest.raises(TagError):
        await client.get(ENERGY)


async def test_an_injected_message_is_delivered_before_the_link_is_read(client: DlmsClient, meter: LittleMeter) -> None:
    client.taps["plain"].inject(REFUSAL)
    with pytest.raises(ExceptionResponseError):
        await client.get(ENERGY)
    client.taps["ciphered"].inject(meter_message(meter, bytes.fromhex("0f000000010000"), Protection.GENERAL_GLOBAL))
    notification = await client.next_notification(client.clock.now())
    assert notification.opened is not None


async def test_an_answer_that_is_delayed_past_the_deadline_is_silence(client: DlmsClient) -> None:
    with client.taps["ciphered"].delaying(20.0, Direction.IN), pytest.raises(SilenceError):
        await client.get(ENERGY)
    with client.taps["plain"].delaying(5.0, Direction.IN):
        before = client.clock.now()
        assert await client.get(ENERGY) == 7
        assert client.clock.now() >= before + 5.0


async def test_messages_sent_from_a_tap_are_protected_below_it(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: []
    await client.taps["plain"].send(GET)
    assert link.sent[-1][0] == 0xC8
    await client.taps["ciphered"].send(b"\xc8\x00")
    assert link.sent[-1] == b"\xc8\x00"


# -- sending anything --------------------------------------------------------------------------------------------------


async def test_any_plain_bytes_are_protected_and_the_answer_opened(client: DlmsClient) -> None:
    received = await client.send_apdu(GET)
    assert a.decode_apdu(received.apdu) == a.GetResponseNormal(0xC1, U32(7))
    assert received.opened is not None
    assert received.opened.control == 0x30


@pytest.mark.parametrize("control", [0x10, 0x20, 0x31, 0x70])
async def test_the_control_byte_goes_out_as_given(client: DlmsClient, link: MemoryLink, control: int) -> None:
    link.answer = lambda _message: [REFUSAL]
    received = await client.send_apdu(GET, control=control)
    assert link.sent[-1][2] == control
    assert received.apdu == REFUSAL
    assert received.opened is None


async def test_counter_kind_and_keys_can_be_overridden(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: [REFUSAL]
    before = client.counters.sending[CounterKey.UNICAST]
    await client.send_apdu(GET, counter=3, kind=Protection.GENERAL_GLOBAL)
    assert link.sent[-1][0] == 0xDB
    assert link.sent[-1][12:16] == bytes((0, 0, 0, 3))
    await client.send_apdu(GET, material=replace(MATERIAL, global_unicast_key=bytes(16)), counter=4)
    wrong = link.sent[-1]
    assert wrong != client.protect(GET, counter=4)
    assert client.counters.sending[CounterKey.UNICAST] == before
    client.counters.sending[CounterKey.UNICAST] = 1
    assert client.protect(GET)[3:7] == bytes((0, 0, 0, 1))


async def test_a_frame_can_be_replayed_as_it_was(client: DlmsClient, link: MemoryLink) -> None:
    with client.taps["ciphered"].capturing() as seen:
        await client.get(ENERGY)
    link.answer = lambda _message: [REFUSAL]
    assert await client.send_raw(seen[0].data) == REFUSAL
    assert link.sent[-1] == seen[0].data


async def test_plain_bytes_go_out_plain_in_a_ciphered_association(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter
) -> None:
    answer = await client.send_raw(GET)
    assert link.sent[-1] == GET
    assert answer == a.GetResponseNormal(0xC1, U32(7)).encode()


async def test_silence_after_raw_bytes_ends_at_the_given_deadline(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: []
    deadline = client.clock.now() + 2.5
    with pytest.raises(SilenceError):
        await client.send_raw(b"\x00", deadline)
    assert client.clock.now() == deadline


async def test_requests_while_pending_are_protected_by_the_global_key(meter: LittleMeter) -> None:
    link = MemoryLink(meter)
    client = DlmsClient(link, replace(IDENTITY, kind=Protection.DEDICATED))
    await link.open()
    await client.association.send_aarq(client.association.make_aarq())
    client.association.accept(await client.association.receive_aare())
    await client.send_apdu(GET)
    assert link.sent[-1][0] == 0xC8


async def test_without_security_material_a_ciphered_identity_says_what_it_lacks(meter: LittleMeter) -> None:
    client = DlmsClient(MemoryLink(meter), replace(IDENTITY, security=None))
    with pytest.raises(MissingKeyError, match="security material"):
        await client.associate()


# -- what the client refuses -------------------------------------------------------------------------------------------


async def test_a_replayed_answer_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    with client.taps["ciphered"].capturing() as seen:
        await client.get(ENERGY)
    link.answer = lambda _message: [seen[1].data]
    with pytest.raises(CounterError):
        await client.get(ENERGY)


async def test_a_forged_counter_does_not_lock_the_meter_out(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter
) -> None:
    forged = bytes.fromhex("cc1130ffffffff") + bytes(12)
    link.answer = lambda _message: [forged]
    with pytest.raises(TagError):
        await client.get(ENERGY)
    link.answer = meter
    assert await client.get(ENERGY) == 7


@pytest.mark.parametrize("control", [0x00, 0x10, 0x20])
async def test_an_answer_protected_less_than_demanded_is_refused(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter, control: int
) -> None:
    link.answer = lambda _message: [meter_message(meter, a.GetResponseNormal(0xC1, U32(7)).encode(), control=control)]
    with pytest.raises(ProtectionError, match="demanded"):
        await client.send_apdu(GET)


async def test_a_plain_answer_in_a_ciphered_association_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.answer = lambda _message: [a.GetResponseNormal(0xC1, U32(7)).encode()]
    with pytest.raises(ProtectionError, match="unprotected"):
        await client.send_apdu(GET)


async def test_an_answer_that_is_not_signed_is_refused_where_signatures_are_demanded(meter: LittleMeter) -> None:
    key, meter_key = private_key(b"\x01" * 32), private_key(b"\x02" * 32)
    material = replace(
        MATERIAL,
        suite=Suite.ECDH_ECDSA_AES_GCM_128_SHA_256,
        own_signing_key=key,
        peer_signing_key=meter_key.public_key(),
    )
    meter.material = replace(
        material.for_peer(), own_title=b"METER001", own_signing_key=meter_key, peer_signing_key=key.public_key()
    )
    client = DlmsClient(MemoryLink(meter), replace(IDENTITY, security=material, signed=True))
    with pytest.raises(ProtectionError, match="not signed"):
        await client.associate()


# -- notifications -----------------------------------------------------------------------------------------------------


async def test_a_notification_between_request_and_answer_is_put_aside(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter
) -> None:
    push = a.DataNotification(1, DateTime(2026, 1, 2), U32(5))
    link.answer = lambda message: [meter_message(meter, push.encode(), Protection.GENERAL_GLOBAL), *meter(message)]
    assert await client.get(ENERGY) == 7
    notification = await client.next_notification(client.clock.now())
    assert notification.apdu == push
    assert notification.opened is not None
    assert notification.opened.encrypted


async def test_notifications_come_until_the_deadline(client: DlmsClient, link: MemoryLink, meter: LittleMeter) -> None:
    for number in range(3):
        push = a.DataNotification(number, None, NULL)
        link.waiting.append(meter_message(meter, push.encode(), Protection.GENERAL_GLOBAL))
    deadline = client.clock.now() + 1.0
    numbers = [notification.apdu.long_invoke async for notification in client.notifications(deadline)]  # type: ignore[union-attr]
    assert numbers == [0, 1, 2]
    assert client.clock.now() == deadline


async def test_an_unprotected_notification_is_refused(client: DlmsClient, link: MemoryLink) -> None:
    link.waiting.append(a.DataNotification(1, None, NULL).encode())
    with pytest.raises(ProtectionError):
        await client.next_notification(client.clock.now() + 1.0)


async def test_another_apdu_where_a_notification_was_awaited_is_refused(link: MemoryLink, client: DlmsClient) -> None:
    link.waiting.append(REFUSAL)
    with pytest.raises(UnexpectedApduError, match="notification"):
        await client.next_notification(client.clock.now() + 1.0)


# -- general block transfer --------------------------------------------------------------------------------------------


def in_blocks(message: bytes, size: int, window: int) -> list[list[a.GeneralBlockTransfer]]:
    """The blocks of a message, in bursts of ``window``."""
    parts = [message[at : at + size] for at in range(0, len(message), size)]
    blocks = [
        a.GeneralBlockTransfer(
            number == len(parts), number % window != 0 and number != len(parts), window, number, 0, part
        )
        for number, part in enumerate(parts, 1)
    ]
    return [blocks[at : at + window] for at in range(0, len(blocks), window)]


@pytest.mark.parametrize("window", [1, 3, 63])
async def test_answers_in_general_blocks_are_joined(
    client: DlmsClient, link: MemoryLink, meter: LittleMeter, window: int
) -> None:
    bursts: list[list[a.GeneralBlockTransfer]] = []

    def answer(message: bytes) -> list[bytes]:
        if message[0] == 0xE0:
            acknowledgement = a.decode_apdu(message)
            assert isinstance(acknowledgement, a.GeneralBlockTransfer)
            assert acknowledgement.acknowledged == bursts[0][0].number - 1
        else:
            bursts.extend(in_blocks(meter(message)[0], 50, window))
        return [block.encode() for block in bursts.pop(0)]

    link.answer = answer
    assert await client.get(LONG) == bytes(1000)
    assert not bursts


async def test_a_lost_block_is_asked_for_again(client: DlmsClient, link: MemoryLink, meter: LittleMeter) -> None:
    blocks: list[a.GeneralBlockTransfer] = []

    def answer(message: bytes) -> list[bytes]:
        if message[0] != 0xE0:
            blocks.extend(block for burst in in_blocks(meter(message)[0], 200, 3) for block in burst)
            return [blocks[0].encode(), blocks[2].encode()]  # the second is lost
        acknowledgement = a.decode_apdu(message)
        assert isinstance(acknowledgement, a.GeneralBlockTransfer)
        return [block.encode() for block in blocks[acknowledgement.acknowledged :][:3]]

    link.answer = answer
    assert await client.get(LONG) == bytes(1000)


async def test_requests_longer_than_the_pdu_go_in_general_blocks_where_agreed(meter: LittleMeter) -> None:
    meter.max_pdu_size = 100
    joined = bytearray()

    def answer(message: bytes) -> list[bytes]:
        if message[0] != 0xE0:
            return meter(message)
        block = a.decode_apdu(message)
        assert isinstance(block, a.GeneralBlockTransfer)
        joined.extend(block.data)
        if block.last:
            return meter(bytes(joined))
        if block.streaming:
            return []
        return [a.GeneralBlockTransfer(True, False, 4, 1, block.number, b"").encode()]

    link = MemoryLink(answer)
    identity = replace(
        IDENTITY,
        conformance=Conformance.GET | Conformance.SET | Conformance.ACTION | Conformance.GENERAL_BLOCK_TRANSFER,
    )
    client = DlmsClient(link, identity)
    await client.associate()
    await client.set(LONG, OctetString(bytes(range(200)) * 3))
    assert meter.values[LONG] == bytes(range(200)) * 3
    assert max(map(len, link.sent)) <= 100


async def test_general_blocks_without_end_or_of_another_kind_are_refused(client: DlmsClient, link: MemoryLink) -> None:
    endless = a.GeneralBlockTransfer(False, True, 1, 1, 0, b"x").encode()
    link.answer = lambda _message: [endless, REFUSAL]
    with pytest.raises(UnexpectedApduError, match="general block transfer"):
        await client.get(ENERGY)
    link.answer = lambda _message: [b"\xe0\x00"]
    with pytest.raises(DecodeError):
        await client.get(ENERGY)
