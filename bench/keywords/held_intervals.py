"""Intervals behind the headend: having the MDMS collect them, and what MDMS and Billing hold of them."""

from __future__ import annotations

from bench.exchanges.meters import meter_name
from bench.keywords import intervals
from bench.keywords.intervals import EXPORT, IMPORT, Ended
from bench.keywords.process import ProcessLibrary
from drivers.cim.payloads import MeterReadSchedule
from drivers.cim.times import iso
from drivers.cim.vocabulary import ReadingKind, ReadingType

OPERATOR = "operator"
SCHEDULE = "bench"

OFFICE_TYPES = {IMPORT: ReadingType.INTERVAL_IMPORT, EXPORT: ReadingType.INTERVAL_EXPORT}
"""What offices call the intervals of a direction."""


class HeldIntervals(ProcessLibrary):
    """The MDMS is told as its operator; values are read back from MDMS and Billing as their operators."""

    async def schedule_collection(self, start: float, period_s: int) -> None:
        """Have the MDMS collect the intervals of the meter under test that end after ``start``, every ``period_s``."""
        schedule = MeterReadSchedule(
            schedule=SCHEDULE, meters=(meter_name(self.station),), period=period_s, start=iso(start)
        )
        async with self.office("MDMS").session(OPERATOR) as mdms:
            await mdms.schedule_reading(schedule)

    async def held_by(self, actor: str, start: float, until: float, direction: str = IMPORT) -> list[Ended]:
        """The intervals of one direction that a system holds of the meter under test, ended in (start, until]."""
        async with self.office(actor).session(OPERATOR) as office:
            found = await office.read((meter_name(self.station),), (ReadingKind.INTERVALS,), start, until)
        blocks = [block for meter in found.meters for block in meter.interval_blocks]
        return intervals.of_office(blocks, OFFICE_TYPES[direction])
