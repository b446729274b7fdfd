"""Seeded faults of integrity show: what a sound meter refuses (`test_security`), the meter with one of them does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.dlms.apdu import (
    Block,
    SetRequestNormal,
    SetRequestWithFirstBlock,
)
from drivers.dlms.data import I8, U8, U16, encode_data
from drivers.dlms.errors import ActionError
from drivers.dlms.security import protect
from drivers.transport.base import SilenceError, TransportError
from drivers.transport.tap import Direction

from . import attacks
from .attacks import SWITCH_OFF, fault_of
from .conftest import StationMaker
from .station import (
    IDENTITIES,
    LIMIT,
    LIMIT_TIME,
    MANAGEMENT,
    MANAGER,
    OPEN,
    PUBLIC,
    READER,
    ROLE,
)


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
