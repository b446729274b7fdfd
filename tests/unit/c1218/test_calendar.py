"""Table 54: its bytes, a tariff calendar in them, and the emulated meter that goes by what is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from drivers.c1218.codes import ResponseCode
from drivers.c1218.errors import DecodeError, EncodeError, RefusedError
from drivers.c1219.calendar import (
    END_OF_LIST,
    UNUSED,
    CalendarLayout,
    CalendarTable,
    DatedAction,
    TierSwitch,
    YearlyDate,
)
from drivers.c1219.clock import ACT_TIME, ANCHOR_DATE, CALENDAR, SEPARATE_WEEKDAYS, TIME_LAYOUT, ActualTime
from drivers.c1219.formats import Formats
from drivers.c1219.tariff_calendar import table_of
from drivers.tariffs import Calendar, DayPlan, Holiday, Season, Switching
from tests.unit.c1218.station import START, C12Station

StationMaker = Callable[..., Awaitable[C12Station]]
HOUR_S = 3600.0
PEAK_HOURS = {"holiday": 2.0, "Wednesday": 16.0, "Thursday": 16.0, "Friday": 16.0, "Saturday": 2.0}
WORK = DayPlan(1, (Switching(time(0), 2), Switching(time(6), 1), Switching(time(22), 2)))
FREE = DayPlan(2, (Switching(time(0), 2), Switching(time(9), 1), Switching(time(11), 2)))
SUMMER = DayPlan(7, (Switching(time(0), 1), Switching(time(12, 30), 2)))
YEAR = Season("year", 1, 1, (1, 1, 1, 1, 1, 2, 2))
ROOM = ActualTime(flags2=SEPARATE_WEEKDAYS, calendar=2 | 1 << 4, single_dates=2, recurring_dates=3, switches=9)


def test_a_table_is_written_field_by_field() -> None:
    """As two published meter firmwares declare it: DATE and RDATE of two bytes, least significant bits first."""
    actual = ActualTime(flags1=ANCHOR_DATE, calendar=1 | 1 << 4, single_dates=1, recurring_dates=1, switches=1)
    table = CalendarTable(
        (DatedAction(date(2026, 12, 25), 19),),
        (DatedAction(YearlyDate(3, 31), 3),),
        (TierSwitch(1, 21 * 60 + 30, 2),),
        ((0, 1, 2, 3),),
    )
    written = CalendarLayout(actual).encode(table, Formats())
    words = [26 | 12 << 7 | 25 << 11, 3 | 31 << 11, 1 | 30 << 5 | 21 << 11]
    entries = [word.to_bytes(2, "little").hex() for word in words]
    expected = ["0000", entries[0], "13", entries[1], "03", entries[2], "02", "00010203"]
    assert written.hex() == "".join(expected)
    assert len(written) == CalendarLayout(actual).size(Formats())
    assert CalendarLayout(actual).decode(written, Formats()) == table
    assert (table.single[0].special, table.single[0].season, table.recurring[0].season) == (0, None, 0)


def test_what_is_no_date_or_time_is_refused() -> None:
    layout = CalendarLayout(ActualTime(single_dates=1))
    with pytest.raises(DecodeError, match="no date"):
        layout.decode((26 | 13 << 7 | 1 << 11).to_bytes(2, "little") + b"\x03", Formats())
    with pytest.raises(DecodeError, match="no time"):
        CalendarLayout(ActualTime(switches=1)).decode((24 << 11).to_bytes(2, "little") + b"\x00", Formats())
    with pytest.raises(EncodeError):
        layout.encode(CalendarTable((), (), (), ()), Formats())
    other = CalendarLayout(ActualTime(recurring_dates=1))
    periodic = CalendarTable((), (DatedAction(0x012D, 3),), (), ())
    assert other.decode(other.encode(periodic, Formats()), Formats()) == periodic


def test_a_calendar_becomes_a_table() -> None:
    later = Season("later", 6, 1, (7, 7, 7, 7, 7, 2, 2))
    calendar = Calendar("C", (YEAR, later), (WORK, FREE, SUMMER), (Holiday(date(2026, 1, 6), 2),))
    table = table_of(calendar, ROOM)
    assert table.single == (DatedAction(date(2026, 1, 6), 19), UNUSED)
    assert table.recurring == (DatedAction(YearlyDate(1, 1), 3), DatedAction(YearlyDate(6, 1), 4), UNUSED)
    assert table.switches[:4] == (
        TierSwitch(1, 0, 0),
        TierSwitch(0, 360, 0),
        TierSwitch(1, 1320, 0),
        TierSwitch(1, 0, 1),
    )
    assert table.schedules == ((1, 1, 0, 0, 0, 0, 0, 1), (1, 1, 2, 2, 2, 2, 2, 1))


def test_a_calendar_without_room_is_refused() -> None:
    uneven = Calendar("U", (Season("year", 1, 1, (1, 2, 1, 1, 1, 2, 2)),), (WORK, FREE))
    with pytest.raises(EncodeError, match="weekdays"):
        table_of(uneven, ActualTime(calendar=1, recurring_dates=1, switches=9))
    with pytest.raises(EncodeError, match="more than"):
        table_of(uneven, ActualTime(flags2=SEPARATE_WEEKDAYS, calendar=1, recurring_dates=1, switches=5))


async def written(station: C12Station, calendar: Calendar) -> None:
    """The calendar into the meter, by its own table 51."""
    async with station.meter() as meter:
        actual = await meter.table(ACT_TIME, TIME_LAYOUT)
        formats = (await meter.configuration()).formats
        content = CalendarLayout(actual).encode(table_of(calendar, actual), formats)
        await meter.client.write(CALENDAR, content)


async def rates_of(station: C12Station, hours: float) -> tuple[float, float]:
    """Energy of both rates that is counted in so many hours, kWh."""
    names = ("energy_import_rate_1", "energy_import_rate_2")
    async with station.meter() as meter:
        before = [(await meter.register(name)).value for name in names]
    await station.wait(hours * HOUR_S)
    async with station.meter() as meter:
        after = [(await meter.register(name)).value for name in names]
    first, second = (round((then - now) / 1000.0, 1) for now, then in zip(before, after, strict=True))
    return first, second


async def test_the_meter_shows_the_calendar_that_it_was_made_with(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("reader") as meter:
        actual = await meter.table(ACT_TIME, TIME_LAYOUT)
        raw = await meter.client.read(CALENDAR)
        shown = CalendarLayout(actual).decode(raw, (await meter.configuration()).formats)
    assert len(raw) == actual.calendar_bytes
    assert [one for one in shown.recurring if one.action != END_OF_LIST] == [
        DatedAction(YearlyDate(1, 1), 3),
        DatedAction(YearlyDate(12, 25), 19),
        DatedAction(YearlyDate(1, 1), 19),
    ]
    assert shown.schedules[0] == (1, 1, 0, 0, 0, 0, 0, 1, 0)
    async with station.meter() as meter:
        await meter.client.write(CALENDAR, raw)
        assert await meter.client.read(CALENDAR) == raw


async def test_each_tier_counts_when_the_written_calendar_says(make_station: StationMaker) -> None:
    """Monday the fifth to the end of Sunday, local time an hour ahead of UTC; Tuesday is a holiday."""
    station = await make_station()
    station.load(1000.0)
    await written(station, Calendar("C", (YEAR,), (WORK, FREE), (Holiday(date(2026, 1, 6), 2),)))
    await station.wait(23 * HOUR_S)
    for day, of_peak in PEAK_HOURS.items():
        assert (day, *await rates_of(station, 24.0)) == (day, of_peak, 24.0 - of_peak)


async def test_a_season_begins_at_its_midnight(make_station: StationMaker) -> None:
    station = await make_station()
    station.load(1000.0)
    begin = (START + timedelta(days=1)).date()
    later = Season("later", begin.month, begin.day, (7, 7, 7, 7, 7, 2, 2))
    await written(station, Calendar("C", (YEAR, later), (WORK, FREE, SUMMER)))
    await station.wait(21 * HOUR_S)
    assert await rates_of(station, 2.0) == (0.0, 2.0)
    assert await rates_of(station, 12.0) == (12.0, 0.0)


async def test_a_meter_that_confirms_a_calendar_and_keeps_its_own(make_station: StationMaker) -> None:
    station = await make_station("F-P156")
    station.load(1000.0)
    await written(station, Calendar("C", (YEAR,), (DayPlan(1, (Switching(time(0), 1),)), FREE)))
    assert await rates_of(station, 4.0) == (0.0, 4.0)


def _first(entries: tuple[DatedAction, ...], first: DatedAction) -> tuple[DatedAction, ...]:
    return (first, *entries[1:])


WRONG: dict[str, Callable[[CalendarTable], CalendarTable]] = {
    "no season": lambda table: replace(table, recurring=(UNUSED,) * 12),
    "a tier beyond": lambda table: replace(table, switches=(TierSwitch(2, 0, 0), *table.switches[1:])),
    "a day without a tier": lambda table: replace(table, schedules=((9,) * 9, *table.schedules[1:])),
    "daylight saving": lambda table: replace(table, single=_first(table.single, DatedAction(date(2026, 3, 29), 1))),
    "a special beyond": lambda table: replace(table, single=_first(table.single, DatedAction(date(2026, 3, 29), 25))),
    "no date": lambda table: replace(table, single=_first(table.single, DatedAction(None, 19))),
    "a season once": lambda table: replace(table, single=_first(table.single, DatedAction(date(2026, 3, 29), 3))),
    "no such day": lambda table: replace(table, recurring=_first(table.recurring, DatedAction(YearlyDate(2, 31), 3))),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
async def test_a_calendar_by_which_the_meter_cannot_go_changes_nothing(
    make_station: StationMaker, change: Callable[[CalendarTable], CalendarTable]
) -> None:
    station = await make_station()
    async with station.meter() as meter:
        layout = CalendarLayout(await meter.table(ACT_TIME, TIME_LAYOUT))
        formats = (await meter.configuration()).formats
        before = await meter.client.read(CALENDAR)
        content = layout.encode(change(layout.decode(before, formats)), formats)
        with pytest.raises(RefusedError) as raised:
            await meter.client.write(CALENDAR, content)
        assert raised.value.code is ResponseCode.ONP
        assert await meter.client.read(CALENDAR) == before


async def test_a_reader_writes_no_calendar(make_station: StationMaker) -> None:
    station = await make_station()
    async with station.meter("reader") as meter:
        raw = await meter.client.read(CALENDAR)
        with pytest.raises(RefusedError) as raised:
            await meter.client.write(CALENDAR, raw)
        assert raised.value.code is ResponseCode.ISC
