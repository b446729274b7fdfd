"""What happens in the tests of 3.3.4: another meter answers for the one that is registered, or says it is that one."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from robot.api import SkipExecution

from bench.access.dlms import MANAGEMENT, PUBLIC, DlmsAccess
from bench.access.dlms_events import declared_events
from bench.exchanges.meters import meter_name
from bench.keywords.held_intervals import HeldIntervals
from bench.keywords.revenue_acts import RevenueActs
from drivers.cim.office import Readings
from drivers.cim.vocabulary import ReadingKind
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import Data, OctetString
from drivers.dlms.errors import DlmsError
from drivers.dlms.obis import Obis
from drivers.transport.base import TransportError

FORGED = b"00000000"
_DATA, _VALUE = 1, 2
_AFTER_COLLECTION_S = 45.0


class IdentityActs(RevenueActs, HeldIntervals):
    """The acts, without any judgement."""

    @property
    def period_s(self) -> int:
        """The capture period (PIXIT)."""
        return int(self.meter.pixit("capture_period_s", 900))

    def other_meter(self) -> str:
        """The seat of a second meter of the station's. A station without one skips the test."""
        seats = self.station.lab.seats.values()
        found = next(
            (one.name for one in seats if one.table.actor == "Meter" and one.name != self.meter.seat and one.device),
            None,
        )
        if found is None:
            raise SkipExecution("the station has no second meter to put in the place of the first")
        return found

    @asynccontextmanager
    async def replaced(self, *, copied: bool) -> AsyncIterator[str]:
        """Another meter is in the place of the one under test; ``copied``: with its names. Yields its seat."""
        other = self.other_meter()
        await self.station.box.do(self.meter.seat, "swap", other=other, copied=copied)
        try:
            yield other
        finally:
            await self.station.box.do(self.meter.seat, "swap", other="", copied=False)

    # -- at the meter --------------------------------------------------------------------------------------------

    @property
    def names(self) -> Mapping[str, Obis]:
        """The objects that say who a meter is."""
        known = self.meter.names
        return {"logical device name": known.device_name, "serial number": known.serial_number}

    async def told(self, access: DlmsAccess, name: Obis) -> Data:
        """What a meter tells anybody of who it is."""
        async with access.session(PUBLIC) as client:
            return await client.get(Attribute(_DATA, name, _VALUE))

    async def rewrite(self, name: Obis) -> tuple[bool, bool, bool]:
        """Try to write another name as the client that may do most, and put it back.

        Whether the meter took it, whether it then told the forged one, and whether that left a trace in a log.
        """
        before = await self.told(self.meter, name)
        entries = await self._entries()
        accepted = await self._write(name, OctetString(FORGED))
        changed = await self.told(self.meter, name) != before
        traced = await self._entries() > entries
        if changed:
            await self._write(name, before)
        return accepted, changed, traced

    async def _write(self, name: Obis, value: Data) -> bool:
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            try:
                await client.set(Attribute(_DATA, name, _VALUE), value)
            except DlmsError:
                return False
        return True

    async def _entries(self) -> int:
        """Entries in all logs that say of a change or of tampering."""
        declared = declared_events(self.station.lab.seat(self.meter.seat).device)
        logs = {event.log for event in declared.events if event.log} - {"communication"}
        count = 0
        async with self.meter.session(MANAGEMENT, ask=True) as client:
            for log in sorted(logs):
                count += len(await self.meter.meter(client).events(log))
        return count

    async def passes_for_registered(self, other: str) -> tuple[bool, str]:
        """Whether the meter in seat ``other`` proves to have the keys of the one under test, and what it answered."""
        access = DlmsAccess(self.station, other)
        own = access.client(MANAGEMENT)
        identity = self.meter.identity(MANAGEMENT)
        client = access.new_client(MANAGEMENT, sap=own.sap)
        client.identity = identity
        try:
            await client.associate()
        except (DlmsError, TransportError) as error:
            return False, f"{type(error).__name__}: {error}"
        finally:
            await client.close()
        return True, "associated"

    # -- behind the headend --------------------------------------------------------------------------------------

    async def ask_headend(self) -> Readings:
        """As the MDMS, for the registers of the meter under test."""
        async with self.office("AMI Headend").session("mdms") as headend:
            return await headend.read((meter_name(self.station),), (ReadingKind.ENERGY,))

    async def collect_two(self) -> float:
        """Have the MDMS collect every interval from now on; two have passed. Returns the end of the second (UTC, s)."""
        await self.scene.energise()
        start = math.floor(self.clock.now() / self.period_s) * float(self.period_s)
        await self.schedule_collection(start, self.period_s)
        return await self.let_intervals_pass(2)

    async def let_intervals_pass(self, count: int) -> float:
        """Let intervals end and be collected. Returns the end of the last one (UTC, s)."""
        end = (math.floor(self.clock.now() / self.period_s) + count) * float(self.period_s)
        await self.wait_until(end + _AFTER_COLLECTION_S)
        return end
