"""3.5.4 on AMI-11: the OMS has the headend tell customers of a scheduled outage."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import ClassVar

from bench.exchanges.meters import meter_name
from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.messenger import Reply
from drivers.cim.notices import OutageNotice, known_notices, tell_notices
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.times import iso

AHEAD_S, DURATION_S = 86_400.0, 3_600
"""The outage is tomorrow, for an hour."""


class NotifyCustomers(OfficeNotification):
    """The notice for the meter under test. Each scene has one of its own."""

    rows = ("3.5.4/AMI-11/OMS-HE",)
    sender = "oms"
    predicates: ClassVar[frozenset[str]] = frozenset({"notifies"})

    def events(self) -> Sequence[EndDeviceEvent]:
        """None: it is a notice for customers."""
        return ()

    def wanted(self) -> OutageNotice:
        """The notice of this scene."""
        return OutageNotice(
            notice=f"{self.sender}-{self.row.id}-{self.number}",
            meters=(meter_name(self.station),),
            start=iso(self.at + AHEAD_S),
            duration=DURATION_S,
        )

    def told(self) -> Sequence[Hashable]:
        """The notice."""
        return (self.wanted(),)

    async def tell(self, office: CimOffice) -> Reply:
        """Have customers told; raises the headend's refusal."""
        return await tell_notices(office.messenger, (self.wanted(),))

    async def found(self, office: CimOffice) -> Sequence[Hashable]:
        """The notices that an operator finds; raises the headend's refusal."""
        return [one.content for one in await known_notices(office.messenger, (meter_name(self.station),))]
