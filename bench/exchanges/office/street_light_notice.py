"""3.5.6 on AMI-11: the headend tells the OMS of a street light that failed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec

from bench.exchanges.office_notification import OfficeNotification
from drivers.cim.office import CimOffice
from drivers.cim.payloads import EndDeviceEvent
from drivers.cim.vocabulary import EventKind

_LAMP = "SL-BENCH/7"
"""A lamp that the station does not have: what is told of it does no harm."""


class StreetLightNotice(OfficeNotification):
    """A lamp is said to have failed."""

    rows = ("3.5.6/AMI-11/HE-OMS",)
    sender = "headend"

    def events(self) -> Sequence[EndDeviceEvent]:
        """The failure, which has not been repaired."""
        event = self.event(EventKind.STREET_LIGHT_FAILURE, "out of its band")
        return (msgspec.structs.replace(event, meter=_LAMP),)

    async def found(self, office: CimOffice) -> Sequence[Hashable]:
        """What the OMS holds of that lamp."""
        return await office.events((_LAMP,))
