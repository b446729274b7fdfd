"""3.3 between office systems: what the headend tells the MDMS of a meter, and cases that the MDMS opens at the CIS."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from bench.exchanges.meters import meter_name
from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceEvent, MeterSecurityStatus, Reading, TamperReport
from drivers.cim.revenue import CaseReason, RevenueCase
from drivers.cim.times import iso
from drivers.cim.vocabulary import UNITS, EventKind, ReadingType

COVER_OPENED = 44
"""The code of the meter for an opened cover (DSMR; unverified)."""

_ALARM = 1 << 15
_REGISTER_WH = 4_200_000


class TamperNotice(OfficeNotification):
    """3.3.1 on AMI-10: the cover of the meter under test was opened; code, register and alarms come along."""

    rows = ("3.3.1/AMI-10/HE-MDMS",)
    predicates = frozenset({"notifies", "returns", "writes"})
    sender = "headend"
    next_actor = "CIS"

    def events(self) -> Sequence[EndDeviceEvent]:
        """The event of this scene."""
        event = self.event(EventKind.TAMPERING, "cover_opened")
        kind = ReadingType.ENERGY_IMPORT
        register = Reading(reading_type=kind, value=_REGISTER_WH, unit=UNITS[kind], time_stamp=event.time_stamp)
        report = TamperReport(code=COVER_OPENED, status=MeterSecurityStatus(alarms=_ALARM), readings=(register,))
        return (
            EndDeviceEvent(
                event=event.event,
                kind=event.kind,
                meter=event.meter,
                time_stamp=event.time_stamp,
                detail=event.detail,
                tamper=report,
            ),
        )

    async def found_next(self, office: CimOffice) -> Sequence[Hashable]:
        """The cases that a clerk of the CIS finds; raises its refusal."""
        return await office.cases((meter_name(self.station),))


class InvalidRegistration(OfficeNotification):
    """3.3.4 on AMI-10: the meter that answers is not the one that is registered."""

    rows = ("3.3.4/AMI-10/HE-MDMS",)
    predicates = frozenset({"notifies", "writes"})
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        """The event of this scene."""
        return (self.event(EventKind.INVALID_REGISTRATION, "the key is not the registered one"),)


class OpenCase(OfficeNotification):
    """On AMI-25 the MDMS flags the meter under test, so that its customer is contacted."""

    predicates = frozenset({"notifies", "returns"})
    sender = "mdms"
    reason: ClassVar[CaseReason]

    def events(self) -> Sequence[EndDeviceEvent]:
        """None: what is told is a case."""
        return ()

    def case(self) -> RevenueCase:
        """The case of this scene."""
        return RevenueCase(
            case=f"{self.sender}-{self.row.id}-{self.number}",
            meter=meter_name(self.station),
            reason=self.reason,
            opened=iso(self.at),
            detail="flag to contact customer",
        )

    def told(self) -> Sequence[Hashable]:
        """The case."""
        return (self.case(),)

    async def tell(self, office: CimOffice) -> Reply:
        """Open the case; raises the refusal of the CIS."""
        return await office.open_cases((self.case(),))

    async def found(self, office: CimOffice) -> Sequence[Hashable]:
        """The cases that a clerk finds; raises the refusal of the CIS."""
        return await office.cases((meter_name(self.station),))


class AnomalousReadings(OpenCase):
    """3.3.2: readings that are not like those before."""

    rows = ("3.3.2/AMI-25/MDMS-CIS",)
    reason = CaseReason.ZERO_USE


class TamperStatusFound(OpenCase):
    """3.3.3: the status of the meter shows tampering; and 3.3.1, in which the meter told of it."""

    rows = ("3.3.3/AMI-25/MDMS-CIS", "3.3.1/AMI-25/MDMS-CIS/d1")
    reason = CaseReason.TAMPER_STATUS


class ReplacedMeter(OpenCase):
    """3.3.4: the meter is not the one that is registered."""

    rows = ("3.3.4/AMI-25/MDMS-CIS",)
    reason = CaseReason.INVALID_REGISTRATION
