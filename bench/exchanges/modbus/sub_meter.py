"""Sub-meters over Modbus: beside a generator (4.3.1, AMI-36), behind the meter (3.1.2, AMI-37), and before a vehicle's
charger (4.3.2, AMI-38)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from bench.access.modbus import PLAIN, SECURE
from bench.exchanges.modbus_exchange import ModbusReading
from bench.exchanges.usage import Shown

_WH_A_KWH = 1000.0


class SubMeterReading(ModbusReading):
    """Voltage, powers of the phases, and energies in both directions."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-36/CEMS-SubMeter/d1",)
    link: ClassVar[str] = SECURE
    names: ClassVar[tuple[str, ...]] = ("voltage", "power", "frequency", "imported", "exported")
    compared: ClassVar[Mapping[str, str]] = {"voltage": "voltage", "frequency": "frequency"}

    def as_shown(self, answer: Mapping[str, Any]) -> Shown:
        """The phases' power together; the registers' energies are in kWh."""
        power_w = sum(float(value) for name, value in answer.items() if name.startswith("power"))
        imported, exported = (_WH_A_KWH * float(answer[name]) for name in ("imported", "exported"))
        return Shown(power_w, imported, exported)

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
    """4.3.2 on AMI-38: the vehicle's side reads the sub-meter before its charger."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-38/EV-SubMeter/d1",)
