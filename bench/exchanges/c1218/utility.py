"""What an ANSI meter's owner writes about it, table 6, on AMI-39: where it stands (3.6.2), and the flag of 3.3.1.

The flag *to be watched* is a remark, the text that PIXIT ``watch_remark`` names in the table's last field.
"""

from __future__ import annotations

from dataclasses import replace

from bench.access.c1218_position import UtilityPosition
from bench.access.position import Place
from bench.exchanges.c1218_exchange import C1218Reading
from bench.exchanges.c1218_write import C1218Write
from drivers.c1218.client import C1218Client
from drivers.c1219.clock import CLOCK
from drivers.c1219.codecs import Layout
from drivers.c1219.formats import Formats
from drivers.c1219.general import UTILITY, UTILITY_LAYOUT, Utility
from drivers.metering import ClockReading


class ReadPosition(C1218Reading):
    """3.6.2: the position, and the meter's clock, which says when it was read."""

    rows = ("3.6.2/AMI-39/Crew-Meter/d1",)
    tables = (UTILITY, CLOCK)

    async def read(self, client: C1218Client) -> tuple[Place, ClockReading]:
        """Position and clock; raises the meter's refusals and DecodeError."""
        place = await UtilityPosition(self.access).read(client)
        return place, await self.access.meter(client).clock()


class FlagByCrew(C1218Write[bool]):
    """3.3.1: the flag *to be watched*."""

    rows = ("3.3.1/AMI-39/Crew-Meter/d1",)
    role = "master"
    shown = UTILITY
    tables = (UTILITY,)

    @property
    def remark(self) -> str:
        """What stands in the table when the meter is to be watched."""
        return str(self.access.pixit("watch_remark", "WATCH"))

    async def layout_of(self, client: C1218Client, formats: Formats) -> Layout[Utility]:
        return UTILITY_LAYOUT

    def value_in(self, table: Utility) -> bool:
        return table.miscellaneous == self.remark

    def with_value(self, table: Utility, value: bool) -> Utility:
        return replace(table, miscellaneous=self.remark if value else "")

    def another(self, present: bool) -> bool:
        """The other of the two."""
        return not present
