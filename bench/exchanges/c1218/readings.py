"""The readings on AMI-39: load profile, closings, registers, clock, switch, status, identity, battery."""

from __future__ import annotations

from collections.abc import Sequence

from bench.access.dlms_clients import ClientsError
from bench.exchanges.c1218_exchange import C1218Reading
from drivers.c1218.client import C1218Client
from drivers.c1219.clock import CLOCK
from drivers.c1219.general import DEVICE_ID, MODE_STATUS, ModeStatus, mode_status
from drivers.c1219.load_control import LOAD_CONTROL_STATUS
from drivers.c1219.load_profile import PROFILE_DATA, PROFILE_STATUS
from drivers.c1219.registers import CURRENT, PRESENT, PREVIOUS_RESET
from drivers.metering import ClockReading, Interval, MeterIdentity, Reading, SwitchStatus

SPAN_S = 4 * 3600.0
_SECONDS = {"h": 3600.0}


class ReadProfile(C1218Reading):
    """3.1.1, 3.1.3, 5.3.1: the rows of the last four hours, from the blocks of table 64."""

    rows = tuple(f"{process}/AMI-39/Crew-Meter/d1" for process in ("3.1.1", "3.1.3", "5.3.1"))
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

    rows = tuple(f"{process}/AMI-39/Crew-Meter/d1" for process in ("3.4.6", "3.5.1", "3.5.2", "3.5.3", "3.5.5"))
    tables = (CURRENT, LOAD_CONTROL_STATUS)

    async def read(self, client: C1218Client) -> tuple[Reading, SwitchStatus]:
        """Register and switch; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.register("energy_import"), await meter.switch()


class ReadClosing(C1218Reading):
    """3.1.4: the registers at the end of the last billing period, table 25."""

    rows = ("3.1.4/AMI-39/Crew-Meter/d1",)
    tables = (PREVIOUS_RESET,)

    async def read(self, client: C1218Client) -> Sequence[Interval]:
        """The closing; raises the meter's refusals."""
        return await self.access.meter(client).billing()


class ReadSecurity(C1218Reading):
    """3.3.3: the flags of table 3, tampering among them, and the clock, which says when that was."""

    rows = ("3.3.3/AMI-39/Crew-Meter/d1",)
    tables = (MODE_STATUS, CLOCK)

    async def read(self, client: C1218Client) -> tuple[ModeStatus, ClockReading]:
        """Flags and clock; raises the meter's refusals."""
        meter = self.access.meter(client)
        layout = mode_status((await meter.configuration()).mfg_status_bytes)
        return await meter.table(MODE_STATUS, layout), await meter.clock()


class ReadIdentity(C1218Reading):
    """3.3.2, 3.3.4: who the meter says it is, and its import register."""

    rows = ("3.3.2/AMI-39/Crew-Meter/d1", "3.3.4/AMI-39/Crew-Meter/d1")
    tables = (DEVICE_ID, CURRENT)

    async def read(self, client: C1218Client) -> tuple[MeterIdentity, Reading]:
        """Identity and register; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.identity(), await meter.register("energy_import")


class ReadConnection(C1218Reading):
    """3.6.1: voltage, current, powers and frequency of the moment from table 28, and the clock.

    A meter of one phase tells no more of its connection.
    """

    rows = ("3.6.1/AMI-39/Crew-Meter/d1",)
    tables = (PRESENT, CLOCK)

    async def read(self, client: C1218Client) -> tuple[dict[str, Reading], ClockReading]:
        """Readings by name, and the clock; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.instantaneous(), await meter.clock()


class BatteryStatus(C1218Reading):
    """3.6.3: voltage (V) and expected life (s) of the battery, and the meter's clock, which says when that was."""

    rows = ("3.6.3/AMI-39/Crew-Meter/d1",)
    tables = (PRESENT, CLOCK)

    async def read(self, client: C1218Client) -> tuple[float, float, ClockReading]:
        """Voltage, life, clock; raises the meter's refusals, and ClientsError where the device file names no places."""
        meter = self.access.meter(client)
        declared = self.access.pixit("battery", {})
        if not {"voltage", "remaining"} <= declared.keys():
            raise ClientsError(f"the device in seat {self.seat} does not say where table 28 has its battery (PIXIT)")
        voltage = await meter.register(str(declared["voltage"]))
        life = await meter.register(str(declared["remaining"]))
        return voltage.value, life.value * _SECONDS.get(life.unit, 1.0), await meter.clock()
