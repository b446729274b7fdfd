"""A tariff calendar (`drivers.tariffs`) as table 54 of a meter: rate n is tier n - 1."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.c1218.errors import EncodeError
from drivers.c1219.calendar import (
    FIRST_SEASON,
    FIRST_SPECIAL,
    UNUSED_SWITCH,
    CalendarTable,
    DatedAction,
    TierSwitch,
    YearlyDate,
    filled,
)
from drivers.c1219.clock import ActualTime
from drivers.tariffs import Calendar, Season

_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def table_of(calendar: Calendar, actual: ActualTime) -> CalendarTable:
    """The table. Raises EncodeError where the meter (its table 51) has no room for the calendar, or no such days."""
    numbers = [plan.number for plan in calendar.days]
    switches = tuple(
        TierSwitch(one.rate - 1, one.at.hour * 60 + one.at.minute, place)
        for place, plan in enumerate(calendar.days)
        for one in plan.switchings
    )
    specials = sorted({holiday.plan for holiday in calendar.holidays})
    room = (actual.switches, actual.seasons, actual.specials)
    if any(used > most for used, most in zip((len(switches), len(calendar.seasons), len(specials)), room, strict=True)):
        raise EncodeError(f"the calendar needs more than {room} tier switches, seasons and special schedules")
    days = [_days(season, actual, specials) for season in calendar.seasons]
    schedules = [tuple(numbers.index(number) for number in of_season) for of_season in days]
    schedules += [schedules[0]] * (actual.seasons - len(schedules))
    return CalendarTable(
        filled(
            (DatedAction(one.on, FIRST_SPECIAL + specials.index(one.plan)) for one in calendar.holidays),
            actual.single_dates,
        ),
        filled(
            (
                DatedAction(YearlyDate(season.month, season.day), FIRST_SEASON + place)
                for place, season in enumerate(calendar.seasons)
            ),
            actual.recurring_dates,
        ),
        switches + (UNUSED_SWITCH,) * (actual.switches - len(switches)),
        tuple(schedules),
    )


def _days(season: Season, actual: ActualTime, specials: Sequence[int]) -> list[int]:
    """The numbers of a season's days in the order of table 54."""
    week = season.week
    if actual.separate_weekdays:
        weekdays = list(week[: _FRIDAY + 1])
    elif len(set(week[: _FRIDAY + 1])) == 1:
        weekdays = [week[0]]
    else:
        raise EncodeError("the meter has one day schedule for all weekdays")
    unused = [week[0]] * (actual.specials - len(specials))
    return [week[_SATURDAY], week[_SUNDAY], *weekdays, *specials, *unused]
