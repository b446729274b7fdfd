"""The network port: streams, limits, pulled plugs, floods and garbage."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.dlms.client import DlmsClient
from drivers.dlms.errors import RefusedError
from drivers.dlms.link import GarbageError, WrapperLink
from drivers.dlms.wrapper import WrapperPdu
from drivers.transport.base import PeerClosedError, SilenceError, TransportError
from drivers.transport.tap import Direction, drop, first_only, truncate
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.meter.server.profile import ServerLimits
from fixtures.meter.server.session import Session

from . import attacks
from .attacks import READ, wrapped
from .conftest import StationMaker
from .station import (
    BUFFER,
    ENERGY_VALUE,
    MANAGEMENT,
    MANAGER,
    PUBLIC,
    READER,
    SHA,
    START,
    Station,
    server_profile,
)


def raw(station: Station) -> WrapperLink:
    return WrapperLink(make_transport(station.lan.url, station.clock), READER, 1)


async def test_a_message_may_come_byte_by_byte(station: Station) -> None:
    async with station.tcp(READER) as client:
        for byte in wrapped(READ, READER):
            await client.link.transport.write(bytes((byte,)))
        assert (await client.link.receive(station.clock.now() + 1))[0] == 0xC4


async def test_several_messages_may_come_at_once(station: Station) -> None:
    async with station.tcp(READER) as client:
        await client.link.transport.write(wrapped(READ, READER) * 5)
        for _ in range(5):
            assert (await client.link.receive(station.clock.now() + 1))[0] == 0xC4


@pytest.mark.parametrize("header", ["0002001000010004", "ffff001000010004", "00010010"])
async def test_a_broken_header_ends_the_connection(station: Station, header: str) -> None:
    async with station.tcp(READER) as client:
        await client.link.transport.write(bytes.fromhex(header) + b"\xc0\x01\xc1\x00")
        with pytest.raises((PeerClosedError, GarbageError)):
            await client.link.receive(station.clock.now() + 30)
    assert await attacks.opens(station, READER)


async def test_a_message_that_never_ends_ends_the_connection(station: Station) -> None:
    link = raw(station)
    await link.open()
    await link.transport.write(wrapped(READ, READER)[:-1])
    before = station.clock.now()
    with pytest.raises(PeerClosedError):
        await link.receive(before + 60)
    assert station.clock.now() == pytest.approx(before + 10)
    await link.close()


async def test_each_connection_has_its_own_associations(station: Station) -> None:
    async with station.tcp(READER):
        second = station.tcp(READER)
        await second.link.open()
        assert attacks.fault_of(await attacks.send(second, READ)) is not None
        await second.abort()


@pytest.mark.parametrize("_attempt", range(3))
async def test_a_broken_connection_leaves_no_association(station: Station, _attempt: int) -> None:
    client = station.tcp(MANAGER)
    await client.associate()
    await client.abort()
    heir = station.tcp(MANAGER)
    await heir.link.open()
    assert attacks.fault_of(await attacks.send(heir, heir.protect(READ))) is not None
    await heir.abort()
    assert list(station.server.associations()) == []


async def test_a_power_cut_breaks_connections_and_refuses_new_ones(station: Station) -> None:
    client = station.tcp(READER)
    await client.associate()
    station.server.power(False)
    with pytest.raises(TransportError):
        await client.get(ENERGY_VALUE)
    await client.abort()
    assert not await attacks.opens(station, READER)
    station.server.power(True)
    assert await attacks.opens(station, READER)


async def test_half_open_connections_are_dropped_first(station: Station) -> None:
    async with station.tcp(READER) as client:
        idle = [raw(station) for _ in range(50)]
        for link in idle:
            await link.open()
        assert await client.get(ENERGY_VALUE) == 12345678
        assert await attacks.opens(station, MANAGER)
        for link in idle:
            await link.abort()


async def test_idle_connections_are_closed(station: Station) -> None:
    link = raw(station)
    await link.open()
    before = station.clock.now()
    with pytest.raises(PeerClosedError):
        await link.receive(before + 300)
    assert station.clock.now() - before < 60
    await link.close()


async def test_unauthenticated_associations_make_room_for_a_real_one(station: Station) -> None:
    public: list[DlmsClient] = [station.tcp(PUBLIC) for _ in range(12)]
    async with station.tcp(READER) as client:
        for stranger in public:
            await stranger.associate()
        assert await client.get(ENERGY_VALUE) == 12345678
        assert await attacks.opens(station, MANAGER)
        for stranger in public:
            await stranger.abort()


async def test_associations_of_authenticated_clients_are_never_taken_away(make_station: StationMaker) -> None:
    station = await make_station(profile=server_profile(ServerLimits(max_associations=2)))
    async with station.tcp(READER) as first, station.tcp(SHA) as second:
        with pytest.raises(RefusedError):
            await station.tcp(PUBLIC).associate()
        assert await first.get(ENERGY_VALUE) == await second.get(ENERGY_VALUE)


async def test_a_flood_on_one_connection_leaves_the_other_served(station: Station) -> None:
    async with station.tcp(READER) as client:
        hostile = raw(station)
        await hostile.open()
        for number in range(20):
            for _ in range(50):
                await hostile.transport.write(wrapped(bytes((0xC0, number, 0xFF)), READER))
            before = station.clock.now()
            assert await client.get(ENERGY_VALUE) == 12345678
            assert station.clock.now() - before < 0.5
        await hostile.abort()


async def test_a_cut_message_is_refused_or_ignored(station: Station) -> None:
    async with station.tcp(MANAGER) as client:
        for length in (-1, -12, -20, 3, 1):
            with client.taps["frame"].interfering(first_only(truncate(8 + length if length > 0 else length))):
                await attacks.send(client, client.protect(attacks.SWITCH_OFF))
        assert await client.get(ENERGY_VALUE) == 12345678
    assert station.switch.calls == []


async def test_a_lost_message_is_silence(station: Station) -> None:
    async with station.tcp(READER) as client:
        with client.taps["frame"].interfering(drop, Direction.IN):
            await client.link.send(READ)
            with pytest.raises(SilenceError):
                await client.link.receive(station.clock.now() + 1)


async def test_messages_for_other_ports_are_passed_over(station: Station) -> None:
    async with station.tcp(READER) as client:
        stranger = WrapperPdu(1, 77, b"\xc4").encode()
        client.taps["frame"].inject(stranger)
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_an_unknown_logical_device_is_silent(station: Station) -> None:
    link = WrapperLink(make_transport(station.lan.url, station.clock), READER, 2)
    await link.open()
    await link.send(READ)
    with pytest.raises(SilenceError):
        await link.receive(station.clock.now() + 2)
    await link.close()


async def test_a_port_in_use_and_a_port_nobody_listens_on_are_clear_errors(station: Station) -> None:
    free = station.lan.number
    await station.lan.stop()
    with pytest.raises(TransportError, match=str(free)):
        await raw(station).open()


async def test_processing_time_passes_between_request_and_answer(station: Station) -> None:
    async with station.tcp(READER) as client:
        before = station.clock.now()
        await client.get(ENERGY_VALUE)
        assert station.clock.now() - before == pytest.approx(0.005, abs=1e-6)


async def test_in_free_mode_the_same_server_answers_in_real_time() -> None:
    station = Station(PlantClock(mode="free"), server_profile())
    await station.start()
    try:
        async with asyncio.timeout(10), station.tcp(MANAGER, MANAGEMENT) as client:
            assert await client.get(ENERGY_VALUE) == 12345678
            assert len(await client.get(BUFFER)) == 400  # type: ignore[arg-type]
    finally:
        await station.stop()


# -- whatever comes --------------------------------------------------------------------------------------------------

APDU_BYTES = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda tag, rest: bytes((tag,)) + rest,
        st.sampled_from([0x60, 0x62, 0xC0, 0xC1, 0xC3, 0xC8, 0xC9, 0xCB, 0xD0, 0xDB, 0xDC, 0xDD, 0xDF, 0xE0]),
        st.binary(max_size=60),
    ),
    st.builds(
        lambda request, at, value: request[:at] + bytes((value,)) + request[at + 1 :],
        st.sampled_from([READ, attacks.SWITCH_OFF, wrapped(READ)]),
        st.integers(0, 12),
        st.integers(0, 255),
    ),
)


@pytest.mark.parametrize("sap", [PUBLIC, READER, MANAGER, 102, 77])
async def test_no_bytes_make_the_engine_raise_or_switch(station: Station, sap: int) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(APDU_BYTES, st.booleans())
    def hostile(apdu: bytes, broadcast: bool) -> None:
        for message in session.handle(sap, 1, apdu, broadcast=broadcast).messages:
            assert message

    session = Session(station.server, "lan")
    hostile()
    session.end()
    assert station.switch.calls == []
    assert station.limiter.values == {3: 100, 6: 30}
    assert station.reboots == 0
    assert await attacks.opens(station, READER)


async def test_no_bytes_inside_an_open_association_make_the_engine_raise(station: Station) -> None:
    async with station.tcp(READER):
        (session,) = (session for session in station.server.sessions if session.associations)

        @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(APDU_BYTES)
        def hostile(apdu: bytes) -> None:
            session.handle(READER, 1, apdu)

        hostile()
    assert station.switch.calls == []
    assert station.clock.now() >= START


async def test_no_stream_stops_the_serial_port(station: Station) -> None:
    async with station.serial(READER) as client:
        for seed in range(30):
            noise = bytes((seed * number * 37 + number) & 0xFF for number in range(60))
            await client.link.transport.write(noise)
        await station.clock.sleep_until(station.clock.now() + 5)
        assert await client.get(ENERGY_VALUE) == 12345678
