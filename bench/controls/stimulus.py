"""Known electricity at the meter under test: what is drawn or fed in, and what the reference meter says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.exchanges.witness import Wiring
from drivers.scpi.measurement import Measurement

if TYPE_CHECKING:
    from bench.lab.station import Station

LARGEST_SHARE = 0.95
"""How much of the largest current that meter and load can take is drawn."""
_DEFAULT_LARGEST_A = 10.0


@dataclass(frozen=True)
class Point:
    """One stimulus. ``power_w`` is drawn from the supply; below zero it is fed in from behind the switch."""

    title: str
    power_w: float
    power_factor: float = 1.0


class Feed:
    """The mains, the load and the load-side source at the meter under test, and the reference meter."""

    def __init__(self, station: Station, seat: str, nominal_v: float) -> None:
        self.wiring = Wiring(station, seat)
        self._station = station
        self._nominal_v = nominal_v

    def missing(self) -> str:
        """The first instrument that is not wired, empty when all are there."""
        kinds = ("power_analyser", "electronic_load", "load_side_source")
        return next((kind.replace("_", " ") for kind in kinds if not self.wiring.has(kind)), "")

    def largest_w(self, declared_a: float) -> float:
        """The most that may be drawn: by the meter's declared current, and by the lab's limit of the load."""
        name = self.wiring.wired("electronic_load")
        limits: Mapping[str, float] = self._station.lab.instruments[name].limits if name else {}
        most_w = (declared_a or _DEFAULT_LARGEST_A) * self._nominal_v * LARGEST_SHARE
        by_current = limits.get("current", most_w / self._nominal_v) * self._nominal_v
        return min(most_w, limits.get("power", most_w), by_current)

    async def apply(self, point: Point) -> None:
        """Set load and load-side source; returns when they have settled."""
        load, source = await self.wiring.load(), await self.wiring.load_side_source()
        if point.power_w > 0:
            await load.set_power(point.power_w, point.power_factor)
        await load.set_input(point.power_w > 0)
        if point.power_w < 0:
            await source.set_voltage(self._nominal_v)
            await source.set_power(-point.power_w)
        await source.set_output(point.power_w < 0)

    async def off(self) -> None:
        """Nothing is drawn and nothing fed in."""
        await self.apply(Point("nothing", 0.0))

    async def moment(self) -> Mapping[str, Measurement]:
        """Voltage, current and active power by the reference meter."""
        analyser = await self.wiring.analyser()
        return {
            "voltage": await analyser.voltage(),
            "current": await analyser.current(),
            "power": await analyser.active_power(),
        }

    async def begin_energy(self) -> None:
        """Integrate from now on."""
        await (await self.wiring.analyser()).start_energy()

    async def energy(self) -> tuple[Measurement, Measurement]:
        """Energy imported and exported since `begin_energy`."""
        analyser = await self.wiring.analyser()
        return await analyser.energy_imported(), await analyser.energy_exported()
