"""Role `drivers.roles.ElectronicLoad` in SCPI: the load of a service point."""

from __future__ import annotations

from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import ELECTRONIC_LOAD
from drivers.scpi.errors import SettingError
from drivers.scpi.instrument import SafePurposes, ScpiInstrument
from drivers.scpi.measurement import Measurement
from drivers.scpi.settings import InstrumentSetup


class ScpiElectronicLoad(ScpiInstrument):
    """Limits in the lab config: ``power`` (W), ``current`` (A).

    Uncertainties: ``voltage``, ``current``, ``power``.
    """

    safe_purposes: ClassVar[SafePurposes] = (("input_off", None), ("set_power", 0.0), ("set_current", 0.0))

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, ELECTRONIC_LOAD)

    async def set_power(self, power_w: float, power_factor: float = 1.0) -> None:
        """Draw constant active power in W. ``power_factor``: 0 < |pf| <= 1, positive lagging, negative leading.

        Raises SettingError beyond the lab's limit, NotOfferedError for a power factor on a load that has none.
        """
        if not 0 < abs(power_factor) <= 1:
            raise SettingError(f"{self.name}: a power factor of {power_factor:g} does not exist")
        await self.command("power_mode")
        if power_factor != 1.0 or self.commands.offers("set_power_factor"):
            await self.command("set_power_factor", value=power_factor)
        await self.setting("set_power", power_w, "power")

    async def set_current(self, current_a: float) -> None:
        """Draw constant RMS current in A. Raises SettingError beyond the lab's limit."""
        await self.command("current_mode")
        await self.setting("set_current", current_a, "current")

    async def set_resistance(self, resistance_ohm: float) -> None:
        """Be a resistance, in ohm. Raises SettingError for one that is not above 0."""
        if resistance_ohm <= 0:
            raise SettingError(f"{self.name}: a resistance must be above 0 ohm, not {resistance_ohm:g}")
        await self.command("resistance_mode")
        await self.setting("set_resistance", resistance_ohm, "resistance")

    async def set_input(self, on: bool) -> None:
        """Switch the input and wait until the current has settled."""
        await self.command("input_on" if on else "input_off")
        await self.settle()

    async def input_is_on(self) -> bool:
        """Whether the load says that its input is on."""
        return await self.state("input_state")

    async def voltage(self) -> Measurement:
        """RMS voltage at the terminals, in V."""
        return await self.reading("voltage", "V")

    async def current(self) -> Measurement:
        """RMS current drawn, in A."""
        return await self.reading("current", "A")

    async def power(self) -> Measurement:
        """Active power drawn, in W."""
        return await self.reading("power", "W")
