"""Type tests of volt-var: the curve (VV), its autonomous reference (VREF), unlike phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import along
from bench.der.expected import told, volt_var
from bench.keywords.der_type_test import ON_THE_WAY, REACTIVE, DerTypeTest, ninety_per_cent
from drivers.der import DerError, VoltVar

STEEP = ((95.0, 44.0), (97.0, 0.0), (103.0, 0.0), (105.0, -44.0))
"""A curve within the range of allowable settings with a wide dead band and steep flanks (IEEE 1547-2018, table 8)."""

_DEFAULT_STEPS, _MORE_DEFAULT_STEPS = (0.93, 1.05), (0.95, 0.99, 1.01, 1.07)
_STEEP_STEPS, _MORE_STEEP_STEPS = (0.985, 1.015, 1.04), (0.96, 1.06)
_IMBALANCES = ((1.07, 0.91, 0.91), (0.91, 1.07, 1.07))
_SUN = 0.6
_REFERENCE_STEP = 1.05
_REFERENCES_S = 8.0
"""Time constants of the autonomous reference after which it has followed."""


@library(scope="TEST", auto_keywords=False)
class DerVoltVar(DerTypeTest):
    """Volt-var at 60 % of sun, so that there is apparent power for both."""

    @keyword("The Voltage Moves Along Two Volt-Var Curves")
    def follow(self) -> None:
        """The curve in force and one with a wide dead band; a step to each voltage, logged for four response times.

        Example: | The Voltage Moves Along Two Volt-Var Curves |
        """
        self.run(self._follow())

    async def _follow(self) -> None:
        async with self.rig.running() as der:
            await self.rig.sun(_SUN)
            present = replace(await der.read(VoltVar), enabled=True, autonomous_reference=False)
            await self._steps(der, present, self.points(_DEFAULT_STEPS, _MORE_DEFAULT_STEPS), "curve in force")
            steep = replace(present, points=STEEP)
            await self._steps(der, steep, self.points(_STEEP_STEPS, _MORE_STEEP_STEPS), "wide dead band")

    async def _steps(self, der: DerCalls, setting: VoltVar, voltages: Sequence[float], name: str) -> None:
        async with self.rig.with_setting(der, setting):
            ratings = (await der.nameplate()).ratings
            accuracy, curve = self.power_accuracy(ratings), volt_var(setting, ratings)
            kinks = [voltage / 100 for voltage, _ in setting.points or ()]
            response_s = told(setting.response_time_s, "the response time of volt-var")
            for voltage in voltages:
                await self.rig.grid(1.0)
                await self.rig.wait(4 * response_s)
                before = (await self.rig.generated()).reactive_var
                trace = await self.rig.traced(partial(self.rig.grid, voltage), 4 * response_s)
                seen = await self.rig.generated()
                what = f"{name}, {voltage:g} pu"
                self.record_reactive(seen, along(curve, voltage, self.voltage_accuracy_pu, accuracy, kinks), what)
                way = ninety_per_cent(before, seen.reactive_var, accuracy)
                self.record_on_the_way(trace.injected_var(response_s), "var", seen.reactive_u, way, what)

    @keyword("The Voltage Stays High With An Autonomous Reference")
    def follow_reference(self) -> None:
        """Before the reference has moved the curve answers; eight time constants later the voltage is the reference.

        Example: | The Voltage Stays High With An Autonomous Reference |
        """
        self.run(self._follow_reference())

    async def _follow_reference(self) -> None:
        async with self.rig.running() as der:
            await self.rig.sun(_SUN)
            present = await der.read(VoltVar)
            setting = replace(present, enabled=True, autonomous_reference=True, autonomous_reference_s=300.0)
            try:
                async with self.rig.with_setting(der, setting):
                    await self._watch_reference(der, setting)
            except DerError as error:
                self.recorder.could_not_look(REACTIVE, str(error))

    async def _watch_reference(self, der: DerCalls, setting: VoltVar) -> None:
        ratings = (await der.nameplate()).ratings
        accuracy = self.power_accuracy(ratings)
        constant_s = told(setting.autonomous_reference_s, "the time constant of its reference")
        response_s = told(setting.response_time_s, "the response time of volt-var")
        await self.rig.wait(_REFERENCES_S * constant_s)
        await self.rig.grid(_REFERENCE_STEP)
        await self.rig.wait(2 * response_s)
        seen = await self.rig.generated()
        at_once = volt_var(setting, ratings)
        self.record_reactive(
            seen, along(at_once, _REFERENCE_STEP, self.voltage_accuracy_pu, accuracy), "reference not yet moved"
        )
        await self.rig.wait(_REFERENCES_S * constant_s)
        seen = await self.rig.generated()
        moved = volt_var(setting, ratings, _REFERENCE_STEP)
        self.record_reactive(
            seen, along(moved, _REFERENCE_STEP, self.voltage_accuracy_pu, accuracy), "reference has followed"
        )

    @keyword("The Phases Have Unlike Voltages")
    def imbalance(self) -> None:
        """Two cases of three unlike phases; the curve is expected to answer to their mean.

        Example: | The Phases Have Unlike Voltages |
        """
        self.run(self._imbalance())

    async def _imbalance(self) -> None:
        async with self.rig.running() as der:
            await self.rig.sun(_SUN)
            setting = replace(await der.read(VoltVar), enabled=True, autonomous_reference=False)
            async with self.rig.with_setting(der, setting):
                ratings = (await der.nameplate()).ratings
                accuracy, curve = self.power_accuracy(ratings), volt_var(setting, ratings)
                kinks = [voltage / 100 for voltage, _ in setting.points or ()]
                response_s = told(setting.response_time_s, "the response time of volt-var")
                for phases in _IMBALANCES:
                    await self.rig.grid(phases)
                    await self.rig.wait(4 * response_s)
                    seen = await self.rig.generated()
                    mean = sum(phases) / 3
                    band = along(curve, mean, self.voltage_accuracy_pu, accuracy, kinks)
                    self.record_reactive(seen, band, f"phases {phases}, mean {mean:.4g} pu")

    @keyword("Volt-Var Is Within The Band")
    def in_the_band(self) -> None:
        """Each reading at rest.

        Example: | Volt-Var Is Within The Band |
        """
        self.in_band("reactive power settles on the volt-var curve", REACTIVE)

    @keyword("Volt-Var Is Quick Enough")
    def quick_enough(self) -> None:
        """Ninety per cent of each step after one open-loop response time.

        Example: | Volt-Var Is Quick Enough |
        """
        self.in_band("90 % of each step after one open-loop response time", ON_THE_WAY)
