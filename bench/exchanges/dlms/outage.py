"""3.5.1, 3.5.2 on AMI-28: the meter tells that its supply was lost; the headend asks whether it answers (a ping)."""

from __future__ import annotations

from typing import Any

from bench.access.dlms import DlmsAccess
from bench.exchanges.dlms_notification import AskBack, DlmsNotification
from bench.exchanges.notice import Notice
from drivers.dlms.obis import Obis
from drivers.dlms.selection import CaptureObject

INTERRUPTED_S = 5.0
"""Long enough to be noticed, and shorter than any hold-off."""
_BOOT_S, _AFTER_S = 60.0, 1.0
_REGISTER, _VALUE = 3, 2


def outage_item(access: DlmsAccess, item: str) -> Any:
    """An item of PIXIT ``outage``; None where the supplier does not state it."""
    return access.pixit("outage", {}).get(item)


def duration_object(access: DlmsAccess) -> Obis | None:
    """The register of the last interruption's duration (s), where the supplier names one."""
    stated = outage_item(access, "duration")
    return None if stated is None else Obis(str(stated))


class SupplyLost(Notice):
    """The supply goes, and stays away until `undo`."""

    meaning = "power_down"

    async def cause(self) -> None:
        """It goes."""
        await self.supply(on=False)

    async def undo(self) -> None:
        """It comes back, and the meter boots."""
        await self.supply(on=True)
        await self.boot()

    async def supply(self, *, on: bool) -> None:
        """Cut the supply at the meter, or give it back."""
        await self.station.box.do(self.access.seat, "mains", on=on)

    async def boot(self) -> None:
        """Wait as long as the meter takes to answer after its supply came back."""
        await self.station.advance(float(self.access.pixit("boot_s", _BOOT_S)) + _AFTER_S)


class Interrupted(SupplyLost):
    """The supply goes and is back after `INTERRUPTED_S`: afterwards the meter is there to be asked."""

    meaning = "momentary_interruption"

    def __init__(self, access: DlmsAccess) -> None:
        super().__init__(access)
        duration = duration_object(access)
        self.also = () if duration is None else (CaptureObject(_REGISTER, duration, _VALUE),)

    async def cause(self) -> None:
        """It goes, comes back, and the meter boots."""
        await self.supply(on=False)
        await self.station.advance(INTERRUPTED_S)
        await self.undo()


class OutageTold(DlmsNotification):
    """The interruption, and the ping."""

    rows = ("3.5.1/AMI-28/Meter-HE", "3.5.2/AMI-28/Meter-HE")
    notice_kind = Interrupted


class PingByCrew(AskBack):
    """The ping through the optical port."""

    rows = ("3.5.1/AMI-39/Crew-Meter/d1", "3.5.2/AMI-39/Crew-Meter/d1")
