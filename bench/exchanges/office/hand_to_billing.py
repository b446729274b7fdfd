"""3.1.1 on AMI-24: the MDMS hands a correction of an interval to Billing, which acknowledges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench.exchanges.base import Effect
from bench.exchanges.meters import meter_name
from bench.exchanges.office_exchange import OfficeExchange
from drivers.cim.errors import OfficeError, OfficeRefusedError
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import IntervalBlock, IntervalReading, MeterReading
from drivers.cim.times import iso
from drivers.cim.vocabulary import UNITS, Quality, ReadingKind, ReadingType

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

PERIOD_S = 900
ESTIMATE_WH, CORRECTED_WH = 100, 250
_CLERK = "operator"


class HandToBilling(OfficeExchange):
    """The interval that ended last goes from an estimate of 100 Wh to 250 Wh.

    Whether that took effect is read back from Billing as its operator, one who may read there.
    """

    rows = tuple(f"{process}/AMI-24/MDMS-Billing" for process in ("3.1.1", "3.1.3"))
    predicates = frozenset({"returns"})
    sender = "mdms"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.end: float | None = None

    def reading(self, value: int, quality: Quality) -> MeterReading:
        """The interval with this value."""
        if self.end is None:
            self.end = math.floor(self.station.clock.now() / PERIOD_S) * PERIOD_S
        interval = IntervalReading(time_stamp=iso(self.end), value=value, quality=quality)
        kind = ReadingType.INTERVAL_IMPORT
        block = IntervalBlock(reading_type=kind, unit=UNITS[kind], interval_length=PERIOD_S, readings=(interval,))
        return MeterReading(meter=meter_name(self.station), interval_blocks=(block,))

    async def prepare(self) -> None:
        """Have Billing hold the estimate. Raises what Billing answers to its authorised sender."""
        estimate = (self.reading(ESTIMATE_WH, Quality.ESTIMATED),)
        async with self.access.session(self.sender) as office:
            try:
                await office.announce(estimate)
            except OfficeRefusedError:
                await office.announce(estimate, correction=True)

    async def send(self, office: CimOffice) -> Reply:
        """Hand the correction over; raises Billing's refusal."""
        return await office.announce((self.reading(CORRECTED_WH, Quality.CORRECTED),), correction=True)

    async def observe(self) -> Effect:
        """Whether Billing holds the corrected value."""
        try:
            held = await self._held()
        except OfficeError as error:
            return Effect(None, "the intervals that Billing holds", str(error))
        return Effect(held == CORRECTED_WH, "the intervals that Billing holds", f"{held} Wh")

    async def restore(self) -> None:
        """Have Billing hold the estimate again."""
        if self.end is not None:
            await self.prepare()

    async def _held(self) -> int | float | None:
        if self.end is None:
            return None
        async with self.access.session(_CLERK) as office:
            found = await office.read(
                (meter_name(self.station),), (ReadingKind.INTERVALS,), self.end - PERIOD_S, self.end
            )
        return next(
            (
                interval.value
                for meter in found.meters
                for block in meter.interval_blocks
                if block.reading_type is ReadingType.INTERVAL_IMPORT
                for interval in block.readings
            ),
            None,
        )
