"""3.5.2 on AMI-11: the headend tells the OMS of a generator that has not shut down with its feeder."""

from __future__ import annotations

from collections.abc import Sequence

from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind


class GeneratorNotice(OfficeNotification):
    """The meter under test is said to answer from a dead feeder."""

    rows = ("3.5.2/AMI-11/HE-OMS",)
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        """That its generator feeds a dead feeder."""
        return (self.event(EventKind.DER_NOT_SHUT_DOWN, "live at 230 V on a dead feeder"),)
