"""Sessions and the data link at the emulated ANSI meter, as our client sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import NotAcknowledgedError
from drivers.c1218.packet import NAK, Packet
from drivers.c1218.services import Write, encode_request
from drivers.c1219.general import UTILITY
from drivers.c1219.logs import EventCode
from drivers.transport.base import SilenceError
from drivers.transport.tap import Direction, alter, drop, first_only, flip_bit, only_if, repeat
from tests.unit.c1218.station import START, C12Station, refused

StationMaker = Callable[..., Awaitable[C12Station]]


# -- sessions ----------------------------------------------------------------------------------------------------------


async def test_services_need_their_state(make_station: StationMaker) -> None:
    station = await make_station()
    client = station.client()
    await client.link.open()
    assert await refused(client.read(0)) is ResponseCode.ISSS
    assert await refused(client.logon(2)) is ResponseCode.ISSS
    await client.identify()
    assert await refused(client.identify()) is ResponseCode.ISSS
    assert await refused(client.security(b"x")) is ResponseCode.ISSS
    assert await refused(client.read(1)) is ResponseCode.ISSS
    await client.logon(2)
    assert await client.read(1)
    await client.logoff()
    assert await refused(client.read(1)) is ResponseCode.ISSS
    await client.close()


async def test_packets_and_speed_are_as_negotiated(make_station: StationMaker) -> None:
    station = await make_station()
    for baud in (1200, 9600, 57600):
        async with station.session("reader", packet_size=64, packets=30, bauds=(baud,)) as client:
            with client.taps["packet"].capturing() as seen:
                whole = await client.read(26)
            assert len(whole) > 56
            assert all(len(one.data) + 2 <= 64 for one in seen)
            assert client.link.transport.line.baud == baud  # type: ignore[attr-defined]
    async with station.session("reader", bauds=(256000,)) as client:
        assert client.link.transport.line.baud == 9600, "a speed that it does not have"  # type: ignore[attr-defined]


async def test_a_response_longer_than_agreed_is_not_sent(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("reader", packet_size=64, packets=1) as client:
        assert await refused(client.read(26)) is ResponseCode.ONP
        assert len(await client.read_part(26, 10, 20)) == 20


async def test_a_session_ends_in_silence_and_by_wait_later(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("reader") as client:
        await client.wait(60)
        await station.wait(50)
        assert await client.read(23)
        await station.wait(7)
        assert await refused(client.read(23)) is ResponseCode.ISSS


async def test_who_pulls_the_probe_leaves_nothing(make_station: StationMaker) -> None:
    station = await make_station()
    client = station.client()
    await client.connect()
    await client.log_on(station.credential("master"))
    await client.abort()
    other = station.client()
    await other.link.open()
    assert await refused(other.read(23)) is ResponseCode.ISSS
    await other.close()


async def test_unknown_services_and_garbled_requests_are_answered(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("reader") as client:
        assert await client.exchange(b"\x7f") == bytes((ResponseCode.SNS,))
        assert await client.exchange(b"\x30\x00") == bytes((ResponseCode.ERR,))
        assert await refused(client.read(999)) is ResponseCode.IAR
        assert await client.read_default() == await client.read(0)


# -- the data link -----------------------------------------------------------------------------------------------------


async def test_a_damaged_packet_is_rejected_and_sent_again(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("reader") as client:
        flip = only_if(lambda raw: len(raw) > 1, first_only(flip_bit(60)))
        with client.taps["line"].interfering(flip), client.taps["line"].capturing() as seen:
            assert await client.read(23)
        incoming = b"".join(one.data for one in seen if one.direction is Direction.IN)
        assert incoming[0] == NAK
        always = only_if(lambda raw: len(raw) > 1, flip_bit(60))
        with client.taps["line"].interfering(always), pytest.raises(NotAcknowledgedError):
            await client.read(23)
        assert await client.read(23)


async def test_a_damaged_response_is_asked_for_again(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.session("reader") as client:
        damage = only_if(lambda raw: len(raw) > 20, first_only(flip_bit(100)))
        with client.taps["line"].interfering(damage, Direction.IN):
            assert await client.read(23)


async def test_a_lost_acknowledgement_does_nothing_twice(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("technician") as meter:
        client = meter.client
        await meter.configuration()
        lose = only_if(lambda raw: raw[:1] == b"\x06" and len(raw) == 1, first_only(drop))
        with client.taps["line"].interfering(lose, Direction.IN):
            await meter.disconnect()
        await station.wait(2.0)
        with client.taps["packet"].interfering(repeat(2)):
            assert await client.read(23)
        codes = [event.code for event in await meter.events(start=START.timestamp())]
        assert codes.count(EventCode.CONTROL_POINT_BY_COMMAND) == 1


async def test_a_meter_without_supply_is_silent(make_station: StationMaker) -> None:
    station = await make_station()
    station.seat.power(False)
    client = station.client()
    with pytest.raises(SilenceError):
        await client.connect()
    station.seat.power(True)
    await station.wait(11.0)
    await client.connect()
    await client.close()


# -- seeded faults -----------------------------------------------------------------------------------------------------


async def test_f_i1_a_wrong_crc_is_taken(make_station: StationMaker) -> None:
    station = await make_station("F-I1")
    async with station.session("reader") as client:
        with client.taps["line"].interfering(only_if(lambda raw: len(raw) > 1, alter(lambda raw: raw[:-2] + b"\0\0"))):
            assert await client.read(23)


async def test_f_i2_a_write_that_breaks_off_is_applied(make_station: StationMaker) -> None:
    station = await make_station("F-I2")
    async with station.session("master") as client:
        before = await client.read(UTILITY)
        raw = Packet(encode_request(Write(UTILITY, b"Z" * len(before)))).encode()
        await client.link.transport.write(raw[:60])
        await station.wait(1.0)
        client.link.transport.drain()
        assert (await client.read(UTILITY)).startswith(b"ZZZZ")


async def test_f_c14_the_next_one_inherits_the_session(make_station: StationMaker) -> None:
    station = await make_station("F-C14")
    client = station.client()
    await client.connect()
    await client.log_on(station.credential("master"))
    await client.abort()
    other = station.client()
    await other.link.open()
    assert await other.read(23)
    await other.close()
