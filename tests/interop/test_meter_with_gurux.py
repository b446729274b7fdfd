"""The emulated meter's server with the client of gurux-dlms: both links, real time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from drivers.dlms.enums import KeyId
from drivers.transport.line_time import LineFormat
from fixtures.clock import PlantClock
from fixtures.meter.server.ports import HdlcPortSettings

from ..unit.dlms_server.station import (
    CLIENT_TITLE,
    ENERGY,
    KEYS,
    MANAGER,
    NAME,
    PASSWORD,
    PROFILE,
    PUBLIC,
    READER,
    Station,
    server_profile,
)
from .conftest import Peer

pytestmark = pytest.mark.interop

SECURITY = {
    "client_title": CLIENT_TITLE.hex(),
    "unicast": KEYS[KeyId.GLOBAL_UNICAST].hex(),
    "authentication": KEYS[KeyId.AUTHENTICATION].hex(),
}


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    settings = HdlcPortSettings(line=LineFormat(115200), processing_s=0.002)
    station = Station(PlantClock(mode="free"), server_profile(), hdlc_settings=settings)
    await station.start()
    yield station
    await station.stop()


def order(
    station: Station, link: str, client: int, reads: list[tuple[int, object, int]], **more: Any
) -> dict[str, Any]:
    address: Any = ["127.0.0.1", station.lan.number]
    if link == "serial":
        address = station.optical.url.removeprefix("serial:")
    items = [[class_id, str(name), attribute] for class_id, name, attribute in reads]
    return {"link": link, "address": address, "client": client, "reads": items, **more}


@pytest.mark.parametrize("link", ["tcp", "serial"])
async def test_lowest_security(station: Station, peer: Peer, link: str) -> None:
    task = order(station, link, PUBLIC, [(1, NAME, 2)], authentication=0)
    assert await peer("gurux_client.py", task) == [b"AMB0001".hex()]


@pytest.mark.parametrize("link", ["tcp", "serial"])
async def test_password(station: Station, peer: Peer, link: str) -> None:
    reads = [(3, ENERGY, 2), (7, PROFILE, 2)]
    task = order(station, link, READER, reads, authentication=1, password=PASSWORD.hex())
    assert await peer("gurux_client.py", task) == [12345678, 400]


@pytest.mark.parametrize("link", ["tcp", "serial"])
@pytest.mark.parametrize("max_pdu", [0, 256])
async def test_gmac(station: Station, peer: Peer, link: str, max_pdu: int) -> None:
    reads = [(3, ENERGY, 2), (7, PROFILE, 2)]
    task = order(station, link, MANAGER, reads, authentication=5, security=SECURITY, max_pdu=max_pdu, open=True)
    assert await peer("gurux_client.py", task) == [12345678, 400, "ok"]
    assert station.switch.calls == [1]
