"""3.5.1 on AMI-11: the headend tells the OMS of an outage."""

from __future__ import annotations

from collections.abc import Sequence

from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind


class OutageNotice(OfficeNotification):
    """The meter under test has lost its supply."""

    rows = ("3.5.1/AMI-11/HE-OMS",)
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        """The meter's own event: power down."""
        return (self.event(EventKind.METER_EVENT, "power_down"),)
