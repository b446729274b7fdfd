"""What a sound meter does with wrong secrets, wrong keys, replays, forged and plain messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from drivers.dlms.acse import Aare, decode_acse, mechanism_name
from drivers.dlms.apdu import ActionRequestNormal, Attribute, DataNotification, ExceptionResponse, Method, decode_apdu
from drivers.dlms.apdu.protection import GeneralGloCiphering
from drivers.dlms.data import U16, Array, Enum, OctetString, Structure
from drivers.dlms.enums import (
    AcseProvider,
    AcseUser,
    ActionResult,
    ApplicationContext,
    AssociationResult,
    Mechanism,
    ServiceFault,
    Suite,
)
from drivers.dlms.errors import ActionError, AssociationRefusedError, AuthenticationError, ExceptionResponseError
from drivers.dlms.security import InvocationCounters, protect, unprotect
from fixtures.meter.cosem import SecurityEvent
from fixtures.meter.server.push import notification

from . import attacks
from .attacks import READ, SWITCH_OFF, fault_of
from .conftest import StationMaker
from .station import (
    BUFFER,
    CLIENT_TITLE,
    COUNTER,
    ECHO,
    ENERGY_VALUE,
    IDENTITIES,
    LIMIT,
    MANAGEMENT,
    MANAGER,
    MATERIAL,
    METER_TITLE,
    OPEN,
    PASSWORD,
    PRE,
    PUBLIC,
    READER,
    SETUP,
    SHA,
    SIGNER,
    Station,
    signing_material,
)


@pytest.mark.parametrize("suite", [1, 2])
async def test_ecdsa_opens_an_association_in_each_suite(make_station: StationMaker, suite: int) -> None:
    station = await make_station(suite=Suite(suite))
    identity = replace(IDENTITIES[SIGNER], security=signing_material(Suite(suite)))
    async with station.tcp(SIGNER, identity) as client:
        assert await client.get(ENERGY_VALUE) == 12345678


@pytest.mark.parametrize(
    ("sap", "changes"),
    [
        (READER, {"secret": b"wrong"}),
        (READER, {"secret": PASSWORD + b"x"}),
        (READER, {"secret": b""}),
        (READER, {"secret": b"factory"}),
        (READER, {"mechanism": Mechanism.LOWEST}),
        (SHA, {"secret": b"wrong"}),
        (SHA, {"mechanism": Mechanism.LLS}),
        (MANAGER, {"security": replace(MATERIAL, global_unicast_key=b"\x99" * 16)}),
        (MANAGER, {"security": replace(MATERIAL, authentication_key=b"\x99" * 16)}),
        (MANAGER, {"mechanism": Mechanism.LOWEST}),
        (MANAGER, {"mechanism": Mechanism.LLS, "secret": PASSWORD}),
        (MANAGER, {"mechanism": Mechanism.HLS_SHA256, "secret": b"x"}),
        (MANAGER, {"context": ApplicationContext.LOGICAL_NAME}),
        (MANAGER, {"control": 0}),
        (PUBLIC, {"context": ApplicationContext.LOGICAL_NAME_CIPHERED, "security": MATERIAL}),
    ],
)
async def test_a_wrong_claim_opens_no_association(station: Station, sap: int, changes: dict[str, object]) -> None:
    assert not await attacks.opens(station, sap, **changes)
    assert await attacks.opens(station, sap)


@pytest.mark.parametrize("sap", [5, 17, 64, 127, PRE])
async def test_an_unknown_client_is_refused(station: Station, sap: int) -> None:
    client = station.tcp(sap, IDENTITIES[PUBLIC])
    await client.link.open()
    association = client.association
    await association.send_aarq(association.make_aarq())
    assert (await association.receive_aare()).result is AssociationResult.REJECTED_PERMANENT
    await client.abort()


async def test_refusals_have_the_diagnostic_of_their_reason(station: Station) -> None:
    async def diagnostic(sap: int, **changes: object) -> object:
        client = station.tcp(sap)
        await client.link.open()
        aarq = replace(client.association.make_aarq(), **changes)  # type: ignore[arg-type]
        await client.association.send_aarq(aarq)
        answer = await client.association.receive_aare()
        await client.abort()
        return answer.diagnostic

    lls = mechanism_name(Mechanism.LLS)
    assert await diagnostic(READER, mechanism=None) is AcseUser.AUTHENTICATION_MECHANISM_NAME_REQUIRED
    assert await diagnostic(SHA, mechanism=lls) is AcseUser.AUTHENTICATION_MECHANISM_NAME_NOT_RECOGNISED
    assert await diagnostic(READER, authentication_value=b"no") is AcseUser.AUTHENTICATION_FAILURE
    assert await diagnostic(READER, context=b"\x01\x02") is AcseUser.APPLICATION_CONTEXT_NAME_NOT_SUPPORTED
    assert await diagnostic(MANAGER, calling_ap_title=b"x") is AcseUser.CALLING_AP_TITLE_NOT_RECOGNIZED
    assert await diagnostic(READER, protocol_version=b"\x02\x04") is AcseProvider.NO_COMMON_ACSE_VERSION


async def test_a_wrong_answer_to_the_challenge_ends_the_association(station: Station) -> None:
    client = station.tcp(SHA, replace(IDENTITIES[SHA], secret=b"wrong"))
    with pytest.raises((AuthenticationError, ActionError)):
        await client.associate()
    assert fault_of(await attacks.send(client, READ)) is ServiceFault.OPERATION_NOT_POSSIBLE
    await client.abort()
    assert SecurityEvent.LOGIN_FAILED in station.events


async def test_nothing_but_the_answer_is_served_while_the_challenge_is_open(station: Station) -> None:
    assert fault_of(await attacks.pending_read(station)) is ServiceFault.OPERATION_NOT_POSSIBLE


async def test_challenges_never_repeat_and_are_not_taken_back(station: Station) -> None:
    given = set()
    client = station.tcp(SHA)
    await client.link.open()
    for _ in range(200):
        await client.association.send_aarq(client.association.make_aarq())
        aare = await client.association.receive_aare()
        given.add(aare.authentication_value)
        assert aare.pending
        assert len(aare.authentication_value or b"") >= 8
    await client.association.send_aarq(client.association.make_aarq(ctos=aare.authentication_value))
    reflected = await client.association.receive_aare()
    await client.abort()
    assert len(given) == 200
    assert (reflected.result, reflected.diagnostic) == (
        AssociationResult.REJECTED_PERMANENT,
        AcseUser.AUTHENTICATION_FAILURE,
    )


def _flip(index: int) -> Callable[[bytes], bytes]:
    def flip(message: bytes) -> bytes:
        changed = bytearray(message)
        changed[index] ^= 1
        return bytes(changed)

    return flip


@pytest.mark.parametrize("index", [-1, -12, -13, 2, 3, 6])
async def test_an_altered_order_is_refused_and_does_no_harm(station: Station, index: int) -> None:
    async with station.tcp(MANAGER) as client:
        answer = await attacks.send(client, _flip(index)(client.protect(SWITCH_OFF)))
        assert fault_of(answer) in (ServiceFault.DECIPHERING_ERROR, ServiceFault.INVOCATION_COUNTER_ERROR)
        assert await client.get(ENERGY_VALUE) == 12345678
    assert station.switch.calls == []


@pytest.mark.parametrize("control", [0x00, 0x10, 0x20, 0x70, 0x31, 0xB0])
async def test_an_order_with_less_or_other_protection_is_refused(station: Station, control: int) -> None:
    async with station.tcp(MANAGER) as client:
        if control == 0xB0:
            order = client.protect(SWITCH_OFF)
            order = order[:2] + b"\xb0" + order[3:]
        else:
            order = client.protect(SWITCH_OFF, control=control)
        assert fault_of(await attacks.send(client, order)) is not None
        assert await client.get(ENERGY_VALUE) == 12345678
    assert station.switch.calls == []


async def test_a_plain_order_is_refused_in_a_ciphered_association(station: Station) -> None:
    assert fault_of(await attacks.plain_order(station)) is ServiceFault.OPERATION_NOT_POSSIBLE
    assert station.switch.calls == []


async def test_a_replay_is_refused_and_the_expected_counter_told(station: Station) -> None:
    answer = await attacks.replayed(station)
    assert fault_of(answer) is ServiceFault.INVOCATION_COUNTER_ERROR
    refusal = decode_apdu(answer or b"")
    assert isinstance(refusal, ExceptionResponse)
    assert refusal.counter == station.server.security(0).expected() - 1  # the release came after it
    assert station.switch.calls == []
    assert SecurityEvent.REPLAY_REFUSED in station.events


async def test_a_replay_is_refused_in_a_new_session_and_after_a_power_cut(station: Station) -> None:
    answer = await attacks.replayed_in_a_new_session(station)
    assert fault_of(answer) is ServiceFault.INVOCATION_COUNTER_ERROR
    async with station.tcp(MANAGER) as client:
        order = client.protect(SWITCH_OFF)
        await attacks.send(client, order)
    station.server.power(False)
    station.server.power(True)
    station.switch.calls.clear()
    async with station.tcp(MANAGER) as client:
        assert fault_of(await attacks.send(client, order)) is ServiceFault.INVOCATION_COUNTER_ERROR
    assert station.switch.calls == []


async def test_a_replayed_aarq_opens_nothing(station: Station) -> None:
    (answer,) = await attacks.whole_session_replayed(station)
    assert fault_of(answer) is ServiceFault.INVOCATION_COUNTER_ERROR


async def test_a_forged_counter_locks_nobody_out(station: Station) -> None:
    answer = await attacks.poisoned(station)
    assert answer is not None
    assert answer[0] == 0xCC


async def test_counters_survive_a_power_cut_on_both_sides(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.get(ENERGY_VALUE)
    before = station.server.security(0).next_counter()
    station.server.power(False)
    station.server.power(True)
    assert station.server.security(0).next_counter() == before + 1
    async with station.tcp(MANAGER) as client:
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_the_counter_object_tells_the_public_client_where_to_go_on(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.get(ENERGY_VALUE)
    async with station.tcp(PUBLIC) as public:
        last = await public.get(Attribute(1, COUNTER, 2))
    assert last == station.counters_of(MANAGER).next() - 1


@pytest.mark.parametrize("control", [0x30, 0x70])
async def test_an_order_on_the_pre_established_sap_is_refused(station: Station, control: int) -> None:
    answer = await attacks.order_on_pre_established(station, control=control)
    assert answer is not None
    assert station.switch.calls == []


async def test_the_group_key_does_on_its_sap_what_it_may_do(station: Station) -> None:
    value = bytes.fromhex("c101c1") + bytes.fromhex("0047") + LIMIT.instance + b"\x03\x00\x12\x00\x07"
    order = protect(attacks.KEYS, value, control=0x70, counter=5)
    answer = await attacks.order_on_pre_established(station, order)
    assert answer is not None
    assert station.limiter.values[3] == 7
    again = await attacks.order_on_pre_established(station, order)
    assert fault_of(again) is ServiceFault.INVOCATION_COUNTER_ERROR


async def test_a_plain_request_on_the_pre_established_sap_is_refused(station: Station) -> None:
    assert fault_of(await attacks.order_on_pre_established(station, READ)) is not None


async def test_a_second_aarq_leaves_the_association_as_it_is(station: Station) -> None:
    async with station.tcp(READER) as client:
        answer = await attacks.send(client, client.association.make_aarq().encode())
        aare = decode_acse(answer or b"")
        assert isinstance(aare, Aare)
        assert aare.result is AssociationResult.REJECTED_PERMANENT
        assert len(await client.get(BUFFER)) == 400  # type: ignore[arg-type]


async def test_a_release_with_a_forged_initiate_releases_nothing(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        rlrq = bytearray(client.association.make_rlrq().encode())
        rlrq[-1] ^= 1
        assert fault_of(await attacks.send(client, bytes(rlrq))) is ServiceFault.DECIPHERING_ERROR
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_the_policy_may_be_strengthened_and_never_weakened(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        for weaker in (0x00, 0x04, 0x0C, 0x24):
            with pytest.raises(ActionError) as refusal:
                await client.action(Method(64, SETUP, 1), Enum(weaker))
            assert refusal.value.result is ActionResult.READ_WRITE_DENIED
        with pytest.raises(ActionError):
            await client.action(Method(64, SETUP, 1), Enum(0x03))
        await client.action(Method(64, SETUP, 1), Enum(0x6C))
        assert await client.get(Attribute(64, SETUP, 2)) == 0x6C
    assert station.events.count(SecurityEvent.POLICY_CHANGED) == 1


async def test_a_push_is_protected_as_answers_are(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.get(ENERGY_VALUE)
    message = DataNotification(1, None, Structure([OctetString(b"alarm"), U16(7)]))
    sent = notification(station.server, MANAGER, message)
    carrier = decode_apdu(sent)
    assert isinstance(carrier, GeneralGloCiphering)
    assert carrier.system_title == METER_TITLE
    opened = unprotect(replace(MATERIAL, peer_title=METER_TITLE), sent)
    assert opened.apdu == message.encode()
    assert opened.control & 0x30 == 0x30


async def test_the_meter_never_sends_a_counter_twice(station: Station) -> None:
    counters = []
    for _ in range(3):
        async with station.tcp(MANAGER) as client:
            with client.taps["ciphered"].capturing() as seen:
                await client.get(ENERGY_VALUE)
                await client.get(LIMIT)
            counters += [int.from_bytes(item.data[3:7], "big") for item in seen if item.data[0] == 0xCC]
        station.server.power(False)
        station.server.power(True)
    assert len(counters) == 6
    assert counters == sorted(set(counters))


async def test_a_ciphered_request_without_a_ciphering_context_is_refused(station: Station) -> None:
    async with station.tcp(READER) as client:
        order = protect(replace(MATERIAL, own_title=CLIENT_TITLE), READ, control=0x30, counter=0)
        assert fault_of(await attacks.send(client, order)) is ServiceFault.OPERATION_NOT_POSSIBLE


async def test_an_association_without_requests_is_closed(station: Station) -> None:
    client = station.tcp(MANAGER)
    await client.associate()
    await station.clock.advance_to(station.clock.now() + 49)
    assert await client.get(ENERGY_VALUE) == 12345678
    await station.clock.advance_to(station.clock.now() + 51)
    assert list(station.server.associations()) == []
    await client.abort()


async def test_refused_requests_do_not_keep_an_association_open(station: Station) -> None:
    client = station.tcp(MANAGER)
    await client.associate()
    for _ in range(4):
        await station.clock.advance_to(station.clock.now() + 20)
        await attacks.send(client, SWITCH_OFF)
    assert list(station.server.associations()) == []
    await client.abort()


async def test_hls_counter_error_names_the_next_counter(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        await client.get(ENERGY_VALUE)
    expected = station.server.security(0).expected()
    late = station.tcp(MANAGER, MANAGEMENT, InvocationCounters())
    with pytest.raises(ExceptionResponseError) as refusal:
        await late.associate()
    await late.abort()
    assert refusal.value.counter == expected


async def test_wrong_passwords_lock_that_client_on_that_port(station: Station) -> None:
    for _ in range(3):
        assert not await attacks.opens(station, READER, secret=b"guess")
    assert not await attacks.opens(station, READER)
    assert await attacks.opens(station, SHA)
    async with station.serial(READER) as client:
        assert await client.get(ENERGY_VALUE) == 12345678
    station.server.power(False)
    station.server.power(True)
    assert not await attacks.opens(station, READER)
    await station.clock.advance_to(station.clock.now() + 900)
    assert await attacks.opens(station, READER)
    assert SecurityEvent.LOCKED_OUT in station.events


async def test_a_locked_client_learns_nothing_from_its_guesses(station: Station) -> None:
    for _ in range(3):
        await attacks.opens(station, READER, secret=b"guess")
    with pytest.raises(AssociationRefusedError) as right:
        await station.tcp(READER).associate()
    with pytest.raises(AssociationRefusedError) as wrong:
        await station.tcp(READER, replace(IDENTITIES[READER], secret=b"guess")).associate()
    assert right.value.result is wrong.value.result is AssociationResult.REJECTED_TRANSIENT
    assert right.value.diagnostic is wrong.value.diagnostic


async def test_an_action_list_with_a_foreign_method_runs_the_permitted_ones_only(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        outcomes = await client.action_list([ECHO, OPEN], [Array([U16(1)]), U16(0)])
    assert [outcome.result for outcome in outcomes] == [ActionResult.SUCCESS, ActionResult.SUCCESS]
    assert outcomes[0].returned == Array([U16(1)])


def test_the_order_is_what_the_attacks_say_it_is() -> None:
    assert isinstance(decode_apdu(SWITCH_OFF), ActionRequestNormal)
