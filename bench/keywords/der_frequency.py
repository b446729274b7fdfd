"""Type tests of the frequency droop: above nominal (FW_OVER) and below (FW_UNDER)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import along
from bench.der.expected import droop, told
from bench.keywords.der_type_test import ACTIVE, ON_THE_WAY, DerTypeTest, ninety_per_cent
from drivers.der import FrequencyDroop, SetActivePower

_ABOVE_HZ, _MORE_ABOVE_HZ = (0.5, 1.0), (0.03, 0.25, 0.75)
_BELOW_HZ, _MORE_BELOW_HZ = (0.5, 1.0), (0.03, 0.25, 0.75)
_HALF = 50.0
_SETTLES_S = 30.0


@library(scope="TEST", auto_keywords=False)
class DerFrequency(DerTypeTest):
    """Steps of the frequency within what the DER does not trip at."""

    @keyword("The Frequency Rises And Comes Back")
    def rise(self) -> None:
        """From full power, step by step, each from nominal and back.

        Example: | The Frequency Rises And Comes Back |
        """
        self.run(self._rise())

    async def _rise(self) -> None:
        async with self.rig.running() as der:
            await self._steps(der, list(self.points(_ABOVE_HZ, _MORE_ABOVE_HZ)))

    @keyword("The Frequency Falls While Half Of The Power Is Used")
    def fall(self) -> None:
        """With a set-point of half the power in full sun, so that there is power to give.

        Example: | The Frequency Falls While Half Of The Power Is Used |
        """
        self.run(self._fall())

    async def _fall(self) -> None:
        async with self.rig.running() as der, self.rig.with_setting(der, SetActivePower(True, power_percent=_HALF)):
            await self.rig.wait(_SETTLES_S)
            await self._steps(der, [-offset for offset in self.points(_BELOW_HZ, _MORE_BELOW_HZ)])

    async def _steps(self, der: DerCalls, offsets: list[float]) -> None:
        setting = replace(await der.read(FrequencyDroop), enabled=True)
        async with self.rig.with_setting(der, setting):
            ratings = (await der.nameplate()).ratings
            accuracy = self.power_accuracy(ratings)
            nominal_hz, response_s = self.access.nominal_hz, told(setting.response_time_s, "the droop's response time")
            available_w = told(ratings.active_power_w, "its active power")
            kinks = [nominal_hz + (setting.dead_band_over_hz or 0.0), nominal_hz - (setting.dead_band_under_hz or 0.0)]
            for offset in offsets:
                await self.rig.grid()
                await self.rig.wait(6 * response_s)
                before = (await self.rig.generated()).active_w
                curve = droop(setting, ratings, nominal_hz, before, available_w)
                frequency = nominal_hz + offset
                trace = await self.rig.traced(partial(self.rig.grid, 1.0, frequency), 4 * response_s)
                seen = await self.rig.generated()
                what = f"at {frequency:g} Hz"
                self.record_active(seen, along(curve, frequency, self.frequency_accuracy_hz, accuracy, kinks), what)
                way = ninety_per_cent(before, seen.active_w, accuracy)
                self.record_on_the_way(trace.generated_w(response_s), "W", seen.active_u, way, what)
            await self.rig.grid()
            await self.rig.wait(6 * response_s)
            back = await self.rig.generated()
            self.record_active(
                back, along(curve, nominal_hz, self.frequency_accuracy_hz, accuracy, kinks), "back again"
            )

    @keyword("Active Power Follows The Droop")
    def follows(self) -> None:
        """Each reading at rest.

        Example: | Active Power Follows The Droop |
        """
        self.in_band("active power settles on the droop", ACTIVE)

    @keyword("The Droop Is Quick Enough")
    def quick_enough(self) -> None:
        """Ninety per cent of each step after one open-loop response time.

        Example: | The Droop Is Quick Enough |
        """
        self.in_band("90 % of each step after one open-loop response time", ON_THE_WAY)
