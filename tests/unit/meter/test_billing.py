"""When billing periods end: on the chosen day, once each, through short months, changes and power cuts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from fixtures.meter.model.billing import BillingDay, next_end
from fixtures.meter.model.daylight import LAST_BUT_ONE, LAST_DAY, Zone
from fixtures.meter.model.profiles import ProfileStatus

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
ZONE = Zone()


def ends(day: BillingDay, after: datetime, count: int, *, skips: bool = False) -> list[str]:
    moment, found = after.timestamp(), []
    for _ in range(count):
        moment = next_end(ZONE, day, moment, skips=skips)
        found.append(ZONE.local(moment).strftime("%d.%m. %H:%M"))
    return found


def closings(bench: MeterOnBench) -> list[datetime]:
    return [ZONE.local(row.at) for row in bench.meter.billing_profile.store.written()]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (1, ["01.02. 00:00", "01.03. 00:00", "01.04. 00:00", "01.05. 00:00"]),
        (31, ["31.01. 00:00", "28.02. 00:00", "31.03. 00:00", "30.04. 00:00"]),
        (30, ["30.01. 00:00", "28.02. 00:00", "30.03. 00:00", "30.04. 00:00"]),
        (LAST_DAY, ["31.01. 00:00", "28.02. 00:00", "31.03. 00:00", "30.04. 00:00"]),
        (LAST_BUT_ONE, ["30.01. 00:00", "27.02. 00:00", "30.03. 00:00", "29.04. 00:00"]),
    ],
)
def test_every_month_has_one_end(day: int, expected: list[str]) -> None:
    assert ends(BillingDay(day), datetime(2026, 1, 5, tzinfo=UTC), 4) == expected


def test_a_time_that_daylight_saving_leaves_out_ends_the_period_an_hour_later() -> None:
    after = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert ends(BillingDay(29, 2 * 3600 + 1800), after, 1) == ["29.03. 03:30"]


def test_a_defective_meter_skips_a_month_that_lacks_the_day() -> None:
    after = datetime(2026, 3, 5, tzinfo=UTC)
    assert ends(BillingDay(31), after, 2, skips=True) == ["31.03. 00:00", "31.05. 00:00"]


async def test_a_new_day_holds_from_the_end_of_the_running_period(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 1, 28, tzinfo=UTC))
    meter.meter.order_billing_day(BillingDay(3))
    assert meter.meter.billing_profile.day == BillingDay(1)
    await meter.wait(days=7)
    assert closings(meter) == [datetime(2026, 2, 1), datetime(2026, 2, 3)]
    assert meter.meter.billing_profile.day == BillingDay(3)


async def test_a_defective_meter_closes_when_the_day_is_changed(bench: Bench) -> None:
    meter = bench("F-P7", start=datetime(2026, 1, 28, tzinfo=UTC))
    meter.meter.order_billing_day(BillingDay(3))
    await meter.wait(days=7)
    assert closings(meter) == [datetime(2026, 1, 28, 1), datetime(2026, 2, 1), datetime(2026, 2, 3)]


async def test_an_end_without_supply_is_made_up_for_once_and_marked(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 1, 31, 12, tzinfo=UTC))
    await meter.outage(86_400.0)
    await meter.wait(days=1)
    (row,) = meter.meter.billing_profile.store.written()
    assert row.status & ProfileStatus.POWER_DOWN
    assert ZONE.local(row.at) == datetime(2026, 2, 1, 13) + timedelta(seconds=meter.settings.boot_s)


async def test_setting_the_clock_back_over_an_end_does_not_end_the_period_again(bench: Bench) -> None:
    meter = bench(start=datetime(2026, 1, 31, 22, tzinfo=UTC))
    await meter.wait(hours=2)
    meter.meter.set_clock(meter.meter.rtc.now() - 5 * 3600.0, 1)
    await meter.wait(hours=8)
    assert closings(meter) == [datetime(2026, 2, 1)]
