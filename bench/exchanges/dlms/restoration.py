"""3.5.3 and 3.5.5 on AMI-28: the headend pings the meter; the meter tells unasked that its supply is back."""

from __future__ import annotations

from bench.exchanges.dlms.outage import INTERRUPTED_S, SupplyLost
from bench.exchanges.dlms_notification import AskBack, DlmsNotification


class Restored(SupplyLost):
    """The supply, which was away for a moment, is back; what is told happened then."""

    meaning = "power_up"

    async def cause(self) -> None:
        """It goes, comes back, and the meter boots."""
        await self.supply(on=False)
        await self.station.advance(INTERRUPTED_S)
        self.caused_at = self.station.clock.now()
        await self.undo()


class RestorationTold(DlmsNotification):
    """The restoration, and the ping."""

    rows = ("3.5.3/AMI-28/HE-Meter", "3.5.5/AMI-28/HE-Meter")
    notice_kind = Restored


class PingByCrew(AskBack):
    """The ping through the optical port."""

    rows = ("3.5.3/AMI-39/Crew-Meter/d1", "3.5.5/AMI-39/Crew-Meter/d1")
