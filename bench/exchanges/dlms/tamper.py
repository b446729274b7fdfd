"""3.3.1 on AMI-28: the meter tells of tampering; the headend flags it as to be watched."""

from __future__ import annotations

from bench.exchanges.dlms_notification import DlmsNotification
from bench.exchanges.dlms_write import DlmsWrite
from bench.exchanges.notice import Notice
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U8, Data

_DATA, _VALUE = 1, 2


class CoverOpened(Notice):
    """Somebody opens the meter's cover."""

    meaning = "cover_opened"

    async def cause(self) -> None:
        """Open it."""
        await self.station.box.do(self.access.seat, "cover", open=True)

    async def undo(self) -> None:
        """Close it."""
        await self.station.box.do(self.access.seat, "cover", open=False)


class WatchFlag(DlmsWrite):
    """The flag *to be watched*, 0 or 1."""

    @property
    def shown(self) -> Attribute:
        """The flag's value."""
        return Attribute(_DATA, self.access.names.watch_flag, _VALUE)

    def another(self, present: Data | None) -> Data:
        """The other of the two."""
        return U8(0 if present == U8(1) else 1)


class Tamper(DlmsNotification):
    """The opened cover, and the flag."""

    rows = ("3.3.1/AMI-28/Meter-HE",)
    predicates = frozenset({"notifies", "returns", "writes"})
    notice_kind = CoverOpened
    returned_kind = WatchFlag


class FlagByCrew(WatchFlag):
    """The flag, written through the optical port."""

    rows = ("3.3.1/AMI-39/Crew-Meter/d1",)
