"""The tariff calendar of an ANSI meter, written at its port as the utility's tool does: table 54, in one write."""

from __future__ import annotations

from bench.access.c1218 import C1218Access
from drivers.c1219.calendar import CalendarLayout
from drivers.c1219.clock import (
    ACT_TIME,
    CALENDAR,
    CLOCK_STATE,
    CLOCK_STATE_LAYOUT,
    OFFSETS,
    OFFSETS_LAYOUT,
    TIME_LAYOUT,
    TimeQualifier,
)
from drivers.c1219.tariff_calendar import table_of
from drivers.tariffs import Calendar


class C1218Calendar:
    """The calendar of the meter behind ``access``. Calls raise the meter's refusals, DecodeError and EncodeError."""

    def __init__(self, access: C1218Access) -> None:
        self._access = access
        self._before: bytes | None = None

    async def offset_min(self) -> int:
        """The meter's local time less UTC now."""
        async with self._access.session() as client:
            meter = self._access.meter(client)
            offsets = await meter.table(OFFSETS, OFFSETS_LAYOUT)
            shown = await meter.table(CLOCK_STATE, CLOCK_STATE_LAYOUT)
        saves = bool(shown.qualifier & TimeQualifier.DST)
        return offsets.zone_min + (offsets.saving_min if saves else 0)

    async def give(self, calendar: Calendar) -> None:
        """Write it, and keep what was there."""
        async with self._access.session() as client:
            meter = self._access.meter(client)
            actual = await meter.table(ACT_TIME, TIME_LAYOUT)
            self._before = await client.read(CALENDAR)
            formats = (await meter.configuration()).formats
            await client.write(CALENDAR, CalendarLayout(actual).encode(table_of(calendar, actual), formats))

    async def put_back(self) -> None:
        """Write what was there."""
        before, self._before = self._before, None
        if before is not None:
            async with self._access.session() as client:
                await client.write(CALENDAR, before)
