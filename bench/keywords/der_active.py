"""Type tests of the active power functions: limit (LAP) and volt-watt (VW)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from robot.api.deco import keyword, library

from bench.der.bands import along, around
from bench.der.expected import told, volt_watt
from bench.keywords.der_type_test import ACTIVE, ON_THE_WAY, DerTypeTest, ninety_per_cent
from drivers.der import LimitActivePower, VoltWatt

_LIMITS, _MORE_LIMITS = (50.0, 33.0), (20.0, 10.0)
_SUNS, _VOLTAGES, _MORE_VOLTAGES = (1.0, 0.6), (1.0,), (0.95, 1.04)
_LIMIT_SETTLES_S = 30.0
_VOLT_WATT, _MORE_VOLT_WATT = (1.07, 1.08, 1.095), (1.065, 1.075, 1.085, 1.10)


@library(scope="TEST", auto_keywords=False)
class DerActivePower(DerTypeTest):
    """Limits and volt-watt, with the witness's power."""

    @keyword("Active Power Is Limited")
    def limit(self) -> None:
        """To several percentages, in full sun and in less of it, at several voltages; 30 s are given to each.

        Example: | Active Power Is Limited |
        """
        self.run(self._limit())

    async def _limit(self) -> None:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            rating = told(ratings.active_power_w, "its active power")
            for sun in self.points(_SUNS):
                await self.rig.sun(sun)
                await self.rig.wait(_LIMIT_SETTLES_S)
                for voltage in self.points(_VOLTAGES, _MORE_VOLTAGES):
                    await self.rig.grid(voltage)
                    for percent in self.points(_LIMITS, _MORE_LIMITS):
                        async with self.rig.with_setting(der, LimitActivePower(True, percent)):
                            await self.rig.wait(_LIMIT_SETTLES_S)
                            seen = await self.rig.generated()
                        band = around(percent / 100 * rating, self.power_accuracy(ratings))
                        self.record_active(seen, band, f"limit {percent:g} %, sun {sun:.0%}, {voltage:g} pu")

    @keyword("The Voltage Rises Along The Volt-Watt Curve")
    def follow_volt_watt(self) -> None:
        """A step to each voltage, with the witness's log until four open-loop response times after it.

        Example: | The Voltage Rises Along The Volt-Watt Curve |
        """
        self.run(self._follow_volt_watt())

    async def _follow_volt_watt(self) -> None:
        async with self.rig.running() as der:
            setting = replace(await der.read(VoltWatt), enabled=True)
            async with self.rig.with_setting(der, setting):
                ratings = (await der.nameplate()).ratings
                accuracy = self.power_accuracy(ratings)
                curve = volt_watt(setting, ratings)
                response_s = told(setting.response_time_s, "the response time of volt-watt")
                kinks = [voltage / 100 for voltage, _ in setting.points or ()]
                for voltage in self.points(_VOLT_WATT, _MORE_VOLT_WATT):
                    await self.rig.grid(1.0)
                    await self.rig.wait(4 * response_s)
                    before = (await self.rig.generated()).active_w
                    trace = await self.rig.traced(partial(self.rig.grid, voltage), 4 * response_s)
                    seen = await self.rig.generated()
                    what = f"at {voltage:g} pu"
                    self.record_active(seen, along(curve, voltage, self.voltage_accuracy_pu, accuracy, kinks), what)
                    way = ninety_per_cent(before, seen.active_w, accuracy)
                    self.record_on_the_way(trace.generated_w(response_s), "W", seen.active_u, way, what)

    @keyword("Active Power Is Within The Band")
    def active_in_band(self) -> None:
        """Each reading at rest.

        Example: | Active Power Is Within The Band |
        """
        self.in_band("active power settles within the band", ACTIVE)

    @keyword("The Response Is Quick Enough")
    def quick_enough(self) -> None:
        """Ninety per cent of each step after one open-loop response time.

        Example: | The Response Is Quick Enough |
        """
        self.in_band("90 % of each step after one open-loop response time", ON_THE_WAY)
