"""What a session, a CSMS and the emulated station make of peers that break the rules or leave."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.clock import FreeClock
from drivers.ocpp import charge_point
from drivers.ocpp.charge_point import StationIdentity, connect
from drivers.ocpp.csms import Admission, CsmsServer, Station
from drivers.ocpp.errors import NoAnswerError, RpcError, SessionClosedError
from drivers.ocpp.session import OcppSession, Unanswered
from drivers.ocpp.versions import Version
from drivers.ocpp.websocket import NO_CLOSE_FRAME, TOO_BIG, Closed, Text, WebSocketEnd
from drivers.transport.base import SilenceError
from fixtures.clock import PlantClock
from fixtures.ocpp.seat import ChargerSeat
from fixtures.world import World

WHO = StationIdentity("CP-0001", b"0123456789abcdef")


@pytest.fixture
async def csms() -> AsyncIterator[CsmsServer]:
    server = CsmsServer(FreeClock(), admission=Admission({"CP-0001": b"0123456789abcdef"}))
    server.open()
    yield server
    await server.close()


async def pair(csms: CsmsServer) -> tuple[OcppSession, Station]:
    def deaf(_action: str, _payload: object) -> dict[str, str]:
        raise Unanswered

    station = await connect(csms.url, WHO, FreeClock(), versions=[Version.V201], handler=deaf)
    there = await csms.connected("CP-0001", within_s=5.0)
    assert there is not None
    return station, there


async def test_a_station_that_leaves_in_the_middle_of_a_call(csms: CsmsServer) -> None:
    station, there = await pair(csms)
    asked = asyncio.create_task(there.call("ClearCache"))
    await station.call("Heartbeat")
    await station.link.transport.close()
    with pytest.raises(SessionClosedError):
        await asked
    assert not there.session.alive
    assert [item.action for item in there.backend.received] == ["Heartbeat"]


async def test_a_call_that_nobody_answers(csms: CsmsServer) -> None:
    _station, there = await pair(csms)
    with pytest.raises(NoAnswerError):
        await there.call("ClearCache", timeout_s=0.01)


async def test_a_result_that_does_not_fit_its_schema(csms: CsmsServer) -> None:
    csms.alter = lambda _action, _payload, _right: {}
    station, _there = await pair(csms)
    with pytest.raises(RpcError):
        await station.call("Heartbeat")


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00" + b"\x00" * 60], ids=["HTTP", "TLS"]
)
async def test_what_is_no_upgrade_is_noted_and_dropped(csms: CsmsServer, junk: bytes) -> None:
    host, port = "127.0.0.1", int(csms.url.rsplit(":", 1)[1].split("/")[0])
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(junk)
    await writer.drain()
    await reader.read()
    writer.close()
    if not csms.attempts:
        await csms.attempted(within_s=5.0)
    assert "no upgrade" in csms.attempts[-1].outcome


async def test_an_upgrade_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charge_point, "UPGRADE_S", 0.02)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SilenceError):
            await connect(f"ws://127.0.0.1:{port}/ocpp", WHO, FreeClock())


def two_ends(max_bytes: int = 1000) -> tuple[WebSocketEnd, WebSocketEnd]:
    client, server = WebSocketEnd.client("h", "/ocpp/CP", ["ocpp1.6"]), WebSocketEnd.server(max_bytes)
    server.feed(client.take_output())
    server.accept("ocpp1.6")
    client.feed(server.take_output())
    return client, server


def test_a_message_in_many_pieces_is_one() -> None:
    client, server = two_ends()
    client.text("x" * 500)
    found = [event for byte in client.take_output() for event in server.feed(bytes((byte,)))]
    assert found == [Text("x" * 500)]


def test_a_message_that_is_too_long_ends_the_connection() -> None:
    client, server = two_ends()
    client.text("x" * 1001)
    (event,) = server.feed(client.take_output())
    assert isinstance(event, Closed)
    assert event.code == TOO_BIG
    (told,) = client.feed(server.take_output())
    assert isinstance(told, Closed)
    assert told.code == TOO_BIG


def test_what_is_not_utf_8_ends_the_connection() -> None:
    _client, server = two_ends()
    mask = b"\x01\x02\x03\x04"
    payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(b"\xff\xfe"))
    found = server.feed(b"\x81\x82" + mask + payload)
    assert isinstance(found[-1], Closed)


def test_any_bytes_end_in_an_event_or_in_nothing() -> None:
    source = random.Random(7628)
    for _ in range(300):
        client, server = two_ends()
        client.text("good")
        wire = bytearray(client.take_output())
        for _ in range(source.randrange(1, 5)):
            wire[source.randrange(len(wire))] ^= 1 << source.randrange(8)
        for event in server.feed(bytes(wire) + source.randbytes(source.randrange(40))):
            assert not isinstance(event, Closed) or event.code != NO_CLOSE_FRAME


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[tuple[World, ChargerSeat]]:
    world = World(PlantClock(mode="free"), tmp_path, seed=1)
    seat = world.add("charger", "ocpp_charger", {"identity": "CP-0001", "security_profile": 1})
    assert isinstance(seat, ChargerSeat)
    await world.start()
    yield world, seat
    await world.stop()


async def test_the_station_outlives_any_message(station: tuple[World, ChargerSeat]) -> None:
    world, seat = station
    password = world.secrets.published("charger/ocpp/password")
    server = CsmsServer(FreeClock(), versions=(Version.V201,), admission=Admission({"CP-0001": password}))
    server.open()
    source = random.Random(7628)
    try:
        seat.set_server("csms", server.url)
        there = await server.connected("CP-0001", within_s=5.0)
        assert there is not None
        good = (
            '[2,"id","SetVariables",{"setVariableData":[{"attributeValue":"60","component":{"name":"OCPPCommCtrlr"}}]}]'
        )
        for number in range(200):
            cut = source.randrange(len(good))
            spoilt = (
                good[:cut] + source.choice(["", "{", "]", '"', "null", "1e999", "\\u0000"]) + good[cut + number % 9 :]
            )
            await there.session.say(spoilt)
        assert (await there.call("GetLocalListVersion"))["versionNumber"] == 0
    finally:
        await server.close()
