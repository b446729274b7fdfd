"""3.5: outages are verified and told to the OMS once; restorations are told and asked for; work orders end with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.outages import Outage, OutageState, PlannedOutage, RestorationRequest
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


# -- restoration -------------------------------------------------------------------------------------------------------


async def test_a_crew_is_told_who_is_not_back_even_if_nobody_told_of_it(running: Station) -> None:
    running.meters["M-1002"].reachable = False
    status = await running.office("oms", "crew").restoration((METER, "M-1002"))
    assert (status.asked, [one.meter for one in status.missing]) == (2, ["M-1002"])


async def test_a_meter_that_told_of_its_restoration_is_not_asked_again(running: Station) -> None:
    meter = running.meters[METER]
    meter.reachable = False
    await push(running, POWER_DOWN, 7)
    meter.reachable = True
    await push(running, POWER_UP, 8)
    before = meter.sessions
    assert (await running.office("oms", "crew").restoration((METER,))).missing == ()
    assert meter.sessions == before


async def test_a_request_for_a_restoration_is_answered_when_it_has_happened(running: Station) -> None:
    meter = running.meters[METER]
    meter.reachable = False
    since = running.clock.now()
    request = RestorationRequest(request="r-1", meter=METER, since=iso(since))
    await running.office("headend", "oms").request_restoration((request, request))
    await running.pass_time(30.0)
    oms = running.office("oms", "operator")
    assert await oms.events() == ()
    meter.reachable, meter.restored, meter.interrupted_s = True, since + 20.0, 15.0
    await running.pass_time(120.0)
    (told,) = await oms.events()
    assert told.kind is EventKind.RESTORATION
    assert told.interruption == Interruption(began=iso(since + 5.0), ended=iso(since + 20.0), duration=15.0)


# -- planned outages ---------------------------------------------------------------------------------------------------


async def test_a_work_order_is_closed_when_all_of_its_meters_answer(running: Station) -> None:
    planned = PlannedOutage(order="W-1", meters=(METER, "M-1002"))
    operator, crew = running.office("oms", "operator"), running.office("oms", "crew")
    await operator.plan_outage(planned)
    running.meters["M-1002"].reachable = False
    with pytest.raises(OfficeRefusedError, match="conflict"):
        await crew.close_outage(planned)
    assert [one.meter for one in (await crew.restoration(order="W-1")).missing] == ["M-1002"]
    running.meters["M-1002"].reachable = True
    await crew.close_outage(planned)
    (found,) = await crew.planned_outages(("W-1",))
    assert found.closed


async def test_a_work_order_that_nobody_knows_is_refused(running: Station) -> None:
    with pytest.raises(OfficeRefusedError, match="unknown_order"):
        await running.office("oms", "crew").restoration(order="W-9")


def test_a_meter_is_restored_when_its_last_outage_has_ended() -> None:
    book = OutageBook(lambda _number, _outage: None)
    book.add(event(EventKind.OUTAGE, 1), "now")
    assert not book.is_restored(METER)
    book.add(event(EventKind.RESTORATION, 2), "now")
    assert book.is_restored(METER)
    book.add(event(EventKind.OUTAGE, 3), "now")
    assert not book.is_restored(METER)
