"""A tariff calendar: which rate counts when, and how DLMS writes it down."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bench.keywords import special_dates
from drivers.dlms.activity_calendar import parts, special_days
from drivers.dlms.data import encode_data
from drivers.tariffs import (
    Calendar,
    DayPlan,
    Holiday,
    LocalTime,
    RateChange,
    Season,
    Switching,
    TariffError,
    rate_changes,
)

HOUR = 3600.0
WORK = DayPlan(1, (Switching(time(7), 1), Switching(time(23), 2)))
FREE = DayPlan(2, (Switching(time(0), 2),))
WINTER = Season("W", 10, 1, (1, 1, 1, 1, 1, 2, 2))
SUMMER = Season("S", 4, 1, (2,) * 7)
CALENDAR = Calendar("T", (SUMMER, WINTER), (WORK, FREE), (Holiday(date(2026, 1, 6), 2),))
MONDAY = datetime(2026, 1, 5, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("local", "rate"),
    [
        (datetime(2026, 1, 5, 12), 1),
        (datetime(2026, 1, 5, 23), 2),
        (datetime(2026, 1, 8, 6, 59), 2),  # still that of the evening before
        (datetime(2026, 1, 6, 12), 2),  # holiday
        (datetime(2026, 1, 10, 12), 2),  # Saturday
        (datetime(2026, 7, 6, 12), 2),  # the other season
    ],
)
def test_the_last_switching_says_which_rate_counts(local: datetime, rate: int) -> None:
    assert CALENDAR.rate_at(local) == rate


def test_changes_are_at_local_times() -> None:
    found = rate_changes(CALENDAR, LocalTime(HOUR), MONDAY, MONDAY + 48 * HOUR)
    assert found == [RateChange(MONDAY + 6 * HOUR, 1), RateChange(MONDAY + 22 * HOUR, 2)]


def test_in_the_night_of_its_end_the_hour_before_a_switching_is_counted_twice() -> None:
    plan = DayPlan(1, (Switching(time(0), 2), Switching(time(3), 1)))
    calendar = Calendar("T", (Season("Y", 1, 1, (1,) * 7),), (plan,))
    zone = LocalTime(HOUR, MONDAY - 24 * HOUR, MONDAY + HOUR)  # 03:00 becomes 02:00 at 01:00 UTC
    found = rate_changes(calendar, zone, MONDAY, MONDAY + 5 * HOUR)
    assert found == [RateChange(MONDAY + 2 * HOUR, 1)]


def test_an_hour_that_is_left_out_brings_its_switching_at_once() -> None:
    plan = DayPlan(1, (Switching(time(0), 2), Switching(time(2, 30), 1)))
    calendar = Calendar("T", (Season("Y", 1, 1, (1,) * 7),), (plan,))
    zone = LocalTime(HOUR, MONDAY + HOUR, MONDAY + 240 * HOUR)
    assert rate_changes(calendar, zone, MONDAY, MONDAY + 5 * HOUR) == [RateChange(MONDAY + HOUR, 1)]


@pytest.mark.parametrize(
    "calendar",
    [Calendar("T", (), (WORK,)), Calendar("T", (WINTER,), ()), Calendar("T", (WINTER,), (DayPlan(1, ()),))],
)
def test_a_calendar_that_says_nothing_is_refused(calendar: Calendar) -> None:
    with pytest.raises(TariffError):
        calendar.rate_at(datetime(2026, 1, 7, 12))


def test_the_activity_calendar_has_names_seasons_weeks_and_days() -> None:
    name, seasons, weeks, days = (encode_data(part).hex() for part in parts(CALENDAR))
    assert name == "090154"
    # By hand from IEC 62056-6-2, class 20: season_profile_name, season_start, week_name.
    assert seasons == (
        "0102" + "0203" + "090153" + "090cffff0401ffffffffff8000ff" + "090153"
        "0203" + "090157" + "090cffff0a01ffffffffff8000ff" + "090157"
    )  # fmt: skip
    assert weeks.startswith("0102" + "0208" + "090153" + "1102" * 7)
    assert days == (
        "0102" + "0202" + "1101" + "0102"
        "0203" + "090407000000" + "09060000" + "0a0064ff" + "120001"
        "0203" + "090417000000" + "09060000" + "0a0064ff" + "120002"
        "0202" + "1102" + "0101" + "0203" + "090400000000" + "09060000" + "0a0064ff" + "120002"
    )  # fmt: skip


def test_holidays_stand_in_the_special_days_table() -> None:
    assert encode_data(special_days(CALENDAR)).hex() == "0101" + "0203" + "120001" + "090507ea0106ff" + "1102"


@pytest.mark.parametrize("start", [MONDAY, MONDAY + 4 * 24 * HOUR + 20 * HOUR, MONDAY + 358 * 24 * HOUR])
@pytest.mark.parametrize(
    "make",
    [
        special_dates.working_day,
        special_dates.weekend,
        special_dates.holiday,
        special_dates.season_change,
        special_dates.daylight_saving,
    ],
)
def test_every_scene_begins_later_and_has_changes(make: object, start: float) -> None:
    scene = make(start, HOUR)  # type: ignore[operator]
    assert scene.start > start
    assert len(scene.changes) >= 3
    assert all(scene.start < change.at <= scene.end for change in scene.changes)
