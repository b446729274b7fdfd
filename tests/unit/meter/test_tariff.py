"""The tariff calendar: rate changes, weekends, special days, seasons, daylight saving, the passive calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from drivers.dlms.datetimes import Date, DateTime
from fixtures.meter.model.tariff import (
    DEFAULT_CALENDAR,
    Calendar,
    DayAction,
    DayProfile,
    Season,
    SpecialDay,
    Week,
    rate_at,
)

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


async def test_the_rate_changes_at_its_local_time(bench: Bench) -> None:
    meter = bench(start=MONDAY + timedelta(hours=5))  # 06:00 local
    assert meter.meter.metrology.rate == 2
    await meter.wait_until(MONDAY + timedelta(hours=6) - timedelta(seconds=1))
    assert meter.meter.metrology.rate == 2
    await meter.wait(1)
    assert meter.meter.metrology.rate == 1
    await meter.wait_until(MONDAY + timedelta(hours=22))
    assert meter.meter.metrology.rate == 2


async def test_energy_goes_to_the_active_rate_only(bench: Bench) -> None:
    meter = bench(start=MONDAY + timedelta(hours=5))
    meter.load(3600.0)
    before = [meter.meter.metrology.rate_count(0, rate) for rate in (1, 2)]  # type: ignore[arg-type]
    await meter.wait(hours=1)
    middle = [meter.meter.metrology.rate_count(0, rate) for rate in (1, 2)]  # type: ignore[arg-type]
    await meter.wait(hours=1)
    after = [meter.meter.metrology.rate_count(0, rate) for rate in (1, 2)]  # type: ignore[arg-type]
    assert middle[0] == before[0]
    assert middle[1] - before[1] == pytest.approx(3600, rel=0.01)
    assert after[1] == middle[1]
    assert after[0] - middle[0] == pytest.approx(3600, rel=0.01)


async def test_a_special_day_is_no_working_day(bench: Bench) -> None:
    meter = bench(start=MONDAY + timedelta(hours=10))
    assert meter.meter.metrology.rate == 1
    meter.meter.set_special_days((SpecialDay(7, Date(2026, 11, 23), 2),))
    assert meter.meter.metrology.rate == 2
    await meter.wait(days=1)
    assert meter.meter.metrology.rate == 1


def test_seasons_wrap_over_the_new_year() -> None:
    calendar = Calendar(
        b"S",
        (Season(b"summer", DateTime(month=4, day=1), b"S"), Season(b"winter", DateTime(month=10, day=1), b"W")),
        (Week(b"S", (1,) * 7), Week(b"W", (2,) * 7)),
        (DayProfile(1, (DayAction(0, 1),)), DayProfile(2, (DayAction(0, 2),))),
    )
    rates = {month: rate_at(calendar, (), datetime(2026, month, 15)) for month in (1, 3, 4, 9, 10, 12)}
    assert rates == {1: 2, 3: 2, 4: 1, 9: 1, 10: 2, 12: 2}


async def test_in_the_repeated_hour_local_time_decides(bench: Bench) -> None:
    night = Calendar(
        b"N",
        DEFAULT_CALENDAR.seasons,
        (Week(b"W", (1,) * 7),),
        (DayProfile(1, (DayAction(0, 1), DayAction(int(2.5 * 3600), 2), DayAction(3 * 3600, 1))),),
    )
    meter = bench(start=datetime(2026, 10, 24, 12, tzinfo=UTC))
    meter.meter.tariff.passive = night
    meter.meter.activate_calendar()
    rates = {}
    for minutes in range(0, 150, 15):
        moment = datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
        await meter.wait_until(moment)
        rates[moment.strftime("%H:%M")] = meter.meter.metrology.rate
    assert [time for time, rate in rates.items() if rate == 2] == ["00:30", "00:45", "01:30", "01:45"]


async def test_the_passive_calendar_becomes_active_at_its_time(bench: Bench) -> None:
    meter = bench(start=MONDAY + timedelta(hours=10))
    always_low = Calendar(
        b"LOW", DEFAULT_CALENDAR.seasons, DEFAULT_CALENDAR.weeks, (DayProfile(1, (DayAction(0, 2),)),)
    )
    meter.meter.tariff.passive = always_low
    meter.meter.plan_calendar(meter.meter.rtc.zone.date_time((MONDAY + timedelta(hours=12)).timestamp()))
    await meter.wait_until(MONDAY + timedelta(hours=11, minutes=59))
    assert meter.meter.tariff.active == DEFAULT_CALENDAR
    await meter.wait(120)
    assert meter.meter.tariff.active == always_low
    assert meter.meter.metrology.rate == 2
    assert meter.meter.tariff.activation == DateTime()


async def test_setting_the_clock_sets_the_rate(bench: Bench) -> None:
    meter = bench(start=MONDAY + timedelta(hours=10))
    meter.meter.set_clock((MONDAY + timedelta(hours=23)).timestamp(), 1)
    assert meter.meter.metrology.rate == 2
