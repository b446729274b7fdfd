"""A DER between grid simulator, array, load bank and witness: what a type test does to it and sees of it."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar, cast

from bench.access.der import DerAccess, DerCalls
from bench.der.trace import Generated, Trace
from bench.exchanges.witness import NoInstrumentError, Wiring
from drivers.der import (
    ConstantPowerFactor,
    ConstantReactivePower,
    FrequencyDroop,
    LimitActivePower,
    SetActivePower,
    Setting,
    VoltVar,
    VoltWatt,
    WattVar,
)
from drivers.roles import GridSimulator, PowerAnalyser, PvSimulator, RlcLoad
from drivers.scpi.grid import GridPoint, GridSegment

ONE_AT_A_TIME: tuple[type[Any], ...] = (
    ConstantPowerFactor,
    ConstantReactivePower,
    VoltVar,
    WattVar,
    VoltWatt,
    FrequencyDroop,
    LimitActivePower,
    SetActivePower,
)
"""Functions of which a type test has only those on that it names."""

FULL_SUN, ARRAY_SHARE, ARRAY_V = 1000.0, 1.2, 400.0
"""W/m2 of full sun, in which the array gives 1.2 times the rating at 400 V, unless the PIXIT states ``array_v``."""
_STARTING_S, _LOOKS_S = 900.0, 20.0
_RUNNING_SHARE = 0.02

Role = TypeVar("Role")


class NotRunningError(Exception):
    """The DER does not generate at nominal voltage and frequency, however long it was given."""


class DerScene:
    """The instruments wired to the DER's service point, and what the tests do with them."""

    def __init__(self, access: DerAccess) -> None:
        self.access = access
        self.station = access.station
        self._wiring = Wiring(access.station, access.seat)
        self.grid_now = GridPoint.balanced(access.nominal_v, access.nominal_hz)

    # -- instruments ---------------------------------------------------------------------------------------------

    async def simulator(self) -> GridSimulator:
        """Raises NoInstrumentError; so do the others."""
        return cast(GridSimulator, await self._instrument("grid_simulator"))

    async def analyser(self) -> PowerAnalyser:
        """The witness."""
        return cast(PowerAnalyser, await self._instrument("power_analyser"))

    async def array(self) -> PvSimulator:
        """What stands behind the DER."""
        return cast(PvSimulator, await self._instrument("pv_simulator"))

    async def bank(self) -> RlcLoad:
        """The load of islands."""
        return cast(RlcLoad, await self._instrument("rlc_load"))

    async def _instrument(self, kind: str) -> object:
        name = self._wiring.wired(kind)
        if name is None:
            raise NoInstrumentError(f"no {kind.replace('_', ' ')} is wired to {self.access.seat} in the lab config")
        return await self.station.instrument(name)

    # -- life ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[DerCalls]:
        """The DER generates at nominal voltage and frequency in full sun, with none of `ONE_AT_A_TIME` on; afterwards
        its settings, the grid and the sun are as they were.

        Raises NotRunningError, NoInstrumentError, and what driver and instruments raise.
        """
        await self.grid()
        await (await self.simulator()).set_output(True)
        async with self.access.calls() as inverter:
            rating = (await inverter.nameplate()).ratings.active_power_w or 0.0
            array = await self.array()
            await array.set_array(ARRAY_SHARE * rating, self.access.pixit("array_v", ARRAY_V))
            await array.set_output(True)
            await self.sun(1.0)
            before = await self._all_off(inverter)
            try:
                await self.wait_until_running(inverter)
                yield inverter
            finally:
                await self.grid()
                await self.sun(1.0)
                for setting in before:
                    await inverter.apply(setting)

    async def _all_off(self, inverter: DerCalls) -> list[Setting]:
        offered, changed = await inverter.functions(), []
        for kind in ONE_AT_A_TIME:
            if kind in offered:
                setting: Any = await inverter.read(kind)
                if setting.enabled:
                    changed.append(setting)
                    await inverter.apply(replace(setting, enabled=False))
        return changed

    async def wait_until_running(self, inverter: DerCalls) -> None:
        """Until it feeds in and the ramp of entering service is over. Raises NotRunningError."""
        rating = (await inverter.nameplate()).ratings.active_power_w or 0.0
        last = -1.0
        for _ in range(round(_STARTING_S / _LOOKS_S)):
            now = (await self.generated()).active_w
            if now > _RUNNING_SHARE * rating and abs(now - last) < _RUNNING_SHARE * rating:
                return
            last = now
            await self.station.advance(_LOOKS_S)
        raise NotRunningError(f"{self.access.seat} does not feed in within {_STARTING_S:g} s at nominal grid")

    @asynccontextmanager
    async def with_setting(self, inverter: DerCalls, setting: Setting) -> AsyncIterator[None]:
        """``setting`` is in force; afterwards the one before is again."""
        before = await inverter.read(type(setting))
        await inverter.apply(setting)
        try:
            yield
        finally:
            await inverter.apply(before)

    # -- doing -----------------------------------------------------------------------------------------------------

    async def grid(self, voltage_pu: float | Sequence[float] = 1.0, frequency_hz: float | None = None) -> None:
        """Voltage of all phases, or of each, per unit of nominal; frequency, nominal without one."""
        nominal = self.access.nominal_v
        phases = [voltage_pu] * 3 if isinstance(voltage_pu, float | int) else list(voltage_pu)
        frequency = self.access.nominal_hz if frequency_hz is None else frequency_hz
        balanced = GridPoint.balanced(nominal, frequency)
        await self.put(replace(balanced, voltages_v=tuple(share * nominal for share in phases)))

    async def put(self, point: GridPoint) -> None:
        """The grid is at ``point``."""
        await (await self.simulator()).set_grid(point)
        self.grid_now = point

    async def sun(self, share: float) -> None:
        """Irradiance as a share of 1000 W/m2."""
        await (await self.array()).set_irradiance(share * FULL_SUN)

    async def wait(self, seconds: float) -> None:
        """Let station time pass."""
        await self.station.advance(seconds)

    # -- seeing ----------------------------------------------------------------------------------------------------

    async def generated(self) -> Generated:
        """What the witness sees now."""
        analyser = await self.analyser()
        phases = await analyser.phases()
        frequency = await analyser.frequency()
        return Generated(
            active_w=-sum(phase.active_power.value for phase in phases),
            reactive_var=-sum(phase.reactive_power.value for phase in phases),
            active_u=math.hypot(*(phase.active_power.standard_uncertainty for phase in phases)),
            reactive_u=math.hypot(*(phase.reactive_power.standard_uncertainty for phase in phases)),
            voltage_v=sum(phase.voltage.value for phase in phases) / len(phases),
            frequency_hz=frequency.value,
        )

    async def played(self, segments: Sequence[GridSegment], after_s: float = 0.0) -> Trace:
        """What the witness saw of a profile of the grid, from its second segment on, and ``after_s`` longer."""
        simulator, analyser = await self.simulator(), await self.analyser()
        await simulator.load_profile(segments)
        await analyser.start_power_log()
        started = await simulator.start_profile()
        ends = started + sum(segment.duration_s for segment in segments) + after_s
        await self.station.advance(ends - self.station.clock.now())
        trace = Trace(await analyser.power_log(), started + segments[0].duration_s)
        await simulator.stop_profile()
        await self.put(self.grid_now)
        return trace

    async def traced(self, change: Callable[[], Awaitable[object]], seconds: float) -> Trace:
        """What the witness saw from shortly before ``change`` until ``seconds`` after it began.

        A change that was given for a time to come returns that time.
        """
        analyser = await self.analyser()
        await analyser.start_power_log()
        began = self.station.clock.now()
        given_for = await change()
        began = given_for if isinstance(given_for, float) else began
        left = began + seconds - self.station.clock.now()
        if left > 0:
            await self.station.advance(left)
        return Trace(await analyser.power_log(), began)
