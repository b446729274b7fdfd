"""Seeded faults of availability show: what a sound meter bears, the meter with one of them does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.enums import Mechanism
from drivers.dlms.errors import AssociationRefusedError
from drivers.transport.base import TransportError
from fixtures.meter.cosem import SecurityEvent
from fixtures.meter.server.workload import SLOW_ANSWER_S

from . import attacks
from .attacks import SWITCH_OFF
from .conftest import StationMaker
from .station import (
    BUFFER,
    ENERGY_VALUE,
    IDENTITIES,
    MANAGEMENT,
    MANAGER,
    PRE,
    PUBLIC,
    READER,
    ROLE,
    SHA,
    SIGNER,
    Station,
)


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
