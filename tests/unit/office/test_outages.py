"""3.5.1: an outage is verified and told to the OMS once, a momentary interruption as such, a false alarm not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim.outages import Outage, OutageState
from drivers.cim.payloads import EndDeviceEvent, Interruption, MasterDataLinkage
from drivers.cim.times import iso
from drivers.cim.vocabulary import EventKind
from drivers.dlms.wrapper import WrapperPdu
from fixtures.office.oms.outages import OutageBook
from tests.unit.office.doubles import START, Station, station

METER = "M-1001"
POWER_DOWN, POWER_UP, MOMENTARY = 1, 2, 241
STANDARD = 0


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "oms") as made:
        yield made


async def push(running: Station, code: int, number: int) -> None:
    """The meter tells the headend of an entry of its standard log, and the offices act on it."""
    double = running.meters[METER]
    if not double.pushes_to:
        linkage = MasterDataLinkage(meter=METER, usage_point="u", account="a", notify=True)
        was, double.reachable = double.reachable, True
        await running.office("headend", "operator").link((linkage,))
        double.reachable = was
    host, _, port = double.pushes_to.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(WrapperPdu(1, 102, f"{METER} {code} {STANDARD} {number}".encode()).encode())
    writer.write_eof()
    await reader.read()
    writer.close()
    await running.pass_time(10.0)


async def outages(running: Station) -> list[tuple[str, OutageState]]:
    return [(one.meter, one.state) for one in await running.office("oms", "operator").outages()]


async def test_an_outage_is_told_once_and_ends_with_the_restoration(running: Station) -> None:
    meter = running.meters[METER]
    meter.reachable = False
    await push(running, POWER_DOWN, 7)
    await push(running, POWER_DOWN, 7)
    assert await outages(running) == [(METER, OutageState.OPEN)]
    meter.reachable = True
    await push(running, POWER_UP, 8)
    assert await outages(running) == [(METER, OutageState.RESTORED)]


async def test_a_meter_that_answers_raised_a_false_alarm(running: Station) -> None:
    await push(running, POWER_DOWN, 7)
    assert await outages(running) == []
    events = await running.office("headend", "operator").events()
    assert [event.kind for event in events] == [EventKind.OUTAGE_CONTRADICTED]


async def test_a_momentary_interruption_has_start_end_and_duration(running: Station) -> None:
    meter = running.meters[METER]
    meter.restored, meter.interrupted_s = running.clock.now() + 1_000.0, 4.0
    await push(running, MOMENTARY, 7)
    (found,) = await running.office("oms", "operator").outages()
    assert (found.state, found.duration) == (OutageState.MOMENTARY, 4.0)
    assert found.restored == iso(meter.restored)


async def test_a_restoration_without_an_outage_is_not_told(running: Station) -> None:
    await push(running, POWER_UP, 8)
    assert await outages(running) == []


async def test_a_ping_of_the_oms_ends_an_outage_or_contradicts_it(running: Station) -> None:
    meter = running.meters[METER]
    meter.reachable = False
    await push(running, POWER_DOWN, 7)
    oms = running.office("oms", "operator")
    await oms.ping((METER,))
    assert await outages(running) == [(METER, OutageState.OPEN)]
    meter.reachable = True
    meter.restored = running.clock.now()
    await oms.ping((METER,))
    (found,) = await oms.outages((METER,))
    assert (found.state, found.restored) == (OutageState.RESTORED, iso(meter.restored))


async def test_the_book_outlives_a_restart(running: Station) -> None:
    running.meters[METER].reachable = False
    await push(running, POWER_DOWN, 7)
    running.world.seat("oms").power(False)
    await running.pass_time(120.0)
    running.world.seat("oms").power(True)
    assert await outages(running) == [(METER, OutageState.OPEN)]


# -- the book ----------------------------------------------------------------------------------------------------------


def event(kind: EventKind, number: int, meter: str = METER) -> EndDeviceEvent:
    at = iso(START + number)
    return EndDeviceEvent(
        event=f"e-{number}", kind=kind, meter=meter, time_stamp=at, interruption=Interruption(began=at)
    )


def test_two_messages_of_one_outage_are_one_entry_and_the_next_outage_is_another() -> None:
    kept: list[tuple[int, Outage]] = []
    book = OutageBook(lambda number, outage: kept.append((number, outage)))
    for number, kind in enumerate(
        (EventKind.OUTAGE, EventKind.OUTAGE, EventKind.RESTORATION, EventKind.RESTORATION, EventKind.OUTAGE)
    ):
        book.add(event(kind, number), "now")
    assert [one.state for one in book.of()] == [OutageState.RESTORED, OutageState.OPEN]
    again = OutageBook(lambda _number, _outage: None)
    for number, outage in kept:
        again.restore(number, outage)
    assert again.of() == book.of()


def test_meters_have_entries_of_their_own() -> None:
    book = OutageBook(lambda _number, _outage: None)
    for number in range(100):
        book.add(event(EventKind.OUTAGE, number, f"M-{number}"), "now")
    assert [one.meter for one in book.of()] == [f"M-{number}" for number in range(100)]
    assert len(book.of(["M-7"])) == 1
