"""Roles `drivers.roles.AcSource` (the mains of a service point) and `drivers.roles.LoadSideSource` in SCPI."""

from __future__ import annotations

from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.commands import AC_SOURCE, LOAD_SIDE_SOURCE, CommandSet
from drivers.scpi.instrument import SafePurposes, ScpiInstrument
from drivers.scpi.measurement import Measurement
from drivers.scpi.settings import InstrumentSetup


class ScpiAcSource(ScpiInstrument):
    """Limits in the lab config: ``voltage`` (V), ``frequency`` (Hz). Uncertainties: ``voltage``, ``current``."""

    safe_purposes: ClassVar[SafePurposes] = (("output_off", None), ("set_voltage", 0.0))

    def __init__(self, setup: InstrumentSetup, clock: Clock, commands: CommandSet = AC_SOURCE) -> None:
        super().__init__(setup, clock, commands)

    async def set_voltage(self, voltage_v: float) -> None:
        """Set the RMS voltage in V and wait until it has settled. Raises SettingError beyond the lab's limit."""
        await self.setting("set_voltage", voltage_v, "voltage")

    async def set_frequency(self, frequency_hz: float) -> None:
        """Set the frequency in Hz and wait until it has settled. Raises SettingError beyond the lab's limit."""
        await self.setting("set_frequency", frequency_hz, "frequency")

    async def set_output(self, on: bool) -> None:
        """Switch the output and wait until the voltage has settled."""
        await self.command("output_on" if on else "output_off")
        await self.settle()

    async def output_is_on(self) -> bool:
        """Whether the source says that its output is on."""
        return await self.state("output_state")

    async def voltage(self) -> Measurement:
        """RMS voltage at the terminals as the source itself measures it, in V."""
        return await self.reading("voltage", "V")

    async def current(self) -> Measurement:
        """RMS current that the source delivers, in A."""
        return await self.reading("current", "A")


class ScpiLoadSideSource(ScpiAcSource):
    """A source behind the switch. Its limits know ``power`` (W) besides."""

    safe_purposes: ClassVar[SafePurposes] = (*ScpiAcSource.safe_purposes, ("set_power", 0.0))

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, LOAD_SIDE_SOURCE)

    async def set_power(self, power_w: float) -> None:
        """Set the active power in W that it feeds into a living supply. Raises SettingError, NotOfferedError."""
        await self.setting("set_power", power_w, "power")
