"""Type tests of the reactive power functions: CPF, CRP, WV and priority."""

from __future__ import annotations

import math
from dataclasses import replace

from robot.api.deco import keyword, library

from bench.der.bands import along, around
from bench.der.expected import base_var, power_factor, told, watt_var
from bench.keywords.der_type_test import ACTIVE, REACTIVE, DerTypeTest
from drivers.der import ConstantPowerFactor, ConstantReactivePower, Excitation, Priority, WattVar

_SETTLES_S = 60.0
_SUNS, _MORE_SUNS = (0.2, 0.6), (0.4, 0.8)
_FACTORS, _MORE_FACTORS = (0.90,), (0.95,)
_SHARES, _MORE_SHARES = (44.0, -44.0), (22.0, -22.0)
_WATT_VAR_SUNS, _MORE_WATT_VAR_SUNS = (0.3, 0.55, 0.75), (0.45, 0.65)


@library(scope="TEST", auto_keywords=False)
class DerReactivePower(DerTypeTest):
    """Constant power factor, constant reactive power, watt-var; each settles for 60 s."""

    @keyword("The Power Factor Is Held In Changing Sun")
    def hold_power_factor(self) -> None:
        """Over-excited and under-excited, at several levels of active power.

        Example: | The Power Factor Is Held In Changing Sun |
        """
        self.run(self._hold_power_factor())

    async def _hold_power_factor(self) -> None:
        async with self.rig.running() as der:
            accuracy = self.power_accuracy((await der.nameplate()).ratings)
            for value in self.points(_FACTORS, _MORE_FACTORS):
                for excitation in Excitation:
                    async with self.rig.with_setting(der, ConstantPowerFactor(True, value, excitation)):
                        for sun in self.points(_SUNS, _MORE_SUNS):
                            await self.rig.sun(sun)
                            await self.rig.wait(_SETTLES_S)
                            seen = await self.rig.generated()
                            band = along(power_factor(value, excitation), seen.active_w, accuracy, accuracy)
                            self.record_reactive(seen, band, f"{value:g} {excitation.value}, sun {sun:.0%}")

    @keyword("A Reactive Power Is Held In Changing Sun")
    def hold_reactive_power(self) -> None:
        """Injected and absorbed, at several levels of active power. The band here is 1.0 times the accuracy wide.

        Example: | A Reactive Power Is Held In Changing Sun |
        """
        self.run(self._hold_reactive_power())

    async def _hold_reactive_power(self) -> None:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            base = (await der.read(ConstantReactivePower)).base
            for percent in self.points(_SHARES, _MORE_SHARES):
                setting = ConstantReactivePower(True, percent, base, Priority.REACTIVE)
                async with self.rig.with_setting(der, setting):
                    expected = percent / 100 * base_var(base, ratings)
                    for sun in self.points(_SUNS, _MORE_SUNS):
                        await self.rig.sun(sun)
                        await self.rig.wait(_SETTLES_S)
                        seen = await self.rig.generated()
                        band = around(expected, self.power_accuracy(ratings), factor=1.0)
                        self.record_reactive(seen, band, f"{percent:+g} %, sun {sun:.0%}")

    @keyword("Active Power Changes Along The Watt-Var Curve")
    def follow_watt_var(self) -> None:
        """By the sun; the reactive power that goes with the active power that the witness sees.

        Example: | Active Power Changes Along The Watt-Var Curve |
        """
        self.run(self._follow_watt_var())

    async def _follow_watt_var(self) -> None:
        async with self.rig.running() as der:
            setting = replace(await der.read(WattVar), enabled=True)
            async with self.rig.with_setting(der, setting):
                ratings = (await der.nameplate()).ratings
                accuracy, rating = self.power_accuracy(ratings), told(ratings.active_power_w, "its active power")
                curve = watt_var(setting, ratings)
                kinks = [power / 100 * rating for power, _ in setting.points or ()]
                for sun in self.points(_WATT_VAR_SUNS, _MORE_WATT_VAR_SUNS):
                    await self.rig.sun(sun)
                    await self.rig.wait(_SETTLES_S)
                    seen = await self.rig.generated()
                    self.record_reactive(seen, along(curve, seen.active_w, accuracy, accuracy, kinks), f"sun {sun:.0%}")

    @keyword("Reactive Power Has Priority At Full Power")
    def give_priority(self) -> None:
        """Full sun and 44 % of reactive power, injected and absorbed.

        Example: | Reactive Power Has Priority At Full Power |
        """
        self.run(self._give_priority())

    async def _give_priority(self) -> None:
        async with self.rig.running() as der:
            ratings = (await der.nameplate()).ratings
            apparent = told(ratings.apparent_power_va, "its apparent power")
            rating = told(ratings.active_power_w, "its active power")
            accuracy = self.power_accuracy(ratings)
            base = (await der.read(ConstantReactivePower)).base
            for percent in _SHARES:
                async with self.rig.with_setting(der, ConstantReactivePower(True, percent, base, Priority.REACTIVE)):
                    await self.rig.wait(_SETTLES_S)
                    seen = await self.rig.generated()
                    reactive = percent / 100 * base_var(base, ratings)
                    active = min(rating, math.sqrt(apparent**2 - reactive**2))
                    self.record_reactive(seen, around(reactive, accuracy), f"{percent:+g} %")
                    self.record_active(seen, around(active, accuracy), f"{percent:+g} %")

    @keyword("Reactive Power Is Within The Band")
    def reactive_in_band(self) -> None:
        """Each reading at rest.

        Example: | Reactive Power Is Within The Band |
        """
        self.in_band("reactive power settles within the band", REACTIVE)

    @keyword("Active Power Gives Way")
    def active_gives_way(self) -> None:
        """What apparent power leaves.

        Example: | Active Power Gives Way |
        """
        self.in_band("active power gives way to reactive power", ACTIVE)
