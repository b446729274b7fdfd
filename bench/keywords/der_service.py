"""Type tests of entering service (ES) and of unintentional islanding (UI)."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import around, duration_accuracy_s
from bench.der.expected import told
from bench.keywords.der_type_test import ACTIVE, DerTypeTest
from drivers.der import EnterService
from drivers.scpi.circuit import Circuit

BARRED, ENTERED, ISLANDED = (
    "the DER stays out of service outside the band",
    "time until it feeds in",
    "time until the island's supply has ended",
)
_DEAD_SHARE = 0.02
_LOOK_S = 1.0
ISLAND_LIMIT_S = 2.0
"""Clause 8.1.1 (general knowledge, not checked: unverified)."""
_ISLAND_WATCHED_S = 4.0
_ISLAND_SUNS, _MORE_ISLAND_SUNS = (0.5,), (0.25, 0.8)


@library(scope="TEST", auto_keywords=False)
class DerService(DerTypeTest):
    """When the DER begins and ends to feed in, by itself."""

    @keyword("The Grid Comes Back, First Outside The Band")
    def comes_back(self) -> None:
        """Each limit of the band is passed for longer than the delay; then the grid is nominal: delay and ramp run.

        Example: | The Grid Comes Back, First Outside The Band |
        """
        self.run(self._comes_back())

    async def _comes_back(self) -> None:
        async with self.rig.running() as der:
            setting = await der.read(EnterService)
            delay_s = told(setting.delay_s, "its enter service delay")
            ramp_s = told(setting.ramp_s, "its enter service ramp")
            await self._outage()
            for what, voltage, frequency in self._outside(setting):
                await self.rig.grid(voltage, frequency)
                await self.rig.wait(1.2 * delay_s)
                seen = await self.rig.generated()
                rating = told((await der.nameplate()).ratings.active_power_w, "its active power")
                out = seen.active_w < _DEAD_SHARE * rating
                self.recorder.observe(BARRED, out, what=what, source="power analyser")
            await self._enter(der, delay_s, ramp_s)

    def _outside(self, setting: EnterService) -> list[tuple[str, float, float]]:
        """Grids just outside the band, by 1.5 times the accuracy and a little more."""
        nominal_hz = self.access.nominal_hz
        low_v = told(setting.voltage_low_percent, "the band of entering service") / 100 - 0.02
        high_v = told(setting.voltage_high_percent, "the band of entering service") / 100 + 0.02
        low_hz = told(setting.frequency_low_hz, "the band of entering service") - 0.05
        high_hz = told(setting.frequency_high_hz, "the band of entering service") + 0.05
        return [
            (f"{low_v:.3g} pu", low_v, nominal_hz),
            (f"{high_v:.3g} pu", high_v, nominal_hz),
            (f"{low_hz:g} Hz", 1.0, low_hz),
            (f"{high_hz:g} Hz", 1.0, high_hz),
        ]

    async def _outage(self) -> None:
        simulator = await self.rig.simulator()
        await simulator.set_output(False)
        await self.rig.wait(5.0)
        await self.rig.grid(0.8)
        await simulator.set_output(True)

    async def _enter(self, der: DerCalls, delay_s: float, ramp_s: float) -> None:
        ratings = (await der.nameplate()).ratings
        rating, rated_a = told(ratings.active_power_w, "its active power"), told(ratings.current_a, "its current")
        trace = await self.rig.traced(self.rig.grid, 1.2 * delay_s + 1.1 * ramp_s)
        first = trace.log.first_time(lambda point: max(point.currents_a) > _DEAD_SHARE * rated_a, trace.began)
        if first is None:
            self.recorder.observe(ENTERED, 1.2 * delay_s + 1.1 * ramp_s, unit="s", low=0.0, high=1.0, what="never")
            return
        began_s = first - trace.began
        time_accuracy = duration_accuracy_s(delay_s, self.access.nominal_hz)
        # what flows first is 2 % of the rating, which the ramp reaches some seconds after the delay
        band = around(delay_s + _DEAD_SHARE * ramp_s, time_accuracy).widened(_DEAD_SHARE * ramp_s + _LOOK_S)
        self.recorder.observe(
            ENTERED,
            round(began_s, 3),
            unit="s",
            standard_uncertainty=trace.log.time_uncertainty_s,
            what="from nominal grid",
            source="power analyser",
            expected=band.expected,
            low=band.low,
            high=band.high,
        )
        accuracy, seen = self.power_accuracy(ratings), await self.rig.generated()
        for share in (0.25, 0.5, 0.75):
            at_s = delay_s + share * ramp_s
            self._record(
                ACTIVE,
                trace.generated_w(at_s),
                "W",
                seen.active_u,
                around(share * rating, accuracy),
                f"{share:.0%} of the ramp",
            )
        self.record_active(seen, around(rating, accuracy), "after the ramp")

    @keyword("The DER Stays Out Until The Grid Is In The Band")
    def stays_out(self) -> None:
        """At each limit of the band.

        Example: | The DER Stays Out Until The Grid Is In The Band |
        """
        self.check("outside the band it stays out of service", "always", BARRED)

    @keyword("It Enters Service After The Delay By The Ramp")
    def enters(self) -> None:
        """The delay, and active power at three points of the ramp and after it.

        Example: | It Enters Service After The Delay By The Ramp |
        """
        self.in_band("it feeds in after the delay", ENTERED)
        self.in_band("active power follows the ramp", ACTIVE)

    @keyword("The Grid Is Lost With A Load That Matches")
    def lose_grid(self) -> None:
        """A load of quality factor 1 in resonance at nominal frequency that takes just what the DER generates.

        Example: | The Grid Is Lost With A Load That Matches |
        """
        self.run(self._lose_grid())

    async def _lose_grid(self) -> None:
        for sun in self.points(_ISLAND_SUNS, _MORE_ISLAND_SUNS):
            async with self.rig.running() as der:
                await self.rig.sun(sun)
                await self.rig.wait(30.0)
                await self._island(der, f"{sun:.0%} of sun")

    async def _island(self, der: DerCalls, what: str) -> None:
        bank, simulator = await self.rig.bank(), await self.rig.simulator()
        rated_a = told((await der.nameplate()).ratings.current_a, "its current")
        generated = (await self.rig.generated()).active_w
        circuit = Circuit.tuned(generated / 3, self.access.nominal_v, self.access.nominal_hz, 1.0)
        await bank.set_circuits([circuit] * 3)
        await bank.set_input(True)
        try:
            await self.rig.wait(5.0)
            trace = await self.rig.traced(lambda: simulator.set_output(False), _ISLAND_WATCHED_S)
            ended = trace.ceased_after(_DEAD_SHARE * rated_a)
            self.recorder.observe(
                ISLANDED,
                _ISLAND_WATCHED_S if ended is None else round(ended, 4),
                unit="s",
                standard_uncertainty=trace.log.time_uncertainty_s,
                what=what,
                source="power analyser",
            )
        finally:
            await bank.set_input(False)
            await self.rig.grid()
            await simulator.set_output(True)

    @keyword("The Supply Has Ended Within Two Seconds")
    def ended(self) -> None:
        """By the witness's current.

        Example: | The Supply Has Ended Within Two Seconds |
        """
        self.check("the island is no longer supplied", "at_most", ISLANDED, limit=ISLAND_LIMIT_S)
