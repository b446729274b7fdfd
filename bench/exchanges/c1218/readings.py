"""The readings on AMI-39 of 3.1.1, 3.1.2, 3.4.6, 3.5.1, 3.5.3 and 3.5.5: load profile, registers, clock and switch."""

from __future__ import annotations

from collections.abc import Sequence

from bench.exchanges.c1218_exchange import C1218Reading
from drivers.c1218.client import C1218Client
from drivers.c1219.clock import CLOCK
from drivers.c1219.load_control import LOAD_CONTROL_STATUS
from drivers.c1219.load_profile import PROFILE_DATA, PROFILE_STATUS
from drivers.c1219.registers import CURRENT, PRESENT
from drivers.metering import ClockReading, Interval, Reading, SwitchStatus

SPAN_S = 4 * 3600.0


class ReadProfile(C1218Reading):
    """3.1.1: the rows of the last four hours, from the blocks of table 64."""

    rows = ("3.1.1/AMI-39/Crew-Meter/d1",)
    tables = (PROFILE_STATUS, PROFILE_DATA)

    async def read(self, client: C1218Client) -> Sequence[Interval]:
        """The rows; raises the meter's refusals."""
        now = self.station.clock.now()
        return await self.access.meter(client).load_profile(now - SPAN_S, now)


class OnDemandRead(C1218Reading):
    """3.1.2: the import register with its unit, and the meter's clock, which says when that was."""

    rows = ("3.1.2/AMI-39/Crew-Meter/d1",)
    tables = (CURRENT, PRESENT, CLOCK)

    async def read(self, client: C1218Client) -> tuple[Reading, ClockReading]:
        """Register and clock; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.register("energy_import"), await meter.clock()


class SwitchStatusByCrew(C1218Reading):
    """3.4.6, and the pings of 3.5.1, 3.5.3 and 3.5.5: the import register and the state of the switch."""

    rows = tuple(f"{process}/AMI-39/Crew-Meter/d1" for process in ("3.4.6", "3.5.1", "3.5.3", "3.5.5"))
    tables = (CURRENT, LOAD_CONTROL_STATUS)

    async def read(self, client: C1218Client) -> tuple[Reading, SwitchStatus]:
        """Register and switch; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.register("energy_import"), await meter.switch()
