"""The emulated meter's server with the client of pydlms-client: each protection, both links, real time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from drivers.dlms.enums import KeyId, Suite
from drivers.dlms.security import Dialect
from drivers.transport.line_time import LineFormat
from fixtures.clock import PlantClock
from fixtures.meter.server.ports import HdlcPortSettings

from ..unit.dlms_server.station import (
    CLIENT_AGREEMENT,
    CLIENT_SIGNING,
    CLIENT_TITLE,
    ENERGY,
    KEYS,
    MANAGER,
    METER_AGREEMENT,
    METER_SIGNING,
    METER_TITLE,
    NAME,
    PASSWORD,
    PROFILE,
    PUBLIC,
    READER,
    SHA,
    SHA_SECRET,
    SIGNER,
    SWITCH,
    THRESHOLD,
    Station,
    server_profile,
)
from .conftest import Peer

pytestmark = pytest.mark.interop

PEERS_DIALECT = Dialect(header_authenticated=False, content_length_signed=False)


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    profile = replace(server_profile(), dialect=PEERS_DIALECT)
    station = Station(
        PlantClock(mode="free"), profile, hdlc_settings=HdlcPortSettings(line=LineFormat(115200), processing_s=0.002)
    )
    await station.start()
    yield station
    await station.stop()


def read(name: object, class_id: int, attribute: int = 2) -> dict[str, Any]:
    return {"do": "get", "obis": str(name), "class": class_id, "attribute": attribute}


def security(suite: int = 0, **more: Any) -> dict[str, Any]:
    size = 32 if suite == 2 else 16
    keys = KEYS if suite == 0 else {key_id: key[:1] * size for key_id, key in KEYS.items()}
    common = {
        "suite": suite,
        "encryption_key": keys[KeyId.GLOBAL_UNICAST].hex(),
        "authentication_key": keys[KeyId.AUTHENTICATION].hex(),
        "master_key": keys[KeyId.MASTER].hex(),
        "client_system_title": CLIENT_TITLE.hex(),
        "server_system_title": METER_TITLE.hex(),
        "invocation_counter": 1,
    }
    if suite:
        half = 48 if suite == 2 else 32
        common |= {
            "signing_key": (CLIENT_SIGNING[:1] * half).hex(),
            "key_agreement_key": (CLIENT_AGREEMENT[:1] * half).hex(),
            "peer_signing_key": (METER_SIGNING[:1] * half).hex(),
            "peer_key_agreement_key": (METER_AGREEMENT[:1] * half).hex(),
        }
    return common | more


def tcp(station: Station, sap: int, steps: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    connect = {"host": "127.0.0.1", "port": station.lan.number, "client_sap": sap}
    return {"builder": "tcp", "connect": connect, "settings": settings, "steps": steps}


def serial(station: Station, sap: int, steps: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    path = station.optical.url.removeprefix("serial:")
    connect = {"port": path, "baudrate": 115200, "client_sap": sap, "server_logical": 1, "server_physical": 17}
    return {"builder": "serial", "connect": connect, "settings": settings, "steps": steps}


WORK = [
    read(ENERGY, 3),
    {"do": "get_many", "items": [[str(ENERGY), 3, 2], [str(THRESHOLD), 71, 3]]},
    {"do": "set", "obis": str(THRESHOLD), "class": 71, "attribute": 3, "value": 77},
    {"do": "action", "obis": str(SWITCH), "class": 70, "method": 1},
    read(PROFILE, 7),
    {"do": "view"},
]
DONE = [12345678, [12345678, 100], "ok", "ok", 400, 10]


@pytest.mark.parametrize("link", [tcp, serial])
async def test_lowest_security(station: Station, peer: Peer, link: Any) -> None:
    assert await peer("pydlms_client.py", link(station, PUBLIC, [read(NAME, 1), {"do": "view"}])) == [
        b"AMB0001".hex(),
        4,
    ]


@pytest.mark.parametrize("link", [tcp, serial])
async def test_password(station: Station, peer: Peer, link: Any) -> None:
    steps = [read(ENERGY, 3), read(PROFILE, 7)]
    order = link(station, READER, steps, mechanism=1, password=PASSWORD.hex())
    assert await peer("pydlms_client.py", order) == [12345678, 400]


@pytest.mark.parametrize("link", [tcp, serial])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"use_dedicated_key": True},
        {"protection": "general-glo"},
        {"protection": "general-glo", "use_dedicated_key": True},
        {"max_receive_pdu_size": 200},
        {"max_receive_pdu_size": 300, "propose_gbt": True, "gbt_window": 3},
    ],
    ids=lambda settings: "-".join(map(str, settings.values())) or "glo",
)
async def test_gmac(station: Station, peer: Peer, link: Any, settings: dict[str, Any]) -> None:
    order = link(station, MANAGER, WORK, mechanism=5, **settings) | {"security": security()}
    assert await peer("pydlms_client.py", order) == DONE
    assert station.switch.calls == [1]
    assert station.limiter.values[3] == 77


async def test_sha256(station: Station, peer: Peer) -> None:
    order = tcp(
        station,
        SHA,
        [read(ENERGY, 3)],
        mechanism=6,
        password=SHA_SECRET.hex(),
        client_system_title=CLIENT_TITLE.hex(),
    )
    assert await peer("pydlms_client.py", order) == [12345678]


@pytest.mark.parametrize("suite", [1, 2])
@pytest.mark.parametrize("protection", ["glo", "general-glo", "general-ciphering", "glo+signing"])
async def test_ecdsa(peer: Peer, suite: int, protection: str) -> None:
    profile = replace(server_profile(), dialect=PEERS_DIALECT)
    station = Station(PlantClock(mode="free"), profile)
    await station.start(suite=Suite(suite))
    try:
        order = tcp(station, SIGNER, WORK[:4], mechanism=7, protection=protection) | {"security": security(suite)}
        assert await peer("pydlms_client.py", order) == DONE[:4]
    finally:
        await station.stop()


async def test_a_wrong_key_opens_nothing(station: Station, peer: Peer) -> None:
    wrong = security(encryption_key="99" * 16)
    answer = await peer("pydlms_client.py", tcp(station, MANAGER, WORK, mechanism=5) | {"security": wrong})
    assert "error" in answer
    assert station.switch.calls == []
