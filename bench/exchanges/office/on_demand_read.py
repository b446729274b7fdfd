"""3.1.2 towards the headend: CIS, MDMS, LMS/DRMS and DMS ask for readings now."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.meters import submeter_name
from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.office import CimOffice, Readings
from drivers.cim.vocabulary import ReadingKind


class OnDemandRead(OfficeReading):
    """What the four askers share. ``kind`` is what they ask for."""

    kind: ClassVar[ReadingKind] = ReadingKind.ENERGY

    async def ask(self, office: CimOffice) -> Readings:
        """The values of now; raises the headend's refusal."""
        return await office.read((self.meter,), (self.kind,))

    def count(self, answer: Readings) -> int:
        """How many values came."""
        return sum(len(meter.readings) for meter in answer.meters)


class ReadForCis(OnDemandRead):
    """AMI-25: the registers of the meter under test."""

    rows = ("3.1.2/AMI-25/CIS-HE",)
    sender = "cis"


class ReadForMdms(OnDemandRead):
    """AMI-10: the same for the MDMS."""

    rows = ("3.1.2/AMI-10/MDMS-HE",)
    sender = "mdms"


class ReadSubmeter(OnDemandRead):
    """AMI-12: the registers of a sub-meter, to see whether a load control command worked."""

    rows = ("3.1.2/AMI-12/LMS-HE",)
    sender = "lms"

    def own_meter(self) -> str:
        """The sub-meter, as the headend calls it."""
        return submeter_name(self.station, self.seat)


class ReadElectrical(OnDemandRead):
    """AMI-6: voltage, reactive power and frequency at the meter under test."""

    rows = ("3.1.2/AMI-6/DMS-HE",)
    sender = "dms"
    kind = ReadingKind.ELECTRICAL
