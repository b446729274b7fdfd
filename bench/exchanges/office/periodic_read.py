"""On AMI-10 the MDMS has the headend fetch intervals (3.1.1, 3.1.3, 5.3.1) and ends of billing periods (3.1.4)."""

from __future__ import annotations

from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.office import CimOffice, Readings
from drivers.cim.vocabulary import ReadingKind

SPAN_S = 4 * 3600.0
CYCLES_S = 100 * 86_400.0


class PeriodicRead(OfficeReading):
    """The intervals of the last four hours of the meter under test."""

    rows = tuple(f"{process}/AMI-10/MDMS-HE" for process in ("3.1.1", "3.1.3", "5.3.1"))
    sender = "mdms"

    async def ask(self, office: CimOffice) -> Readings:
        """The intervals; raises the headend's refusal."""
        now = self.station.clock.now()
        return await office.read((self.meter,), (ReadingKind.INTERVALS,), now - SPAN_S, now)

    def count(self, answer: Readings) -> int:
        """How many interval values came."""
        return sum(
            reading.value is not None
            for meter in answer.meters
            for block in meter.interval_blocks
            for reading in block.readings
        )


class ReadBillingPeriods(OfficeReading):
    """The registers of the meter under test at the ends of its last billing periods."""

    rows = ("3.1.4/AMI-10/MDMS-HE",)
    sender = "mdms"

    async def ask(self, office: CimOffice) -> Readings:
        """The closings; raises the headend's refusal."""
        now = self.station.clock.now()
        return await office.read((self.meter,), (ReadingKind.BILLING,), now - CYCLES_S, now)

    def count(self, answer: Readings) -> int:
        """How many registers came."""
        return sum(len(meter.readings) for meter in answer.meters)
