"""Role `drivers.roles.PvSimulator` with the words of TerraSAS (Elgar ETS, AMETEK), as they are known to work there:
CURVe:EN50530, SOURce:CURVe, :IRRadiance and :EXECute, OUTPut:STATe, MEASure:SCALar, each with its channel list."""

from __future__ import annotations

from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import COMMON, CommandSet
from drivers.scpi.errors import SettingError
from drivers.scpi.instrument import SafePurposes, ScpiInstrument
from drivers.scpi.measurement import Measurement
from drivers.scpi.settings import InstrumentSetup

PV_SIMULATOR = CommandSet(
    {
        **COMMON,
        "technology": "CURV:EN50530:SIM {value}, STAT",
        "array": "CURV:EN50530:MPP {power}, {voltage}",
        "add_curve": "CURV:EN50530:ADD",
        "use_curve": 'SOUR:CURV "EN 50530 CURVE", (@1)',
        "set_irradiance": "SOUR:IRR {value}, (@1)",
        "execute": "SOUR:EXEC (@1)",
        "output_on": "OUTP:STAT ON, (@1)",
        "output_off": "OUTP:STAT OFF, (@1)",
        "output_state": "OUTP:STAT? (@1)",
        "settled": "*OPC?",
        "voltage": "MEAS:SCAL:VOLT:DC? (@1)",
        "current": "MEAS:SCAL:CURR:DC? (@1)",
        "power": "MEAS:SCAL:POW:DC? (@1)",
    }
)


class ScpiPvSimulator(ScpiInstrument):
    """One channel. Limits in the lab config: ``power`` (W), ``voltage`` (V).

    Uncertainties: ``voltage``, ``current``, ``power``.
    """

    safe_purposes: ClassVar[SafePurposes] = (("output_off", None),)

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, PV_SIMULATOR)

    async def set_array(self, maximum_power_w: float, maximum_power_v: float) -> None:
        """Be an array of crystalline silicon with this maximum power point at 1000 W/m2. Raises SettingError."""
        for quantity, value in (("power", maximum_power_w), ("voltage", maximum_power_v)):
            limit = self.setup.limits.get(quantity)
            if value <= 0.0 or (limit is not None and value > limit):
                raise SettingError(f"{self.name}: {quantity} {value:g} lies beyond the lab's limit {limit}")
        await self.command("technology", value="CSI")
        await self.command("array", power=maximum_power_w, voltage=maximum_power_v)
        await self.command("add_curve")
        await self.command("use_curve")
        await self.command("execute")
        await self.settle()

    async def set_irradiance(self, irradiance_w_m2: float) -> None:
        """0 to 1500 W/m2. Raises SettingError."""
        if not 0.0 <= irradiance_w_m2 <= 1500.0:
            raise SettingError(f"{self.name}: no irradiance of {irradiance_w_m2:g} W/m2")
        await self.command("set_irradiance", value=irradiance_w_m2)
        await self.command("execute")
        await self.settle()

    async def set_output(self, on: bool) -> None:
        """Connect or disconnect the array."""
        await self.command("output_on" if on else "output_off")
        await self.settle()

    async def output_is_on(self) -> bool:
        """Whether the instrument says that its output is connected."""
        return await self.state("output_state")

    async def voltage(self) -> Measurement:
        """DC, V."""
        return await self.reading("voltage", "V")

    async def current(self) -> Measurement:
        """DC, A."""
        return await self.reading("current", "A")

    async def power(self) -> Measurement:
        """DC, W."""
        return await self.reading("power", "W")
