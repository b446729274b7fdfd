"""On AMI-24 the MDMS hands a correction to Billing, which acknowledges: of an interval or a billing period's end."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.base import Effect
from bench.exchanges.meters import meter_name
from bench.exchanges.office_exchange import OfficeExchange
from drivers.cim.errors import OfficeError, OfficeRefusedError
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import IntervalBlock, IntervalReading, MeterReading, Reading
from drivers.cim.times import iso
from drivers.cim.vocabulary import UNITS, Quality, ReadingKind, ReadingType

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

PERIOD_S = 900
ESTIMATE_WH, CORRECTED_WH = 100, 250
BILLING = "billing"
"""Purpose of readings at the end of a billing period."""

_CLERK = "operator"


class HandCorrection(OfficeExchange):
    """A value goes from an estimate of 100 Wh to 250 Wh.

    Whether that took effect is read back from Billing as its operator, one who may read there.
    """

    predicates = frozenset({"returns"})
    sender = "mdms"
    kind: ClassVar[ReadingKind]

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.end: float | None = None

    def last_end(self) -> float:
        """The end of the interval that ended last (station time, s): what is corrected is of then."""
        if self.end is None:
            self.end = math.floor(self.station.clock.now() / PERIOD_S) * PERIOD_S
        return self.end

    @abstractmethod
    def reading(self, value: int, quality: Quality) -> MeterReading:
        """What is handed over, with this value."""

    @abstractmethod
    def value_in(self, reading: MeterReading) -> int | float | None:
        """The value that Billing holds."""

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
            return Effect(None, "what Billing holds", str(error))
        return Effect(held == CORRECTED_WH, "what Billing holds", f"{held} Wh")

    async def restore(self) -> None:
        """Have Billing hold the estimate again."""
        if self.end is not None:
            await self.prepare()

    async def _held(self) -> int | float | None:
        if self.end is None:
            return None
        async with self.access.session(_CLERK) as office:
            found = await office.read((meter_name(self.station),), (self.kind,), self.end - PERIOD_S, self.end)
        return next((self.value_in(meter) for meter in found.meters), None)


class HandToBilling(HandCorrection):
    """The import interval that ended last."""

    rows = tuple(f"{process}/AMI-24/MDMS-Billing" for process in ("3.1.1", "3.1.3", "5.3.1"))
    kind = ReadingKind.INTERVALS

    def reading(self, value: int, quality: Quality) -> MeterReading:
        """The interval with this value."""
        interval = IntervalReading(time_stamp=iso(self.last_end()), value=value, quality=quality)
        kind = ReadingType.INTERVAL_IMPORT
        block = IntervalBlock(reading_type=kind, unit=UNITS[kind], interval_length=PERIOD_S, readings=(interval,))
        return MeterReading(meter=meter_name(self.station), interval_blocks=(block,))

    def value_in(self, reading: MeterReading) -> int | float | None:
        """The energy of the interval."""
        blocks = (block for block in reading.interval_blocks if block.reading_type is ReadingType.INTERVAL_IMPORT)
        return next((interval.value for block in blocks for interval in block.readings), None)


class HandClosing(HandCorrection):
    """The end of a billing period: an import register then."""

    rows = ("3.1.4/AMI-24/MDMS-Billing",)
    kind = ReadingKind.BILLING

    def reading(self, value: int, quality: Quality) -> MeterReading:
        """The closing with this register."""
        kind = ReadingType.IMPORT_RATE_1
        register = Reading(
            reading_type=kind, value=value, unit=UNITS[kind], time_stamp=iso(self.last_end()), quality=quality
        )
        return MeterReading(meter=meter_name(self.station), readings=(register,), purpose=BILLING)

    def value_in(self, reading: MeterReading) -> int | float | None:
        """The register."""
        return next((one.value for one in reading.readings), None)


class HandPrepaid(HandCorrection):
    """What was paid in until the end of a billing period, beside the register then."""

    rows = ("3.2.1/AMI-24/MDMS-Billing",)
    kind = ReadingKind.BILLING

    def handed(self) -> MeterReading:
        """What the scene began with: it is known to Billing."""
        return self.reading(ESTIMATE_WH, Quality.ESTIMATED)

    def reading(self, value: int, quality: Quality) -> MeterReading:
        """The closing with this amount."""
        kinds = ((ReadingType.IMPORT_RATE_1, CORRECTED_WH), (ReadingType.PREPAID_AMOUNT, value))
        at = iso(self.last_end())
        values = (
            Reading(reading_type=kind, value=number, unit=UNITS[kind], time_stamp=at, quality=quality)
            for kind, number in kinds
        )
        return MeterReading(meter=meter_name(self.station), readings=tuple(values), purpose=BILLING)

    def value_in(self, reading: MeterReading) -> int | float | None:
        """The amount."""
        paid = (one.value for one in reading.readings if one.reading_type is ReadingType.PREPAID_AMOUNT)
        return next(paid, None)
