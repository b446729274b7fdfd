"""Type tests of ride-through: voltage, frequency, its rate of change, jumps of the phase angle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.disturbances import (
    FREQUENCIES,
    HIGH_VOLTAGE,
    JUMP_DEG,
    LOW_VOLTAGE,
    RATE_HZ_PER_S,
    RESTORE_S,
    RESTORE_SHARE,
    SINGLE_PHASE_JUMP_DEG,
    Stay,
)
from bench.der.expected import told
from bench.der.trace import Trace
from bench.keywords.der_type_test import DerTypeTest
from drivers.scpi.grid import GridPoint, GridSegment, hold, ramp

FEEDING, IN_SERVICE, RESTORED = (
    "the DER feeds in during the disturbance",
    "the DER feeds in again after the disturbance",
    "time until 80 % of the power is there again",
)
_BEFORE_S, _AFTER_S, _SETTLE_S = 0.5, 5.0, 0.3
_LEAST_SHARE = 0.1
_RATE_EXCURSION_HZ = 1.0


@library(scope="TEST", auto_keywords=False)
class DerRideThrough(DerTypeTest):
    """Disturbances that the DER's abnormal category has to stand."""

    @keyword("The Voltage Leaves Its Normal Range")
    def leave_voltage(self, side: str) -> None:
        """For the ride-through times of the DER's category.

        | =Argument= | =Meaning= |
        | side | ``low`` or ``high`` |

        Example: | The Voltage Leaves Its Normal Range | low |
        """
        self.run(self._leave_voltage(LOW_VOLTAGE if side == "low" else HIGH_VOLTAGE))

    async def _leave_voltage(self, by_category: dict[str, tuple[Stay, ...]]) -> None:
        async with self.rig.running() as der:
            for stay in by_category[await self._category(der)]:
                there = replace(
                    self.rig.grid_now, voltages_v=tuple(stay.value * v for v in self.rig.grid_now.voltages_v)
                )
                await self._stand(der, there, stay, f"{stay.value:g} pu for {stay.seconds:g} s", timed=True)

    @keyword("The Frequency Leaves Its Normal Range")
    def leave_frequency(self) -> None:
        """To both sides, for 290 s of the 299 s that every category has to stand.

        Example: | The Frequency Leaves Its Normal Range |
        """
        self.run(self._leave_frequency())

    async def _leave_frequency(self) -> None:
        async with self.rig.running() as der:
            for stay in FREQUENCIES:
                there = self.rig.grid_now.at(stay.value)
                await self._stand(der, there, stay, f"{stay.value:g} Hz for {stay.seconds:g} s")

    @keyword("The Frequency Changes Quickly")
    def change_quickly(self) -> None:
        """By 1 Hz up and down, at the rate of the DER's category.

        Example: | The Frequency Changes Quickly |
        """
        self.run(self._change_quickly())

    async def _change_quickly(self) -> None:
        async with self.rig.running() as der:
            rate = RATE_HZ_PER_S[await self._category(der)]
            here = self.rig.grid_now
            for sign in (1.0, -1.0):
                far = here.at(self.access.nominal_hz + sign * _RATE_EXCURSION_HZ)
                segments = [
                    hold(here, _BEFORE_S),
                    ramp(here, to_hz=far.frequency_hz, rate_hz_per_s=rate),
                    hold(far, 1.0),
                    ramp(far, to_hz=here.frequency_hz, rate_hz_per_s=rate),
                    hold(here, _AFTER_S),
                ]
                await self._ride(der, segments, f"{sign * rate:+g} Hz/s", feeding=True)

    @keyword("The Phase Angle Jumps")
    def jump(self) -> None:
        """Of all phases by 20 degrees, and of each one by 60, ahead and back.

        Example: | The Phase Angle Jumps |
        """
        self.run(self._jump())

    async def _jump(self) -> None:
        async with self.rig.running() as der:
            here = self.rig.grid_now
            all_phases = here.shifted(JUMP_DEG)
            one_phase = replace(here, angles_deg=(here.angles_deg[0] + SINGLE_PHASE_JUMP_DEG, *here.angles_deg[1:]))
            await self._step_to(der, all_phases, f"all phases by {JUMP_DEG:g} degrees")
            await self._step_to(der, one_phase, f"one phase by {SINGLE_PHASE_JUMP_DEG:g} degrees")

    async def _step_to(self, der: DerCalls, there: GridPoint, what: str) -> None:
        """A list of the simulator moves all phases alike: jumps are single settings."""
        before, here = (await self.rig.generated()).active_w, self.rig.grid_now
        trace = await self.rig.traced(lambda: self.rig.put(there), _AFTER_S)
        back = await self.rig.traced(lambda: self.rig.put(here), _AFTER_S)
        self._record_during(trace, what, before, lasting_s=_AFTER_S, feeding=True)
        self._record_after(back.generated_w(_AFTER_S), what, before)
        await self._recover(der, back.generated_w(_AFTER_S), before)

    async def _stand(self, der: DerCalls, there: GridPoint, stay: Stay, what: str, *, timed: bool = False) -> None:
        here = self.rig.grid_now
        segments = [hold(here, _BEFORE_S), hold(there, stay.seconds), hold(here, _AFTER_S)]
        await self._ride(der, segments, what, feeding=stay.feeding, timed=timed)

    async def _ride(
        self, der: DerCalls, segments: Sequence[GridSegment], what: str, *, feeding: bool, timed: bool = False
    ) -> None:
        before = (await self.rig.generated()).active_w
        trace = await self.rig.played(segments)
        lasting = sum(segment.duration_s for segment in segments[1:-1])
        self._record_during(trace, what, before, lasting_s=lasting, feeding=feeding)
        after = trace.generated_w(lasting + _AFTER_S)
        self._record_after(after, what, before)
        if timed:
            restored = trace.restored_after(lasting, RESTORE_SHARE * before)
            self.recorder.observe(
                RESTORED,
                _AFTER_S if restored is None else round(restored, 4),
                unit="s",
                standard_uncertainty=trace.log.time_uncertainty_s,
                what=what,
                source="power analyser",
            )
        await self._recover(der, after, before)

    def _record_during(self, trace: Trace, what: str, before: float, *, lasting_s: float, feeding: bool) -> None:
        if feeding:
            least = trace.least_w(min(_SETTLE_S, lasting_s / 2), lasting_s - 1e-3)
            self.recorder.observe(
                FEEDING, least > _LEAST_SHARE * before, what=what, source="power analyser", least_w=round(least, 1)
            )

    def _record_after(self, after_w: float, what: str, before: float) -> None:
        self.recorder.observe(
            IN_SERVICE, after_w > before / 2, what=what, source="power analyser", after_w=round(after_w, 1)
        )

    async def _recover(self, der: DerCalls, after_w: float, before: float) -> None:
        if after_w <= RESTORE_SHARE * before:
            await self.rig.wait_until_running(der)

    async def _category(self, der: DerCalls) -> str:
        category = (await der.nameplate()).abnormal_category
        return category or str(told(None, "its category of abnormal operation"))

    @keyword("The DER Rides Through")
    def rides_through(self) -> None:
        """It feeds in during the disturbance where the category asks for it, and again after it.

        Example: | The DER Rides Through |
        """
        if any(one.series == FEEDING for one in self.recorder.observations):
            self.check("it feeds in during the disturbance", "always", FEEDING)
        self.check("it feeds in after the disturbance", "always", IN_SERVICE)

    @keyword("Power Is Restored In Time")
    def restored(self) -> None:
        """80 % of the power before within 0.4 s after the voltage is back.

        Example: | Power Is Restored In Time |
        """
        self.check("80 % of the power within 0.4 s", "at_most", RESTORED, limit=RESTORE_S)
