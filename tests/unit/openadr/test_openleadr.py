"""Our ends against openleadr's, which nobody here wrote: TLS with certificates on both sides, signed messages."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.clock import FreeClock
from drivers.openadr.client import VenClient
from drivers.openadr.events import DistributeEvent, Event, EventResponse
from drivers.openadr.registration import Response
from drivers.openadr.tls import server_context
from drivers.openadr.vtn import Ven, Vtn
from drivers.sep2.server import Sep2Server
from tests.unit.openadr.parties import Party, files_of, parties, price_event

openleadr = pytest.importorskip("openleadr")
pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # of what openleadr itself stands on


@pytest.fixture(scope="module")
def known() -> dict[str, Party]:
    return parties("vtn", "ven")


@asynccontextmanager
async def our_vtn(known: dict[str, Party], *events: Event) -> AsyncIterator[tuple[Vtn, str]]:
    """A VTN of ours that distributes the events, and where it is."""

    def events_for(_ven: Ven) -> tuple[Event, ...]:
        return events

    vtn = Vtn("vtn-1", time.time, events_for, credential=known["vtn"].credential)
    vtn.enrol(known["ven"].fingerprint, "ven-1")
    server = Sep2Server(vtn.handle)
    server.open(server_context(known["vtn"].credential))
    try:
        yield vtn, server.url
    finally:
        server.release()


async def test_openleadrs_ven_registers_polls_and_answers(known: dict[str, Party], tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []

    async def on_event(event: dict[str, Any]) -> str:
        seen.append(event)
        return "optIn"

    async with our_vtn(known, price_event(now=time.time())) as (vtn, url):
        with files_of(known["ven"], tmp_path) as (certificate, key, trust):
            client = openleadr.OpenADRClient(
                "peer",
                f"{url}/OpenADR2/Simple/2.0b",
                cert=certificate,
                key=key,
                ca_file=trust,
                vtn_fingerprint=known["vtn"].fingerprint,
                show_fingerprint=False,
                check_hostname=False,
            )
            client.add_handler("on_event", on_event)
            try:
                await client.create_party_registration(xml_signature=True)
                await client._poll()
            finally:
                await client.stop()
    assert client.ven_id == "ven-1"
    assert client.poll_frequency == timedelta(seconds=10)
    (event,) = seen
    assert event["event_signals"][0]["signal_name"] == "ELECTRICITY_PRICE"
    assert event["event_signals"][0]["intervals"][0]["signal_payload"] == 0.25
    assert [(one.response.event_id, one.response.opt, one.response.code) for one in vtn.answers] == [
        ("event-1", "optIn", 200)
    ]


@asynccontextmanager
async def openleadrs_vtn(known: dict[str, Party], directory: Path) -> AsyncIterator[tuple[Any, str]]:
    """A VTN of openleadr's, and where it is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with files_of(known["vtn"], directory) as (certificate, key, trust):
        server = openleadr.OpenADRServer(
            "vtn-1",
            cert=certificate,
            key=key,
            http_cert=certificate,
            http_key=key,
            http_ca_file=trust,
            http_port=port,
            show_fingerprint=False,
            ven_lookup=lambda ven_id: {
                "ven_id": ven_id,
                "ven_name": "ours",
                "fingerprint": known["ven"].fingerprint,
                "registration_id": "registration-1",
            },
        )
    server.add_handler("on_create_party_registration", lambda _told: ("ven-1", "registration-1"))
    await server.run()
    try:
        yield server, f"https://127.0.0.1:{port}"
    finally:
        await server.stop()


async def test_our_ven_registers_polls_and_answers_openleadrs_vtn(known: dict[str, Party], tmp_path: Path) -> None:
    answers: list[tuple[str, str, str]] = []

    async def on_answer(ven_id: str, event_id: str, opt_type: str) -> None:
        answers.append((ven_id, event_id, opt_type))

    async with openleadrs_vtn(known, tmp_path) as (server, url):
        server.add_event(
            ven_id="ven-1",
            event_id="event-1",
            signal_name="LOAD_CONTROL",
            signal_type="x-loadControlCapacity",
            intervals=[{"dtstart": datetime.now(UTC), "duration": timedelta(minutes=10), "signal_payload": 0.5}],
            callback=on_answer,
        )
        vtns = frozenset({known["vtn"].fingerprint})
        async with VenClient(url, known["ven"].credential, FreeClock(), "ours", vtns=vtns) as client:
            assert (await client.query()).vtn_id == "vtn-1"
            created = await client.register()
            assert (created.ven_id, created.vtn_id, created.poll_s) == ("ven-1", "vtn-1", 10)
            polled = await client.poll()
            assert isinstance(polled, DistributeEvent)
            (event,) = polled.events
            (signal,) = event.signals
            assert (event.event_id, signal.name, signal.kind) == ("event-1", "LOAD_CONTROL", "x-loadControlCapacity")
            assert [(one.duration, one.level) for one in signal.intervals] == [(600, 0.5)]
            await client.answer(EventResponse(event_id="event-1", request_id=polled.request_id))
            assert isinstance(await client.poll(), Response)
    assert answers == [("ven-1", "event-1", "optIn")]
