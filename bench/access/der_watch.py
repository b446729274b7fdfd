"""What is told of the DER of a home, to whoever watches them: an office system, or the server that a device follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bench.access.office import OfficeAccess
from bench.access.sep2_server import Counterpart
from drivers.cim.monitoring import HomeDers, watch
from drivers.cim.times import parse_iso
from drivers.sep2.der import DERStatus
from drivers.sep2.monitoring import DerPowers, powers_of


@dataclass(frozen=True)
class DersTold:
    """The last powers of each DER by its name; state of charge (%) of the storage, None while none was told."""

    powers: dict[str, DerPowers]
    charge_percent: float | None = None


class DerWatcher(Protocol):
    """Somebody who watches."""

    async def look(self) -> DersTold:
        """What is known now. The first look starts the watch. Raises what its link raises."""
        ...


@dataclass
class OfficeWatcher:
    """``party`` asks an office system for the DER of ``home`` and has them read every ``every_s``."""

    access: OfficeAccess
    party: str
    home: str
    every_s: int

    async def look(self) -> DersTold:
        """As `DerWatcher.look`."""
        async with self.access.session(self.party) as office:
            known = await watch(office.messenger, (self.home,), self.every_s)
        return _told(known[0]) if known else DersTold({})


@dataclass
class ServerWatcher:
    """The bench's own server asks the device that follows it for a report every ``every_s``."""

    server: Counterpart
    every_s: int

    async def look(self) -> DersTold:
        """As `DerWatcher.look`."""
        device = self.server.resources.devices.get(self.server.device)
        if device is None:
            return DersTold({})
        device.post_rate_s = self.every_s
        powers = [powers_of(point) for point in device.meters.values()]
        return DersTold({one.name: one for one in powers}, _charge(device.status))


def _told(known: HomeDers) -> DersTold:
    powers = {
        one.der: DerPowers(one.der, one.active_power, one.reactive_power, parse_iso(one.time_stamp))
        for one in known.ders
    }
    return DersTold(powers, known.state_of_charge)


def _charge(status: DERStatus | None) -> float | None:
    return None if status is None or status.charge is None else status.charge.value / 100.0
