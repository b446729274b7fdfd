"""The client against a running system: taps, exceptions, raw bytes."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import (
    BadAnswerError,
    OfficeClient,
    OfficeRefusedError,
    OfficeSilenceError,
    OfficeTlsError,
    OfficeUnreachableError,
    PortalClient,
    RawConnection,
    Request,
    TlsOptions,
    raw_request,
)
from drivers.cim.payloads import EndDeviceControl
from drivers.cim.vocabulary import Control
from drivers.roles import CustomerPortal, OfficeSystem
from drivers.transport.tap import alter, drop
from tests.unit.office.doubles import Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend") as made:
        yield made


async def test_the_driver_fulfils_its_role(running: Station) -> None:
    assert isinstance(running.office("headend", "cis"), OfficeSystem)
    assert isinstance(PortalClient(running.client("headend", running.credential("cis"))), CustomerPortal)


async def test_a_watcher_sees_the_signed_request_and_the_answer(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.capturing() as seen:
        await headend.ping(["M-1001"])
    request = Request.from_bytes(seen[0].data)
    assert (request.method, request.path) == ("POST", "/cim")
    assert b"EndDeviceStatus" in request.body
    assert seen[1].data.startswith(b"HTTP/1.1 200")


async def test_what_is_altered_before_signing_is_signed_and_taken(running: Station) -> None:
    headend = running.office("headend", "cis")
    control = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")
    with headend.client.plain.interfering(alter(lambda body: body.replace(b"M-1001", b"S-2001"))):
        orders = await headend.order([control])
    assert orders.orders[0].meter == "S-2001"


async def test_what_is_altered_after_signing_is_refused(running: Station) -> None:
    headend = running.office("headend", "cis")
    control = EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")
    change = alter(lambda data: data.replace(b"M-1001", b"S-2001"))
    with headend.client.message.interfering(change), pytest.raises(OfficeRefusedError) as refusal:
        await headend.order([control])
    assert (refusal.value.status, refusal.value.code) == (401, "bad_signature")


async def test_a_captured_request_can_be_sent_again_as_it_was(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.capturing() as seen:
        await headend.order([EndDeviceControl(control=Control.DISCONNECT, meter="M-1001")])
    answer = await headend.client.send(seen[0].data)
    assert (answer.status, b"replayed" in answer.body) == (403, True)


async def test_a_request_dropped_at_the_tap_is_silence(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.interfering(drop), pytest.raises(OfficeSilenceError):
        await headend.ping(["M-1001"])


async def test_bytes_that_are_no_http_any_more_are_the_probes_mistake(running: Station) -> None:
    headend = running.office("headend", "cis")
    with headend.client.message.interfering(alter(lambda data: data[:5])), pytest.raises(BadAnswerError):
        await headend.ping(["M-1001"])


async def test_time_stamps_are_station_time(running: Station) -> None:
    before = running.clock.now()
    reading = await running.office("headend", "cis").read(["M-1001"])
    answer = reading.reply.answer
    assert answer.sent_at == before
    assert answer.elapsed_s == pytest.approx(0.06)


async def test_nobody_listening_and_a_broken_handshake_are_different_exceptions(running: Station) -> None:
    closed = running.url("headend", "http")
    with pytest.raises(OfficeUnreachableError):
        await OfficeClient(closed, running.credential("cis"), running.clock).get("/health")
    with pytest.raises(OfficeTlsError) as refusal:
        await running.client("headend", running.credential("cis/expired")).get("/health")
    assert "EXPIRED" in refusal.value.reason


async def test_a_server_of_another_authority_is_not_talked_to(running: Station, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    async with station(tmp_path / "other", "headend") as other:
        stranger = other.credential("cis")
    with pytest.raises(OfficeTlsError):
        await running.client("headend", stranger).get("/health")


async def test_the_servers_name_is_checked(running: Station) -> None:
    options = TlsOptions(server_name="mdms.office.test")
    with pytest.raises(OfficeTlsError):
        await running.client("headend", running.credential("cis"), options=options).get("/health")
    options = TlsOptions(server_name="headend.office.test")
    answer = await running.client("headend", running.credential("cis"), options=options).get("/health")
    assert answer.status == 200


async def test_raw_bytes_over_tls_get_a_raw_answer(running: Station) -> None:
    reply = await raw_request(
        running.url("headend"), b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", running.credential("cis")
    )
    assert reply.status == 200
    assert reply.tls is not None
    assert reply.tls[0] == "TLSv1.3"


async def test_plaintext_to_the_tls_port_gets_no_http(running: Station) -> None:
    reply = await raw_request(running.url("headend"), b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert reply.status is None
    assert reply.closed


async def test_old_tls_versions_fail_in_the_handshake(running: Station) -> None:
    old = TlsOptions(
        minimum=ssl.TLSVersion.MINIMUM_SUPPORTED, maximum=ssl.TLSVersion.TLSv1_1, ciphers="ALL:@SECLEVEL=0"
    )
    with pytest.raises(OfficeTlsError):
        await RawConnection(running.url("headend"), running.credential("cis"), old).open()


async def test_a_connection_survives_requests_and_is_renewed_after_a_restart(running: Station) -> None:
    headend = running.office("headend", "cis")
    assert (await headend.health()).status == 200
    running.world.seat("headend").power(False)
    with pytest.raises(OfficeUnreachableError):
        await headend.health()
    running.world.seat("headend").power(True)
    assert (await headend.health()).status == 200
