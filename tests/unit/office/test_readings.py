"""3.1.2: the six requesters, each through its own system, and what they are told when there is no reading."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.cim.payloads import MeterReading
from drivers.cim.times import parse_iso
from drivers.cim.vocabulary import Code, ReadingKind, ReadingType
from tests.unit.office.doubles import START, Station, station


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path, "headend", "mdms", "cis", "oms", "lms", "dms") as made:
        await made.pass_time(5000)
        yield made


def energy(reading: MeterReading | None) -> int | float:
    assert reading is not None
    return next(item.value for item in reading.readings if item.reading_type is ReadingType.ENERGY_IMPORT)


@pytest.mark.parametrize(("seat", "meter"), [("cis", "M-1001"), ("mdms", "M-1001"), ("lms", "S-2001")])
async def test_a_reading_through_each_system_is_fresh_and_exact(running: Station, seat: str, meter: str) -> None:
    asked_at = running.clock.now()
    readings = await running.office(seat, "operator").read([meter])
    (reading,) = readings.meters
    assert (reading.meter, reading.device) == (meter, f"DEV{meter}")
    assert energy(reading) == running.meters[meter].energy_at(running.clock.now())
    assert parse_iso(reading.readings[0].time_stamp) > asked_at


async def test_the_dms_gets_voltage_var_and_frequency_and_no_energy(running: Station) -> None:
    readings = await running.office("dms", "operator").read(["M-1001"], [ReadingKind.ELECTRICAL])
    values = {item.reading_type: (item.value, item.unit) for item in readings.meters[0].readings}
    assert values == {
        ReadingType.VOLTAGE: (230.1, "V"),
        ReadingType.REACTIVE_POWER: (-12.5, "var"),
        ReadingType.FREQUENCY: (49.98, "Hz"),
    }


async def test_a_ping_says_whether_and_nothing_more(running: Station) -> None:
    running.meters["M-1002"].reachable = False
    oms = running.office("oms", "operator")
    answers = {answer.meter: answer for answer in await oms.ping(["M-1001", "M-1002", "NOPE"])}
    assert answers["M-1001"].reachable
    assert (answers["M-1002"].reachable, answers["M-1002"].code) == (False, Code.UNREACHABLE)
    assert answers["NOPE"].code is Code.UNKNOWN_METER


@pytest.mark.parametrize("seat", ["headend", "mdms", "cis"])
async def test_each_way_of_failing_has_its_own_error_and_no_value(running: Station, seat: str) -> None:
    running.meters["M-1001"].reachable = False
    running.meters["M-1002"].refuses = True
    office = running.office(seat, "cis" if seat == "headend" else "operator")
    readings = await office.read(["M-1001", "M-1002", "NOPE"])
    assert not readings.meters
    assert {error.meter: error.code for error in readings.errors} == {
        "M-1001": Code.UNREACHABLE,
        "M-1002": Code.REFUSED,
        "NOPE": Code.UNKNOWN_METER,
    }


async def test_one_meter_that_fails_does_not_spoil_the_others(running: Station) -> None:
    running.meters["M-1001"].reachable = False
    readings = await running.office("headend", "mdms").read(["M-1001", "M-1002"])
    assert [reading.meter for reading in readings.meters] == ["M-1002"]
    assert readings.reply.result == "PARTIAL"


async def test_intervals_carry_register_energy_and_status_and_are_right_of_the_start(running: Station) -> None:
    meter = running.meters["M-1001"]
    lost = START + 2 * 900
    meter.lost = {lost}
    await running.pass_time(900)
    readings = await running.office("headend", "mdms").read(
        ["M-1001"], [ReadingKind.INTERVALS], START, running.clock.now()
    )
    block = readings.meters[0].interval_blocks[0]
    assert block.reading_type is ReadingType.INTERVAL_IMPORT
    times = [parse_iso(item.time_stamp) for item in block.readings]
    assert times == [START + 900 * count for count in range(1, 7) if count != 2]
    after_gap = block.readings[1]
    assert (after_gap.value, after_gap.register, after_gap.status) == (None, meter.energy_at(START + 2700), 0x80)
    assert {item.value for item in block.readings if item is not after_gap} == {100}


async def test_a_system_that_is_down_is_not_a_meter_that_is_down(running: Station) -> None:
    running.world.seat("headend").power(False)
    from drivers.cim import OfficeRefusedError

    with pytest.raises(OfficeRefusedError) as refusal:
        await running.office("mdms", "operator").read(["M-1001"])
    assert (refusal.value.status, refusal.value.code) == (503, "busy")
