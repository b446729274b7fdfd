"""The serial port: line time, windows, losses, pulled plugs, power, sign-on by mode E, hostile frames."""

from __future__ import annotations

import asyncio
import os

import pytest

from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U16
from drivers.dlms.hdlc import Frame, HdlcParameters, Kind, ServerAddress, client_address, parse, seal, unseal
from drivers.dlms.link import (
    FrameRejectedError,
    GarbageError,
    HdlcLink,
    HdlcSettings,
    LinkDisconnectedError,
)
from drivers.iec62056_21.responder import Responder
from drivers.iec62056_21.sign_on import SerialLine, sign_on_hdlc
from drivers.iec62056_21.telegrams import Identification
from drivers.transport.base import NotOpenError, SilenceError, Transport, TransportError
from drivers.transport.line_time import LineFormat
from drivers.transport.tap import Direction, drop, first_only, truncate
from drivers.transport.urls import make_transport
from fixtures.meter.server.ports import HdlcPortSettings

from . import attacks
from .conftest import StationMaker
from .station import BUFFER, ENERGY_VALUE, IDENTITIES, LIMIT, MANAGER, NAME, OPEN, PUBLIC, READER, SHA, Station

SERVER = ServerAddress(1, 17).encode()


async def test_a_profile_uses_more_than_nine_tenths_of_the_line(station: Station) -> None:
    async with station.serial(READER) as client:
        with client.taps["line"].capturing() as seen:
            before = station.clock.now()
            await client.get(BUFFER)
            elapsed_s = station.clock.now() - before
    carried = sum(len(item.data) for item in seen if item.direction is Direction.IN)
    payload = 400 * (2 + 5 + 14 + 2)
    assert carried > payload
    assert payload / (elapsed_s * 960) > 0.9


async def test_characters_take_their_time_on_the_line(make_station: StationMaker) -> None:
    times = []
    for baud in (1200, 9600, 115200):
        station = await make_station(hdlc=HdlcPortSettings(line=LineFormat(baud)))
        async with station.serial(PUBLIC) as client:
            with client.taps["line"].capturing() as seen:
                before = station.clock.now()
                await client.get(Attribute(1, NAME, 2))
                elapsed_s = station.clock.now() - before
        carried = sum(len(item.data) for item in seen)
        assert elapsed_s == pytest.approx(carried * 10 / baud + 0.020, abs=1e-4)
        times.append(elapsed_s)
    assert times[0] > times[1] > times[2]


@pytest.mark.parametrize("parameters", [HdlcParameters(), HdlcParameters(64, 64, 1, 1), HdlcParameters(256, 128, 3, 2)])
async def test_a_profile_comes_whole_with_any_parameters(station: Station, parameters: HdlcParameters) -> None:
    async with station.serial(READER, proposal=parameters) as client:
        assert len(await client.get(BUFFER)) == 400  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", list(Direction))
async def test_lost_frames_are_fetched_again(station: Station, direction: Direction) -> None:
    count = 0

    def every_third(line: bytes) -> list[bytes]:
        nonlocal count
        count += 1
        return [] if count % 3 == 0 else [line]

    async with station.serial(READER, proposal=HdlcParameters(256, 256, 3, 3)) as client:
        with client.taps["frame"].interfering(every_third, direction):
            await client.link.send(attacks.READ)
            answer = await client.link.receive(station.clock.now() + 60)
            await client.link.send(bytes.fromhex("c001c10007") + BUFFER.instance + b"\x02\x00")
            long_answer = await client.link.receive(station.clock.now() + 600)
    assert answer[:4] == b"\xc4\x01\xc1\x00"
    assert len(long_answer) > 9000
    assert count > 10


async def test_a_repeated_order_is_carried_out_once(station: Station) -> None:
    async with station.serial(MANAGER) as client:
        with client.taps["frame"].interfering(lambda content: [content, content]):
            await client.action(OPEN)
            await client.get(ENERGY_VALUE)
    assert station.switch.calls == [1]


async def test_a_lost_answer_does_not_make_the_order_run_twice(station: Station) -> None:
    async with station.serial(MANAGER) as client:
        with client.taps["frame"].interfering(first_only(drop), Direction.IN):
            await client.action(OPEN)
    assert station.switch.calls == [1]


async def test_a_meter_without_power_is_silent_and_its_port_stays(station: Station) -> None:
    client = station.serial(READER)
    await client.associate()
    station.server.power(False)
    with pytest.raises(SilenceError):
        await client.get(ENERGY_VALUE)
    await client.abort()
    station.server.power(True)
    client = station.serial(READER)
    await client.link.open()
    assert attacks.fault_of(await attacks.send(client, attacks.READ)) is not None
    await client.close()


async def test_power_that_fails_while_an_answer_is_made_leaves_the_order_undone(station: Station) -> None:
    async with station.serial(MANAGER) as client:
        station.clock.call_later(0.05, lambda: station.server.power(False))
        assert await attacks.send(client, client.protect(attacks.SWITCH_OFF)) is None
        await client.abort()
    assert station.switch.calls == []


async def test_pulling_the_plug_ends_the_association(station: Station) -> None:
    for _ in range(3):
        client = station.serial(READER)
        await client.associate()
        await client.abort()
        heir = station.serial(READER)
        await heir.link.transport.open()
        await heir.link.transport.write(
            seal(Frame(SERVER, client_address(READER), 0x10, b"\xe6\xe6\x00\xc0").content())
        )
        chunk = await heir.link.transport.read(station.clock.now() + 2)
        await heir.abort()
        assert parse_line(chunk.data).kind is Kind.DM
    assert list(station.server.associations()) == []


def parse_line(line: bytes) -> Frame:
    return parse(unseal(line[1:-1]))


async def test_two_clients_share_the_line_without_disturbing_each_other(station: Station) -> None:
    async with station.serial(READER) as client:
        public = client_address(PUBLIC)
        await client.link.transport.write(seal(Frame(SERVER, public, 0x93).content()))
        assert await client.get(ENERGY_VALUE) == 12345678
        assert station.optical.connections == 2
        await client.link.transport.write(seal(Frame(SERVER, public, 0x53).content()))
        assert await client.get(ENERGY_VALUE) == 12345678
        assert station.optical.connections == 1


async def test_newcomers_never_evict_an_authenticated_client(station: Station) -> None:
    async with station.serial(READER) as client:
        for sap in range(40, 80):
            await client.link.transport.write(seal(Frame(SERVER, client_address(sap), 0x93).content()))
        assert await client.get(ENERGY_VALUE) == 12345678
        assert station.optical.connections <= 8


async def test_an_hdlc_connection_without_frames_is_dropped(station: Station) -> None:
    client = station.serial(READER)
    await client.associate()
    await station.clock.advance_to(station.clock.now() + 60)
    assert station.optical.connections == 0
    with pytest.raises(LinkDisconnectedError):
        await client.get(ENERGY_VALUE)
    await client.abort()


async def test_an_association_lives_as_long_as_its_answer_is_on_the_line(make_station: StationMaker) -> None:
    station = await make_station(hdlc=HdlcPortSettings(line=LineFormat(1200)))
    async with station.serial(READER) as client:
        before = station.clock.now()
        assert len(await client.get(BUFFER)) == 400  # type: ignore[arg-type]
        assert station.clock.now() - before > 70
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_a_frame_with_good_checks_and_a_cut_content_is_refused_above(station: Station) -> None:
    async with station.serial(MANAGER) as client:
        with client.taps["frame"].interfering(first_only(truncate(-4))):
            answer = await attacks.send(client, client.protect(attacks.SWITCH_OFF))
        assert attacks.fault_of(answer) is not None
        assert await client.get(ENERGY_VALUE) == 12345678
    assert station.switch.calls == []


async def test_half_a_line_of_garbage_leaves_the_other_half_to_the_client(station: Station) -> None:
    async with station.serial(READER) as client:
        for _ in range(40):
            await client.link.transport.write(os.urandom(40))
            before = station.clock.now()
            assert await client.get(ENERGY_VALUE) == 12345678
            assert station.clock.now() - before < 4.0


async def test_unknown_frames_are_rejected_and_a_new_connection_works(station: Station) -> None:
    client = station.serial(READER)
    await client.associate()
    with client.taps["frame"].interfering(lambda content: [content[:5] + b"\xb7" + content[6:]]):
        await client.link.send(attacks.READ)
    with pytest.raises(FrameRejectedError):
        await client.link.receive(station.clock.now() + 5)
    await client.abort()
    assert await attacks.opens(station, READER)


@pytest.mark.parametrize(
    ("server", "sap"), [(ServerAddress(2, 17), READER), (ServerAddress(1, 18), READER), (ServerAddress(0), READER)]
)
async def test_another_address_is_not_answered(station: Station, server: ServerAddress, sap: int) -> None:
    transport = make_transport(station.optical.url, station.clock, counted=True)
    link = HdlcLink(transport, sap, server, HdlcSettings(response_timeout_s=0.5))
    with pytest.raises(SilenceError):
        await link.open()
    with pytest.raises(NotOpenError):
        await link.send(b"\xc0")


@pytest.mark.parametrize("server", [ServerAddress(1), ServerAddress(1, 17), ServerAddress(1, 17, 4)])
async def test_every_size_of_address_reaches_the_meter(station: Station, server: ServerAddress) -> None:
    transport = make_transport(station.optical.url, station.clock, counted=True)
    link = HdlcLink(transport, PUBLIC, server)
    await link.open()
    assert link.connected
    await link.close()
    assert not link.connected


async def test_garbage_is_told_from_silence(station: Station) -> None:
    client = station.serial(READER)
    await client.associate()
    client.taps["line"].inject(b"\x7e\xa0\x10\x21\x03garbage")
    with pytest.raises(GarbageError):
        await client.link.receive(station.clock.now() + 0.05)
    await client.abort()


async def test_a_deadline_ends_the_wait_for_an_answer(station: Station) -> None:
    async with station.serial(READER) as client:
        with client.taps["frame"].interfering(drop):
            before = station.clock.now()
            await client.link.send(attacks.READ)
            with pytest.raises(SilenceError):
                await client.link.receive(before + 7.5)
            assert station.clock.now() == pytest.approx(before + 7.5)
        assert await client.get(ENERGY_VALUE) == 12345678


async def test_injected_frames_are_delivered_as_if_the_meter_had_sent_them(station: Station) -> None:
    async with station.serial(READER) as client:
        forged = Frame(client_address(READER), SERVER, Kind.UI, b"\xe6\xe7\x00\x0fpush").content()
        waiting = asyncio.ensure_future(client.link.receive(station.clock.now() + 5))
        await asyncio.sleep(0)
        client.taps["frame"].inject(forged)
        assert await waiting == b"\x0fpush"


@pytest.fixture
def signing_on() -> HdlcPortSettings:
    identification = Identification.decode(b"/AMB5\\2METER\r\n")
    return HdlcPortSettings(sign_on=lambda: Responder(identification))


async def test_an_optical_port_opens_by_mode_e(make_station: StationMaker, signing_on: HdlcPortSettings) -> None:
    station = await make_station(hdlc=signing_on)

    def link() -> HdlcLink:
        transport = make_transport(station.optical.url, station.clock, counted=True, baud=300, data_bits=7, parity="E")
        return HdlcLink(transport, SHA, ServerAddress(1, 17), sign_on=sign_on)

    async def sign_on(transport: Transport) -> None:
        assert isinstance(transport, SerialLine)
        await sign_on_hdlc(transport)

    for _ in range(2):
        client = type(station.serial(SHA))(link(), IDENTITIES[SHA])
        async with client:
            assert await client.get(ENERGY_VALUE) == 12345678


async def test_without_the_sign_on_that_port_is_silent(
    make_station: StationMaker, signing_on: HdlcPortSettings
) -> None:
    station = await make_station(hdlc=signing_on)
    with pytest.raises(TransportError):
        await station.serial(SHA).associate()


async def test_a_write_over_the_serial_line_reaches_the_meter(station: Station) -> None:
    async with station.serial(MANAGER) as client:
        await client.set(LIMIT, U16(123))
        assert await client.get(LIMIT) == 123
