"""A tariff calendar in the activity calendar (class 20) and the special days table (class 11) of IEC 62056-6-2."""

from __future__ import annotations

from drivers.dlms.data import U8, U16, Array, Data, OctetString, Structure
from drivers.dlms.datetimes import UNSPECIFIED, Date, DateTime, Time
from drivers.dlms.obis import Obis
from drivers.tariffs import Calendar, DayPlan, Season

TARIFF_SCRIPTS = Obis("0.0.10.0.100.255")
"""The tariffication script table, whose script *n* makes rate *n* the active one."""


def parts(calendar: Calendar, scripts: Obis = TARIFF_SCRIPTS) -> tuple[Data, Data, Data, Data]:
    """Name, seasons, weeks and days: attributes 2 to 5 of the active calendar, 6 to 9 of the passive one."""
    return (
        OctetString(calendar.name.encode()),
        Array(map(_season, calendar.seasons)),
        Array(Structure([OctetString(season.name.encode()), *map(U8, season.week)]) for season in calendar.seasons),
        Array(_day(plan, scripts) for plan in calendar.days),
    )


def special_days(calendar: Calendar) -> Data:
    """The holidays: attribute 2 of the special days table."""
    return Array(
        Structure(
            [
                U16(index),
                OctetString(Date(one.on.year, one.on.month, one.on.day, UNSPECIFIED).to_bytes()),
                U8(one.plan),
            ]
        )
        for index, one in enumerate(calendar.holidays, start=1)
    )


def _season(season: Season) -> Structure:
    """Its week has its own name."""
    name = OctetString(season.name.encode())
    start = DateTime(month=season.month, day=season.day)
    return Structure([name, OctetString(start.to_bytes()), name])


def _day(plan: DayPlan, scripts: Obis) -> Structure:
    return Structure(
        [
            U8(plan.number),
            Array(
                Structure(
                    [
                        OctetString(Time(one.at.hour, one.at.minute, one.at.second, 0).to_bytes()),
                        OctetString(scripts),
                        U16(one.rate),
                    ]
                )
                for one in plan.switchings
            ),
        ]
    )
