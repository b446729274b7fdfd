"""3.1.1: periodic reading, validation, estimates that are trued up, and what billing gets of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim import OfficeRefusedError
from drivers.cim.payloads import IntervalReading, MeterReading, MeterReadSchedule
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import EventKind, Quality, ReadingKind
from fixtures.faults import Faults
from fixtures.office.mdms.store import Series
from tests.unit.office.doubles import PERIOD, START, Station, station

DAY = 86_400
INTERVALS = (ReadingKind.INTERVALS,)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "billing") as made:
        yield made


async def schedule(running: Station, period: int = 3600, *meters: str) -> None:
    asked = MeterReadSchedule(schedule="daily", meters=meters or ("M-1001",), period=period)
    await running.office("mdms", "operator").schedule_reading(asked)


async def intervals(running: Station, seat: str, meter: str = "M-1001") -> tuple[IntervalReading, ...]:
    readings = await running.office(seat, "operator").read([meter], INTERVALS, START - DAY, running.clock.now())
    return readings.meters[0].interval_blocks[0].readings if readings.meters else ()


async def test_a_day_reaches_billing_every_interval_once_and_in_order(running: Station) -> None:
    await schedule(running)
    await running.pass_time(DAY + 10)
    at_mdms, at_billing = await intervals(running, "mdms"), await intervals(running, "billing")
    assert at_billing == at_mdms
    times = [parse_iso(item.time_stamp) for item in at_billing]
    assert times == [START + PERIOD * count for count in range(1, len(times) + 1)]
    assert len(times) >= 92
    assert {item.quality for item in at_billing} == {Quality.VALID}
    meter = running.meters["M-1001"]
    assert sum(item.value or 0 for item in at_billing) == meter.energy_at(times[-1]) - meter.energy_at(START)


async def test_a_gap_is_estimated_marked_and_sums_to_the_registers(running: Station) -> None:
    meter = running.meters["M-1001"]
    meter.lost = {START + 3 * PERIOD, START + 4 * PERIOD}
    await schedule(running)
    await running.pass_time(3 * 3600)
    at_billing = await intervals(running, "billing")
    estimated = [item for item in at_billing if item.quality is Quality.ESTIMATED]
    assert [parse_iso(item.time_stamp) - START for item in estimated] == [3 * PERIOD, 4 * PERIOD, 5 * PERIOD]
    assert sum(item.value or 0 for item in estimated) == 300
    assert all(item.status == 0x80 for item in estimated)
    events = await running.office("mdms", "operator").events()
    assert EventKind.INTERVAL_GAP in {event.kind for event in events}


async def test_estimates_are_replaced_when_the_meter_answers_again(running: Station) -> None:
    meter = running.meters["M-1001"]
    await schedule(running)
    await running.pass_time(3700)
    meter.reachable = False
    await running.pass_time(2 * 3600)
    before = await intervals(running, "billing")
    assert {item.quality for item in before[4:]} == {Quality.ESTIMATED}
    assert {item.value for item in before[4:]} == {100}
    meter.reachable = True
    await running.pass_time(3600)
    after = await intervals(running, "billing")
    assert after == await intervals(running, "mdms")
    assert {item.quality for item in after[: len(before)]} == {Quality.VALID, Quality.CORRECTED}
    assert [item.register for item in after] == [meter.energy_at(parse_iso(item.time_stamp)) for item in after]


async def test_what_billing_missed_while_it_was_down_comes_once_with_its_own_times(running: Station) -> None:
    await schedule(running)
    await running.pass_time(3700)
    running.world.seat("billing").power(False)
    await running.pass_time(6 * 3600)
    running.world.seat("billing").power(True)
    await running.pass_time(1000)
    at_billing = await intervals(running, "billing")
    assert at_billing == await intervals(running, "mdms")
    assert len(at_billing) >= 24


async def test_schedules_and_intervals_survive_a_restart(running: Station) -> None:
    await schedule(running)
    await running.pass_time(3700)
    before = await intervals(running, "mdms")
    running.world.seat("mdms").power(False)
    running.world.seat("mdms").power(True)
    assert await intervals(running, "mdms") == before
    await running.pass_time(3600)
    assert len(await intervals(running, "billing")) >= len(before) + 4


async def test_a_cancelled_schedule_reads_no_more(running: Station) -> None:
    await schedule(running)
    await running.pass_time(3700)
    mdms = running.office("mdms", "operator")
    await mdms.cancel_reading(MeterReadSchedule(schedule="daily", meters=("M-1001",), period=3600))
    sessions = running.meters["M-1001"].sessions
    await running.pass_time(DAY)
    assert running.meters["M-1001"].sessions == sessions
    with pytest.raises(OfficeRefusedError):
        await mdms.cancel_reading(MeterReadSchedule(schedule="daily", meters=("M-1001",), period=3600))


async def test_billing_refuses_what_it_has_and_corrections_of_what_it_has_not(running: Station) -> None:
    await schedule(running)
    await running.pass_time(3700)
    (reading,) = (
        await running.office("mdms", "operator").read(["M-1001"], INTERVALS, START, running.clock.now())
    ).meters
    billing = running.office("billing", "mdms")
    with pytest.raises(OfficeRefusedError) as refusal:
        await billing.announce([reading])
    assert refusal.value.code == "conflict"
    unknown = MeterReading(meter="M-9", interval_blocks=reading.interval_blocks)
    with pytest.raises(OfficeRefusedError):
        await billing.announce([unknown], correction=True)
    reply = await billing.announce([unknown])
    assert (reply.result, reply.signature_holds) == ("OK", True)


async def test_billing_takes_nothing_from_the_future(running: Station) -> None:
    reading = IntervalReading(time_stamp="2030-01-01T00:00:00.000Z", value=1)
    from drivers.cim.payloads import IntervalBlock
    from drivers.cim.vocabulary import ReadingType

    block = IntervalBlock(
        reading_type=ReadingType.INTERVAL_IMPORT, unit="Wh", interval_length=PERIOD, readings=(reading,)
    )
    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("billing", "mdms").announce([MeterReading(meter="M", interval_blocks=(block,))])
    assert refusal.value.code == "invalid_value"


def test_an_estimate_at_the_end_is_the_mean_of_the_last_intervals() -> None:
    from drivers.cim.times import iso

    series = Series(Faults(), PERIOD)
    came = [IntervalReading(time_stamp=iso(START + PERIOD * n), value=10 * n, register=100 + n) for n in range(1, 5)]
    changes = series.take(came, START, START + 6 * PERIOD)
    assert [item.value for item in changes.new] == [10, 20, 30, 40, 25, 25]
    assert changes.gaps == [START + 5 * PERIOD, START + 6 * PERIOD]
    assert series.first_open(START) == START + 4 * PERIOD
