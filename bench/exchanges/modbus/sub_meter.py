"""Sub-meters over Modbus: beside a generator (4.3.1, AMI-36), behind the meter (3.1.2, AMI-37), and before a vehicle's
charger (4.3.2, AMI-38).

Where a station has no sub-meter before its charger, the charger's own meter is read, by the names of its family:
``energy`` for what was drawn. A map may leave out what its device does not count.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.exchanges.modbus_exchange import ModbusReading
from bench.exchanges.usage import Counted, NotCountedError

_WH = {"Wh": 1.0, "kWh": 1000.0}
_DRAWN, _FED_IN = ("imported", "energy"), ("exported",)


class SubMeterReading(ModbusReading):
    """Voltage, powers of the phases, and energies in both directions, as far as the register map has them."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-36/CEMS-SubMeter/d1",)
    link: ClassVar[str] = SECURE
    names: ClassVar[tuple[str, ...]] = ("voltage", "power", "frequency", *_DRAWN, *_FED_IN)
    measurable: ClassVar[Mapping[str, str]] = {"voltage": "voltage", "frequency": "frequency"}

    @property
    def compared(self) -> Mapping[str, str]:  # type: ignore[override]
        """What of it the device tells."""
        return {name: quantity for name, quantity in self.measurable.items() if name in self.access.points}

    def as_shown(self, answer: Mapping[str, Any]) -> Counted:
        """The phases' power together, and energies as the map's units say.

        Raises NotCountedError where the map names no power or no energy drawn, or an energy in another unit.
        """
        powers = [float(value) for name, value in answer.items() if name.startswith("power")]
        drawn = self._energy_wh(answer, _DRAWN)
        if drawn is None or not powers:
            lacking = "power" if drawn is not None else " or ".join(map(repr, _DRAWN))
            raise NotCountedError(f"the register map of {self.seat} names no {lacking}")
        return Counted(sum(powers), drawn, self._energy_wh(answer, _FED_IN))

    def _energy_wh(self, answer: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
        name = next((one for one in names if one in answer), None)
        if name is None:
            return None
        unit = self.access.points[name].unit
        if unit not in _WH:
            raise NotCountedError(
                f"the register map of {self.seat} has {name!r} in {unit or 'no unit'}, not in Wh or kWh"
            )
        return float(answer[name]) * _WH[unit]

    async def operating_points(self) -> AsyncIterator[str]:
        """The meter is read five times, some time apart; what flows is not its doing."""
        for number in range(1, 6):
            await self.station.advance(60.0)
            yield f"after {number} min"


class PlainSubMeterReading(SubMeterReading):
    """The same on a plain link."""

    link: ClassVar[str] = PLAIN


class MeterSubMeterReading(PlainSubMeterReading):
    """3.1.2 on AMI-37: the meter reads the sub-meter behind it."""

    rows: ClassVar[tuple[str, ...]] = ("3.1.2/AMI-37/Meter-SubMeter/d1",)


class VehicleSubMeterReading(PlainSubMeterReading):
    """4.3.2 on AMI-38: the vehicle's side reads the sub-meter before its charger, or the one within it."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-38/EV-SubMeter/d1",)
    measurable: ClassVar[Mapping[str, str]] = {
        **PlainSubMeterReading.measurable,
        "voltage_1": "voltage",
        "power": "active_power",
    }
