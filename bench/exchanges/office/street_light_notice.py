"""3.5.6 on AMI-11: the headend tells the OMS of a street light that failed."""

from __future__ import annotations

from collections.abc import Sequence

from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind

_LAMP = "SL-BENCH/7"
"""A lamp that the station does not have: what is told of it does no harm."""


class StreetLightNotice(OfficeNotification):
    """A lamp is said to have failed."""

    rows = ("3.5.6/AMI-11/HE-OMS",)
    sender = "headend"

    @property
    def subject(self) -> str:
        """The lamp, by its controller's name and its number."""
        return _LAMP

    def events(self) -> Sequence[EndDeviceEvent]:
        """The failure, which has not been repaired."""
        return (self.event(EventKind.STREET_LIGHT_FAILURE, "out of its band"),)
