"""Seeded faults of confidentiality show: what a sound meter refuses, the meter with one of them does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.apdu import (
    ActionRequestNormal,
    DataNotification,
    Method,
)
from drivers.dlms.client import ClientIdentity
from drivers.dlms.data import U16, Enum, OctetString
from drivers.dlms.enums import AssociationResult, KeyId
from drivers.dlms.errors import DataAccessError
from fixtures.meter.server.push import notification

from . import attacks
from .conftest import StationMaker
from .station import (
    CURRENT_ASSOCIATION,
    ENERGY_VALUE,
    FLEET_KEYS,
    IDENTITIES,
    LIMIT,
    MANAGEMENT,
    MANAGER,
    MATERIAL,
    OPEN,
    PASSWORD,
    PUBLIC,
    READER,
    ROLE,
    SETUP,
    SHA,
    Attribute,
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
