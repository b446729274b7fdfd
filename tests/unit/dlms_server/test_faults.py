"""Each seeded fault shows: what a sound meter refuses (`test_security`), the meter with that one fault does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.apdu import (
    ActionRequestNormal,
    Block,
    DataNotification,
    Method,
    SetRequestNormal,
    SetRequestWithFirstBlock,
)
from drivers.dlms.client import ClientIdentity
from drivers.dlms.data import I8, U8, U16, Enum, OctetString, encode_data
from drivers.dlms.enums import AssociationResult, KeyId, Mechanism
from drivers.dlms.errors import ActionError, AssociationRefusedError, DataAccessError
from drivers.dlms.security import protect
from drivers.transport.base import SilenceError, TransportError
from drivers.transport.tap import Direction
from fixtures.meter.cosem import SecurityEvent
from fixtures.meter.server.push import notification
from fixtures.meter.server.workload import SLOW_ANSWER_S

from . import attacks
from .attacks import SWITCH_OFF, fault_of
from .conftest import StationMaker
from .station import (
    BUFFER,
    CURRENT_ASSOCIATION,
    ENERGY_VALUE,
    FLEET_KEYS,
    IDENTITIES,
    LIMIT,
    LIMIT_TIME,
    MANAGEMENT,
    MANAGER,
    MATERIAL,
    OPEN,
    PASSWORD,
    PRE,
    PUBLIC,
    READER,
    ROLE,
    SETUP,
    SHA,
    SIGNER,
    Attribute,
    Station,
)

SECRET = Attribute(15, CURRENT_ASSOCIATION, 7)


async def test_f_c2_the_association_tells_its_secret(make_station: StationMaker) -> None:
    station = await make_station("F-C2")
    async with station.tcp(READER) as client:
        assert await client.get(SECRET) == PASSWORD


async def test_f_c5_the_factory_password_opens(make_station: StationMaker) -> None:
    station = await make_station("F-C5")
    assert await attacks.opens(station, READER, secret=b"factory")
    assert await attacks.opens(station, READER)


async def test_f_c6_the_fleet_key_opens_beside_the_own_one(make_station: StationMaker) -> None:
    station = await make_station("F-C6")
    fleet = replace(
        MATERIAL,
        global_unicast_key=FLEET_KEYS[KeyId.GLOBAL_UNICAST],
        authentication_key=FLEET_KEYS[KeyId.AUTHENTICATION],
    )
    async with station.tcp(MANAGER, replace(MANAGEMENT, security=fleet)) as client:
        assert await client.get(ENERGY_VALUE) == 12345678
    async with station.tcp(MANAGER) as client:
        assert await client.get(ENERGY_VALUE) == 12345678


@pytest.mark.parametrize("sap", [PUBLIC, READER, MANAGER])
async def test_f_c9_lowest_security_gives_the_full_view(make_station: StationMaker, sap: int) -> None:
    station = await make_station("F-C9")
    identity = ClientIdentity(conformance=MANAGEMENT.conformance)
    async with station.tcp(sap, identity) as client:
        assert await client.get(ENERGY_VALUE) == 12345678
        await client.action(OPEN)
    assert station.switch.calls == [1]
    assert await attacks.opens(station, MANAGER)


async def test_f_c10_a_push_goes_out_in_clear(make_station: StationMaker) -> None:
    station = await make_station("F-C10")
    message = DataNotification(1, None, OctetString(b"ZEBRA"))
    assert notification(station.server, MANAGER, message) == message.encode()


async def test_f_c12_every_authenticated_role_reads_everything(make_station: StationMaker) -> None:
    station = await make_station("F-C12")
    async with station.tcp(ROLE) as client:
        assert await client.get(LIMIT) == 100
        with pytest.raises(DataAccessError):
            await client.set(LIMIT, U16(1))
        with pytest.raises(DataAccessError):
            await client.get(SECRET)
    async with station.tcp(PUBLIC) as client:
        with pytest.raises(DataAccessError):
            await client.get(ENERGY_VALUE)


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c14_the_next_peer_inherits_the_session(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C14"] if faulty else []))
    for make in (station.tcp, station.serial):
        first = make(READER)
        await first.associate()
        await first.abort()
        heir = make(READER)
        await heir.link.open()
        answer = await attacks.send(heir, attacks.READ)
        await heir.abort()
        assert (answer is not None and answer[0] == 0xC4) is faulty


async def test_f_c16_anybody_weakens_the_policy(make_station: StationMaker) -> None:
    station = await make_station("F-C16")
    async with station.tcp(PUBLIC, replace(IDENTITIES[PUBLIC], conformance=MANAGEMENT.conformance)) as client:
        await client.action(Method(64, SETUP, 1), Enum(0))
    assert station.server.security(0).raw_policy == 0


async def test_f_c17_the_senders_counter_starts_again(make_station: StationMaker) -> None:
    station = await make_station("F-C17")
    assert await attacks.opens(station, MANAGER)
    station.server.power(False)
    station.server.power(True)
    assert station.server.security(0).next_counter() == 0


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c18_the_old_key_works_after_the_rotation(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C18"] if faulty else []))
    station.server.replaced_keys(0, {KeyId.GLOBAL_UNICAST: b"\x42" * 16})
    station.server.change_secret(READER, b"new password")
    assert await attacks.opens(station, MANAGER) is faulty
    assert await attacks.opens(station, READER) is faulty
    assert await attacks.opens(station, READER, secret=b"new password")
    assert await attacks.opens(station, MANAGER, security=replace(MATERIAL, global_unicast_key=b"\x42" * 16))


async def test_f_c23_data_are_served_while_the_challenge_is_open(make_station: StationMaker) -> None:
    answer = await attacks.pending_read(await make_station("F-C23"))
    assert answer is not None
    assert answer[0] == 0xCC


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c24_challenges_repeat_from_boot_to_boot(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C24"] if faulty else []))
    given = []
    for _ in range(2):
        client = station.tcp(SHA)
        await client.link.open()
        await client.association.send_aarq(client.association.make_aarq())
        given.append((await client.association.receive_aare()).authentication_value)
        await client.abort()
        station.server.power(False)
        station.server.power(True)
    assert (given[0] == given[1]) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c25_the_challenge_is_taken_back_as_its_answer(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C25"] if faulty else []))
    client = station.tcp(SHA)
    await client.link.open()
    await client.association.send_aarq(client.association.make_aarq())
    first = await client.association.receive_aare()
    await client.association.send_aarq(client.association.make_aarq(ctos=first.authentication_value))
    second = await client.association.receive_aare()
    assert (second.result is AssociationResult.ACCEPTED) is faulty
    if faulty:
        reply = ActionRequestNormal(
            0xC1, Method(15, CURRENT_ASSOCIATION, 1), OctetString(second.authentication_value or b"")
        )
        answer = await attacks.send(client, reply.encode())
        assert answer is not None
        assert answer[3] == 0
        assert len(list(station.server.associations())) == 1
    await client.abort()


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c25_the_servers_own_answer_is_taken_from_a_client(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-C25"] if faulty else []))
    attacker, helper = station.tcp(MANAGER), station.tcp(MANAGER)
    for client in (attacker, helper):
        await client.link.open()
    await attacker.association.send_aarq(attacker.association.make_aarq())
    attacker.association.accept(await attacker.association.receive_aare())
    challenge = attacker.association.stoc
    await helper.association.send_aarq(helper.association.make_aarq(challenge))
    aare = await helper.association.receive_aare()
    assert (aare.result is AssociationResult.ACCEPTED) is faulty
    if faulty:
        helper.association.accept(aare)
        reflected = await helper.association.reply(helper.association.answer_to(helper.association.stoc))
        await attacker.association.reply(reflected)
        assert await attacker.get(ENERGY_VALUE) == 12345678
    await attacker.abort()
    await helper.abort()


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_c28_a_second_connection_uses_the_association_of_the_first(
    make_station: StationMaker, faulty: bool
) -> None:
    station = await make_station(*(["F-C28"] if faulty else []))
    async with station.tcp(READER):
        second = station.tcp(READER)
        await second.link.open()
        answer = await attacks.send(second, attacks.READ)
        await second.abort()
    assert (answer is not None and answer[0] == 0xC4) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_i1_a_wrong_check_sequence_is_not_noticed(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-I1"] if faulty else []))

    def damage(line: bytes) -> list[bytes]:
        changed = bytearray(line)
        changed[-3] ^= 1
        return [bytes(changed)]

    async with station.serial(READER) as client:
        with client.taps["line"].interfering(damage), client.taps["line"].capturing() as seen:
            await client.link.send(attacks.READ)
            try:
                await client.link.receive(station.clock.now() + 2.0)
            except TransportError:
                pass
        answered = any(item.direction.value == "in" for item in seen)
    assert answered is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_i2_a_truncated_write_is_applied(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-I2"] if faulty else []))
    order = SetRequestNormal(0xC1, LIMIT, None, U16(0x0101)).encode()
    async with station.tcp(MANAGER) as client:
        await attacks.send(client, client.protect(order)[:-13])
    assert (station.limiter.values[3] == 0x0100) is faulty
    async with station.tcp(MANAGER) as client:
        await attacks.send(client, client.protect(order[:-1]))
    assert (station.limiter.values[3] == 0x0100) is faulty
    station.limiter.values[3] = U16(100)
    async with station.tcp(MANAGER) as client:
        first = SetRequestWithFirstBlock(0xC1, LIMIT, None, Block(False, 1, encode_data(U16(0x0201))[:2]))
        await client.send_apdu(first.encode())
    assert (station.limiter.values[3] == 0x0200) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_i2_a_frame_that_breaks_off_is_taken_as_far_as_it_came(
    make_station: StationMaker, faulty: bool
) -> None:
    station = await make_station(*(["F-I2"] if faulty else []))
    order = SetRequestNormal(0xC1, LIMIT, None, U16(0x0101)).encode()
    async with station.serial(MANAGER) as client:
        with client.taps["line"].interfering(lambda line: [line[:-16]]):
            await attacks.send(client, client.protect(order))
    assert (station.limiter.values[3] == 0x0100) is faulty


async def test_f_i3_the_valid_part_of_a_list_is_written(make_station: StationMaker) -> None:
    station = await make_station("F-I3")
    async with station.tcp(MANAGER) as client:
        await client.set_list([LIMIT, LIMIT_TIME], [U16(11), U8(12)])
    assert station.limiter.values == {3: 11, 6: 30}


@pytest.mark.parametrize(("fault", "sap"), [("F-I7", PUBLIC), ("F-I9", ROLE), ("F-I9", READER)])
async def test_f_i7_f_i9_others_switch_the_load(make_station: StationMaker, fault: str, sap: int) -> None:
    station = await make_station(fault)
    async with station.tcp(sap, replace(IDENTITIES[sap], conformance=MANAGEMENT.conformance)) as client:
        await client.action(OPEN)
    assert station.switch.calls == [1]
    other = READER if sap == PUBLIC else PUBLIC
    async with station.tcp(other, replace(IDENTITIES[other], conformance=MANAGEMENT.conformance)) as client:
        with pytest.raises(ActionError):
            await client.action(OPEN)


@pytest.mark.parametrize(("fault", "index"), [("F-I10", -1), ("F-I10", -12), ("F-I11", -1), ("F-I11", -8)])
async def test_f_i10_f_i11_an_altered_tag_is_taken(make_station: StationMaker, fault: str, index: int) -> None:
    station = await make_station(fault)

    def flip(message: bytes) -> bytes:
        changed = bytearray(message)
        changed[index] ^= 1
        return bytes(changed)

    await attacks.altered(station, flip)
    assert station.switch.calls == [1]


async def test_f_i11_the_first_four_bytes_of_the_tag_are_compared(make_station: StationMaker) -> None:
    station = await make_station("F-I11")
    await attacks.altered(station, lambda message: message[:-12] + bytes(12))
    assert station.switch.calls == []


async def test_f_i12_guesses_are_not_limited(make_station: StationMaker) -> None:
    station = await make_station("F-I12")
    for _ in range(10):
        assert not await attacks.opens(station, READER, secret=b"guess")
    assert await attacks.opens(station, READER)


async def test_f_i13_a_power_cut_clears_the_lock(make_station: StationMaker) -> None:
    station = await make_station("F-I13")
    for _ in range(3):
        await attacks.opens(station, READER, secret=b"guess")
    assert not await attacks.opens(station, READER)
    station.server.power(False)
    station.server.power(True)
    assert await attacks.opens(station, READER)


@pytest.mark.parametrize("sap", [READER, MANAGER], ids=["client with a password", "client with keys"])
async def test_f_a15_wrong_passwords_lock_every_client_that_logs_on(make_station: StationMaker, sap: int) -> None:
    station = await make_station("F-A15")
    for _ in range(3):
        await attacks.opens(station, READER, secret=b"guess")
    client = station.serial(sap)
    with pytest.raises(AssociationRefusedError):
        await client.associate()
    await client.abort()
    assert station.events.count(SecurityEvent.LOCKED_OUT) == 1


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_i18_a_frame_that_comes_again_is_carried_out_again(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-I18"] if faulty else []))
    async with station.serial(MANAGER) as client:
        with client.taps["line"].capturing() as seen:
            await client.action(OPEN, I8(0))
        frame = next(item.data for item in seen if item.direction is Direction.OUT)
        await client.taps["line"].send(frame)
        await client.clock.sleep_until(client.clock.now() + 1.0)
    assert station.switch.calls == ([1, 1] if faulty else [1])


async def test_f_i19_an_equal_counter_is_taken(make_station: StationMaker) -> None:
    station = await make_station("F-I19")
    await attacks.replayed(station)
    assert station.switch.calls == [1]


async def test_f_i20_the_receive_counter_is_lost_in_a_power_cut(make_station: StationMaker) -> None:
    station = await make_station("F-I20")
    async with station.tcp(MANAGER) as client:
        with client.taps["frame"].capturing() as seen:
            await client.release()
            await client.association.associate()
    aarq = next(item.data for item in seen if item.data[8] == 0x60)
    station.server.power(False)
    station.server.power(True)
    client = station.tcp(MANAGER)
    await client.link.open()
    answer = await attacks.send(client, aarq[8:])
    await client.abort()
    assert answer is not None
    assert answer[0] == 0x61


async def test_f_i21_the_receive_counter_starts_anew_with_each_session(make_station: StationMaker) -> None:
    station = await make_station("F-I21")
    (answer,) = await attacks.whole_session_replayed(station)
    assert answer[0] == 0x61


async def test_f_i31_a_forged_counter_locks_the_client_out(make_station: StationMaker) -> None:
    answer = await attacks.poisoned(await make_station("F-I31"))
    assert fault_of(answer) is not None


async def test_f_i32_a_plain_order_is_carried_out(make_station: StationMaker) -> None:
    station = await make_station("F-I32")
    await attacks.plain_order(station)
    assert station.switch.calls == [1]


async def test_f_i33_a_held_back_order_works_on_the_pre_established_sap(make_station: StationMaker) -> None:
    station = await make_station("F-I33")
    await attacks.order_on_pre_established(station)
    assert station.switch.calls == [1]


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_i40_an_order_under_the_group_key_is_carried_out(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-I40"] if faulty else []))
    order = protect(attacks.KEYS, SWITCH_OFF, control=0x70, counter=9)
    await attacks.order_on_pre_established(station, order)
    assert (station.switch.calls == [1]) is faulty
    station.switch.calls.clear()
    client = station.serial(PUBLIC)
    await client.link.open()
    order = protect(attacks.KEYS, SWITCH_OFF, control=0x70, counter=10)
    await client.link.transport.write(attacks.broadcast_frame(order))
    with pytest.raises(SilenceError):
        await client.link.transport.read(station.clock.now() + 1.0)
    await client.close()
    assert (station.switch.calls == [1]) is faulty


async def test_f_a1_answers_take_three_times_their_bound(make_station: StationMaker) -> None:
    station = await make_station("F-A1")
    async with station.serial(MANAGER) as client:
        before = station.clock.now()
        await client.get(ENERGY_VALUE)
        assert station.clock.now() - before > SLOW_ANSWER_S


async def test_f_a2_every_fifth_request_is_lost(make_station: StationMaker) -> None:
    station = await make_station("F-A2")
    async with station.tcp(READER) as client:
        answers = [await attacks.send(client, attacks.READ) for _ in range(10)]
    assert [answer is None for answer in answers] == [number % 5 == 3 for number in range(10)]


async def test_f_a3_a_malformed_message_hangs_the_parser_until_a_power_cut(make_station: StationMaker) -> None:
    station = await make_station("F-A3")
    async with station.tcp(READER) as client:
        assert await attacks.send(client, b"\xc0\x01") is None
        assert await attacks.send(client, attacks.READ) is None
    station.server.power(False)
    station.server.power(True)
    assert await attacks.opens(station, READER)


async def test_f_a4_an_unknown_tag_reboots(make_station: StationMaker) -> None:
    station = await make_station("F-A4")
    async with station.tcp(READER) as client:
        await attacks.send(client, b"\xaa\x01")
    assert station.reboots == 1


async def _time_of(station: Station, attack: bytes) -> float:
    """How long a read takes that is asked just after ``attack`` came in on another connection."""
    async with station.tcp(READER) as victim:
        hostile = station.tcp(PUBLIC)
        await hostile.link.open()
        for _ in range(8):
            await hostile.link.send(attack)
        await hostile.link.transport.read(station.clock.now() + 1.0)
        before = station.clock.now()
        await victim.get(ENERGY_VALUE)
        await hostile.abort()
        return station.clock.now() - before


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a9_one_bad_client_starves_all(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A9"] if faulty else []))
    assert (await _time_of(station, b"\xc0\x01") > 1.0) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a10_an_open_session_on_one_port_blocks_the_other(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A10"] if faulty else []))
    optical = station.serial(PUBLIC)
    await optical.link.open()
    client = station.tcp(READER, replace(IDENTITIES[READER], response_timeout_s=2.0))
    try:
        await client.associate()
    except TransportError:
        pass
    assert client.associated is not faulty
    await optical.close()
    await client.abort()
    assert await attacks.opens(station, READER)


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a13_the_first_command_after_a_long_idle_time_is_lost(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A13"] if faulty else []))
    await attacks.opens(station, MANAGER)
    await station.clock.advance_to(station.clock.now() + 130)
    async with station.tcp(MANAGER, replace(MANAGEMENT, response_timeout_s=3.0)) as client:
        assert await client.get(ENERGY_VALUE) == 12345678
        answer = await attacks.send(client, client.protect(SWITCH_OFF))
        assert (answer is None) is faulty
        await attacks.send(client, client.protect(SWITCH_OFF))
    assert len(station.switch.calls) == (1 if faulty else 2)


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a16_a_command_waits_behind_junk(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A16"] if faulty else []))
    async with station.tcp(MANAGER) as client:
        hostile = station.tcp(PUBLIC)
        await hostile.link.open()
        for _ in range(30):
            await hostile.link.send(b"\xc0\x01")
        await hostile.link.transport.read(station.clock.now() + 1.0)
        before = station.clock.now()
        await client.get(ENERGY_VALUE)
        read_s = station.clock.now() - before
        await attacks.send(client, client.protect(SWITCH_OFF), 60.0)
        command_s = station.clock.now() - before - read_s
        await hostile.abort()
    assert read_s < 1.0
    assert (command_s > 5.0) is faulty


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a17_a_command_waits_for_bulk_work(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A17"] if faulty else []))
    bulk = station.tcp(READER, replace(IDENTITIES[READER], max_pdu_size=200))
    async with bulk, station.tcp(MANAGER) as client:
        await attacks.send(bulk, bytes.fromhex("c001c10007") + BUFFER.instance + b"\x02\x00")
        assert await client.get(ENERGY_VALUE) == 12345678
        answer = await attacks.send(client, client.protect(SWITCH_OFF), 5.0)
        assert (answer is None) is faulty
        assert len(await bulk.get(BUFFER)) == 400  # type: ignore[arg-type]
        await station.clock.advance_to(station.clock.now() + 1.0)
    assert station.switch.calls == [1]


async def test_f_a22_answers_grow_slower_with_each_malformed_message(make_station: StationMaker) -> None:
    station = await make_station("F-A22")
    times = []
    async with station.tcp(READER) as client:
        for _ in range(3):
            for _ in range(20):
                await attacks.send(client, b"\xc0\x01")
            before = station.clock.now()
            await client.get(ENERGY_VALUE)
            times.append(station.clock.now() - before)
    assert times[0] < times[1] < times[2]


async def test_f_a23_broken_sessions_use_up_the_handles(make_station: StationMaker) -> None:
    station = await make_station("F-A23")
    for _ in range(32):
        client = station.tcp(READER)
        await client.associate()
        await client.abort()
    assert not await attacks.opens(station, READER, response_timeout_s=1.0)
    station.server.power(False)
    station.server.power(True)
    assert await attacks.opens(station, READER)


@pytest.mark.parametrize("faulty", [False, True])
async def test_f_a24_a_newcomer_evicts_the_authenticated_peer(make_station: StationMaker, faulty: bool) -> None:
    station = await make_station(*(["F-A24"] if faulty else []))
    client = station.tcp(READER)
    await client.associate()
    newcomer = station.tcp(PUBLIC)
    await newcomer.associate()
    answer = await attacks.send(client, attacks.READ)
    assert (answer is None) is faulty
    await newcomer.close()
    await client.abort()


async def test_the_remaining_clients_are_untouched_by_faults_of_others(make_station: StationMaker) -> None:
    station = await make_station("F-I19", "F-C24", "F-A22")
    for sap in (PUBLIC, READER, SHA, MANAGER, ROLE, SIGNER):
        assert await attacks.opens(station, sap)
    assert station.server.profile.clients[PRE].mechanism is Mechanism.LOWEST
