"""3.5.1 on AMI-11: the headend tells the OMS of an outage."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.payloads import EndDeviceEvent, Interruption
from drivers.cim.vocabulary import EventKind


class OutageNotice(OfficeNotification):
    """The meter under test is said to have lost its supply."""

    rows = ("3.5.1/AMI-11/HE-OMS",)
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        """The outage, which has not ended."""
        event = self.event(EventKind.OUTAGE, "power_down")
        return (msgspec.structs.replace(event, interruption=Interruption(began=event.time_stamp)),)
