"""Our end of HDLC with the meter of pydlms-client: parameters, segments, windows, lost and rejected frames."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from drivers.clock import FreeClock
from drivers.dlms.apdu import Attribute
from drivers.dlms.client import ClientIdentity, DlmsClient
from drivers.dlms.data import OctetString
from drivers.dlms.hdlc import HdlcParameters, ServerAddress
from drivers.dlms.link import HdlcLink, HdlcSettings
from drivers.dlms.obis import Obis
from drivers.transport.urls import make_transport

from .conftest import PEERS

pytestmark = pytest.mark.interop

NAME = Attribute(1, Obis("0.0.42.0.0.255"), 2)
LONG = Attribute(1, Obis("0.0.96.1.0.255"), 2)
MeterMaker = Callable[..., Awaitable[DlmsClient]]


@pytest.fixture
async def meter() -> AsyncIterator[MeterMaker]:
    python = os.environ.get("AMIBENCH_PEERS", "")
    if not python:
        pytest.skip("AMIBENCH_PEERS names no Python that has the peers")
    processes: list[asyncio.subprocess.Process] = []

    async def make(server: ServerAddress, proposal: HdlcParameters | None, **options: Any) -> DlmsClient:
        process = await asyncio.create_subprocess_exec(
            python, str(PEERS / "pydlms_hdlc_meter.py"), json.dumps(options), stdout=asyncio.subprocess.PIPE
        )
        processes.append(process)
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        transport = make_transport(f"tcp:127.0.0.1:{port}", FreeClock(), counted=False)
        settings = HdlcSettings(proposal, response_timeout_s=0.5)
        return DlmsClient(HdlcLink(transport, 16, server, settings), ClientIdentity())

    yield make
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize("server", [ServerAddress(1), ServerAddress(1, 17), ServerAddress(1, 17, 4)])
async def test_each_size_of_address_connects(meter: MeterMaker, server: ServerAddress) -> None:
    async with await meter(server, HdlcParameters()) as client:
        assert await client.get(NAME) == b"PEER"


@pytest.mark.parametrize("proposal", [None, HdlcParameters(), HdlcParameters(2030, 2030, 7, 7)])
@pytest.mark.parametrize("options", [{}, {"max_info": 512, "window": 3}, {"window": 7}])
async def test_long_values_go_both_ways(
    meter: MeterMaker, proposal: HdlcParameters | None, options: dict[str, Any]
) -> None:
    value = OctetString(bytes(reversed(range(256))) * 4)
    async with await meter(ServerAddress(1, 17), proposal, **options) as client:
        assert await client.get(LONG) == bytes(range(256)) * 8
        await client.set(LONG, value)
        assert await client.get(LONG) == value


@pytest.mark.parametrize("options", [{"drop": [2, 5, 6]}, {"reject": [3, 7]}, {"drop": [4], "reject": [9]}])
async def test_lost_and_rejected_frames_are_sent_again(meter: MeterMaker, options: dict[str, Any]) -> None:
    value = OctetString(bytes(1500))
    async with await meter(ServerAddress(1), HdlcParameters(128, 128, 3, 3), window=3, **options) as client:
        await client.set(LONG, value)
        assert await client.get(LONG) == value
