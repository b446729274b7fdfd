"""Ports, connections and restarts: who is admitted, who has to go, and what a service keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from drivers.cim import OfficeError, OfficeUnreachableError, RawConnection, raw_request
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.vocabulary import Control
from fixtures.office.server import MAX_CONNECTIONS
from tests.unit.office.doubles import Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "cis") as made:
        yield made


async def test_held_connections_keep_nobody_out(running: Station) -> None:
    office = running.office("headend", "cis")
    assert (await office.health()).status == 200
    async with AsyncExitStack() as held:
        for _ in range(MAX_CONNECTIONS + 5):
            await held.enter_async_context(RawConnection(running.url("headend")))
        assert (await office.health()).status == 200
        fresh = running.office("headend", "mdms")
        assert (await fresh.ping(["M-1001"]))[0].reachable


async def test_of_too_many_connections_those_never_used_go_first(running: Station) -> None:
    used = RawConnection(running.url("headend"), running.credential("cis"))
    async with used, AsyncExitStack() as held:
        await used.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await used.receive()).status == 200
        first = await held.enter_async_context(RawConnection(running.url("headend")))
        for _ in range(MAX_CONNECTIONS):
            await held.enter_async_context(RawConnection(running.url("headend")))
        assert (await first.receive(1.0)).closed
        await used.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await used.receive()).status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 50,
        b"BOGUS\r\n\r\n",
        b"POST /cim HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /cim HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"GET /health HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"POST /cim HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    ],
)
async def test_bytes_that_are_no_http_get_a_code_and_harm_nobody(running: Station, data: bytes) -> None:
    reply = await raw_request(running.url("headend"), data, running.credential("cis"))
    assert reply.status in (400, 431, None)
    assert b"Traceback" not in reply.data
    assert reply.closed or reply.status is not None
    assert (await running.office("headend", "cis").health()).status == 200


async def test_the_plaintext_port_is_closed(running: Station) -> None:
    for seat in ("headend", "cis"):
        with pytest.raises(OfficeUnreachableError):
            await raw_request(running.url(seat, "http"), b"GET / HTTP/1.1\r\n\r\n")


async def test_a_restart_keeps_the_address_and_breaks_every_connection(running: Station) -> None:
    url = running.url("headend")
    seat = running.world.seat("headend")
    async with RawConnection(url, running.credential("cis")) as before:
        for _ in range(3):
            seat.power(False)
            with pytest.raises(OfficeUnreachableError):
                await RawConnection(url).open()
            seat.power(True)
        assert (await before.receive(1.0)).closed
    assert running.url("headend") == url
    assert (await running.office("headend", "cis").health()).status == 200


async def test_switching_on_what_is_on_changes_nothing(running: Station) -> None:
    office = running.office("headend", "cis")
    await office.order([EndDeviceControl(control=Control.CONNECT, meter="M-1001")])
    running.world.seat("headend").power(True)
    assert len((await office.orders()).orders) == 1


async def test_fresh_forgets_orders_logs_and_revocations(running: Station) -> None:
    office = running.office("headend", "cis")
    await office.order([EndDeviceControl(control=Control.CONNECT, meter="M-1001")])
    own = running.credential("cis-2")
    client = running.client("headend", own)
    assert (await client.request("POST", "/pki/revoke", own.certificate_pem.encode())).status == 200
    assert (await client.get("/readings/M-1001")).status == 401
    await running.world.fresh()
    assert not (await running.office("headend", "cis").orders()).orders
    assert len((await running.office("headend", "auditor").audit()).entries) == 1
    assert (await running.client("headend", own).get("/readings/M-1001")).status != 401


async def test_nobody_revokes_anothers_certificate(running: Station) -> None:
    client = running.client("headend", running.credential("oms"))
    answer = await client.request("POST", "/pki/revoke", running.credential("cis").certificate_pem.encode())
    assert answer.status == 403
    assert (await running.office("headend", "cis").health()).status == 200


async def test_without_certificate_only_the_portal_may_be_entered(running: Station) -> None:
    anonymous = running.credential("trust")
    with pytest.raises(OfficeError):
        await running.client("headend", anonymous).get("/health")
    portal = running.client("cis", anonymous)
    answers = {path: (await portal.get(path)).status for path in ("/health", "/metrics", "/config", "/readings/M-1001")}
    assert answers == {"/health": 200, "/metrics": 200, "/config": 401, "/readings/M-1001": 401}


async def test_who_arrives_while_the_power_goes_is_not_left_waiting(running: Station) -> None:
    seat = running.world.seat("headend")
    for turns in range(12):
        arriving = asyncio.ensure_future(RawConnection(running.url("headend"), running.credential("cis")).open())
        for _ in range(turns):
            await asyncio.sleep(0)
        seat.power(False)
        await asyncio.sleep(0)
        seat.power(True)
        async with asyncio.timeout(3):
            await asyncio.wait([arriving])
        arriving.exception()
