"""Role `drivers.roles.RlcLoad`: a bank of resistances, coils and capacitors, by phase.

The words are those of the project's emulated bank: banks for anti-islanding tests have no common ones, so the lab
config of a real one replaces them (``commands``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from drivers.clock import Clock
from drivers.scpi.circuit import Circuit
from drivers.scpi.commands import COMMON, CommandSet
from drivers.scpi.errors import SettingError
from drivers.scpi.instrument import SafePurposes, ScpiInstrument
from drivers.scpi.measurement import Measurement
from drivers.scpi.settings import InstrumentSetup

RLC_LOAD = CommandSet(
    {
        **COMMON,
        "set_resistance": "PHAS{phase}:RES {value}",
        "set_inductance": "PHAS{phase}:IND {value}",
        "set_capacitance": "PHAS{phase}:CAP {value}",
        "open_resistance": "PHAS{phase}:RES INF",
        "open_inductance": "PHAS{phase}:IND INF",
        "input_on": "INP ON",
        "input_off": "INP OFF",
        "input_state": "INP?",
        "settled": "*OPC?",
        "active_power": "MEAS:POW:ACT?",
        "reactive_power": "MEAS:POW:REAC?",
    }
)


class ScpiRlcLoad(ScpiInstrument):
    """Limits in the lab config: ``power`` (W, of a phase, at 230 V). Uncertainties: ``active_power``,
    ``reactive_power``."""

    safe_purposes: ClassVar[SafePurposes] = (("input_off", None),)

    def __init__(self, setup: InstrumentSetup, clock: Clock) -> None:
        super().__init__(setup, clock, RLC_LOAD)

    async def set_circuits(self, circuits: Sequence[Circuit]) -> None:
        """One for each phase, from phase 1 on. Does not switch the input. Raises SettingError."""
        for circuit in circuits:
            if circuit.resistance_ohm <= 0.0 or circuit.inductance_h <= 0.0 or circuit.capacitance_f < 0.0:
                raise SettingError(f"{self.name}: there is no circuit like {circuit}")
            limit = self.setup.limits.get("power")
            if limit is not None and 230.0**2 / circuit.resistance_ohm > limit:
                raise SettingError(f"{self.name}: {circuit.resistance_ohm:g} ohm takes more than the lab's {limit:g} W")
        for phase, circuit in enumerate(circuits, 1):
            await self._branch("resistance", phase, circuit.resistance_ohm)
            await self._branch("inductance", phase, circuit.inductance_h)
            await self.command("set_capacitance", phase=float(phase), value=circuit.capacitance_f)
        await self.settle()

    async def _branch(self, what: str, phase: int, value: float) -> None:
        if math.isinf(value):
            await self.command(f"open_{what}", phase=float(phase))
        else:
            await self.command(f"set_{what}", phase=float(phase), value=value)

    async def set_input(self, on: bool) -> None:
        """Connect or disconnect the bank."""
        await self.command("input_on" if on else "input_off")
        await self.settle()

    async def input_is_on(self) -> bool:
        """Whether the bank says that it is connected."""
        return await self.state("input_state")

    async def active_power(self) -> Measurement:
        """Of all phases, W."""
        return await self.reading("active_power", "W")

    async def reactive_power(self) -> Measurement:
        """Of all phases, var, positive for inductive."""
        return await self.reading("reactive_power", "var")
