"""3.5.3 and 3.5.5 between office systems: a field crew asks the OMS who has not reported; the OMS asks the headend."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from bench.exchanges.meters import meter_name
from bench.exchanges.office_kinds import OfficeReading
from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice
from drivers.cim.outages import RestorationRequest, RestorationStatus
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.times import iso

SINCE_S = 3600.0
"""How far back the OMS asks for the return of a supply."""


class RestorationByCrew(OfficeReading):
    """The field crew's question about the meter under test."""

    rows = ("3.5.3/AMI-18/Crew-OMS", "3.5.5/AMI-18/Crew-OMS")
    sender = "crew"

    async def ask(self, office: CimOffice) -> RestorationStatus:
        """Whether the meter is missing; raises the refusal of the OMS."""
        return await office.restoration((self.meter,))

    def count(self, answer: RestorationStatus) -> int:
        """About how many meters the answer tells."""
        return answer.asked


class RestorationAsked(OfficeNotification):
    """The request of the OMS to be told when the meter under test has its supply back."""

    rows = ("3.5.3/AMI-11/OMS-HE", "3.5.5/AMI-11/OMS-HE")
    sender = "oms"
    predicates: ClassVar[frozenset[str]] = frozenset({"notifies", "returns"})

    def events(self) -> Sequence[EndDeviceEvent]:
        """None: it is a request."""
        return ()

    def wanted(self) -> RestorationRequest:
        """The request of this scene: about what happened in the last day."""
        return RestorationRequest(
            request=f"{self.sender}-{self.row.id}-{self.number}",
            meter=meter_name(self.station),
            since=iso(self.at - SINCE_S),
        )

    def told(self) -> Sequence[Hashable]:
        """The request."""
        return (self.wanted(),)

    async def tell(self, office: CimOffice) -> Reply:
        """Ask to be told; raises the headend's refusal."""
        return await office.request_restoration((self.wanted(),))

    async def found(self, office: CimOffice) -> Sequence[Hashable]:
        """The requests that an operator finds; raises the headend's refusal."""
        return await office.restoration_requests((meter_name(self.station),))
