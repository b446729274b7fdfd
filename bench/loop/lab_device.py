"""The device of the lab in the loop, through its grid simulator and its power analyser."""

from __future__ import annotations

import cmath
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.loop.errors import LoopError
from bench.loop.site import Phasors
from drivers.roles import GridSimulator, PowerAnalyser
from drivers.scpi.grid import GridPoint

_LOOKS_S = 1.0


class DeviceOfTheLab:
    """Sets the simulator and looks at the analyser without waiting; both are as fast as the loop steps.

    The analyser counts import as positive, the loop what the device generates. Every ``_LOOKS_S`` of the loop the
    simulator is asked whether its protection has tripped.
    """

    def __init__(self, simulator: GridSimulator, analyser: PowerAnalyser, step_s: float) -> None:
        self._simulator = simulator
        self._analyser = analyser
        self._looks_every = max(1, round(_LOOKS_S / step_s))
        self._steps = 0

    @asynccontextmanager
    async def energised(self, nominal_v: float, frequency_hz: float) -> AsyncIterator[None]:
        """Within: at nominal voltage to begin with, the output on. Afterwards the output is off, whatever happened.

        Raises what the simulator raises.
        """
        await self._simulator.set_grid(GridPoint.balanced(nominal_v, frequency_hz))
        await self._simulator.set_output(True)
        try:
            yield
        finally:
            await self._simulator.set_output(False)

    async def apply(self, voltages_v: Phasors, frequency_hz: float) -> None:
        """Raises SettingError beyond the lab's limits, OutputTrippedError, and what an instrument reports."""
        self._steps += 1
        if self._steps % self._looks_every == 0:
            await self._simulator.check_output()
        magnitudes = tuple(abs(voltage) for voltage in voltages_v)
        angles = tuple(math.degrees(cmath.phase(voltage)) for voltage in voltages_v)
        await self._simulator.follow(GridPoint(magnitudes, frequency_hz, angles))

    async def generated_va(self) -> Phasors:
        """Raises LoopError unless three phases are wired, and what the analyser raises."""
        powers = await self._analyser.latest_powers()
        if len(powers) != 3:
            raise LoopError(f"the analyser sees {len(powers)} phase(s), and the loop is made for three")
        return -powers[0], -powers[1], -powers[2]
