"""Role `drivers.roles.Multimeter` in SCPI."""

from __future__ import annotations

from drivers.clock import Clock
from drivers.scpi.commands import MULTIMETER
from drivers.scpi.instrument import ScpiInstrument
from drivers.scpi.measurement import Measurement
from drivers.scpi.settings import InstrumentSetup


class ScpiMultimeter(ScpiInstrument):
    """Uncertainties in the lab config: ``voltage``, ``frequency``."""

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, MULTIMETER)

    async def voltage(self) -> Measurement:
        """RMS voltage across the inputs, in V."""
        await self.acquire()
        value = await self.number("voltage")
        in_use = await self.number("voltage_range") if self.commands.offers("voltage_range") else None
        return self.measurement("voltage", value, "V", in_use)

    async def frequency(self) -> Measurement:
        """Frequency of the voltage, in Hz. Raises OverRangeError without a voltage to count."""
        return await self.reading("frequency", "Hz")
