"""Type tests of trips: beyond a threshold the supply ends within its clearing time, short of it does not end."""

from __future__ import annotations

from dataclasses import replace

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.disturbances import TripPoint, frequency_margin_hz, latest_s, points_of, voltage_margin_pu
from bench.der.expected import told
from bench.keywords.der_type_test import DerTypeTest
from drivers.der import HighFrequencyTrip, HighVoltageTrip, LowFrequencyTrip, LowVoltageTrip
from drivers.scpi.grid import GridPoint, hold

ENDED, IN_TIME, STAYED_IN = (
    "the supply ends beyond the threshold, and does not begin again",
    "time until the supply has ended",
    "the supply goes on short of the threshold",
)
TripKind = type[LowVoltageTrip | HighVoltageTrip | LowFrequencyTrip | HighFrequencyTrip]
_KINDS: dict[str, TripKind] = {
    "low voltage": LowVoltageTrip,
    "high voltage": HighVoltageTrip,
    "low frequency": LowFrequencyTrip,
    "high frequency": HighFrequencyTrip,
}
_DEAD_SHARE = 0.02
"""Of the rated current: below it the DER does not feed in."""
_BEFORE_S, _AFTER_S = 0.5, 5.0
_LONGER = 1.5


@library(scope="TEST", auto_keywords=False)
class DerTrips(DerTypeTest):
    """Every must-trip point that the DER tells, on both sides of its threshold."""

    @keyword("The Grid Passes Each Threshold Of")
    def pass_thresholds(self, kind: str) -> None:
        """Beyond it until the clearing time is over, and short of it for half as long again.

        | =Argument= | =Meaning= |
        | kind | ``low voltage``, ``high voltage``, ``low frequency`` or ``high frequency`` |

        Example: | The Grid Passes Each Threshold Of | low voltage |
        """
        self.run(self._pass_thresholds(_KINDS[kind]))

    async def _pass_thresholds(self, kind: TripKind) -> None:
        async with self.rig.running() as der:
            for point in points_of(await der.read(kind)):
                await self._short_of(der, kind, point)
                await self._beyond(der, kind, point)

    async def _beyond(self, der: DerCalls, kind: TripKind, point: TripPoint) -> None:
        rated_a = told((await der.nameplate()).ratings.current_a, "its rated current")
        latest = latest_s(point.clearing_s, self.access.nominal_hz)
        there, what = self._grid_at(kind, point, beyond=True)
        here = self.rig.grid_now
        # No longer than it may take: a DER that ceased for the moment feeds in again, one that has tripped does not.
        trace = await self.rig.played([hold(here, _BEFORE_S), hold(there, latest), hold(here, _AFTER_S)])
        ended = trace.ceased_after(_DEAD_SHARE * rated_a)
        self.recorder.observe(ENDED, ended is not None, what=what, source="power analyser")
        if ended is not None:
            self.recorder.observe(
                IN_TIME,
                round(ended, 4),
                unit="s",
                standard_uncertainty=trace.log.time_uncertainty_s,
                what=what,
                source="power analyser",
                expected=point.clearing_s,
                low=0.0,
                high=latest,
            )
        await self.rig.wait_until_running(der)

    async def _short_of(self, der: DerCalls, kind: TripKind, point: TripPoint) -> None:
        before = (await self.rig.generated()).active_w
        there, what = self._grid_at(kind, point, beyond=False)
        here, held = self.rig.grid_now, _LONGER * point.clearing_s
        trace = await self.rig.played([hold(here, _BEFORE_S), hold(there, held), hold(here, _AFTER_S)])
        on = trace.generated_w(held + _AFTER_S) > before / 2
        self.recorder.observe(STAYED_IN, on, what=what, source="power analyser")
        if not on:
            await self.rig.wait_until_running(der)

    def _grid_at(self, kind: TripKind, point: TripPoint, *, beyond: bool) -> tuple[GridPoint, str]:
        outwards = (1.0 if kind in (HighVoltageTrip, HighFrequencyTrip) else -1.0) * (1.0 if beyond else -1.0)
        where = "beyond" if beyond else "short of"
        if kind in (LowVoltageTrip, HighVoltageTrip):
            share = point.threshold / 100 + outwards * voltage_margin_pu()
            voltages = tuple(share * self.access.nominal_v for _ in self.rig.grid_now.voltages_v)
            return replace(self.rig.grid_now, voltages_v=voltages), f"{share:.3g} pu, {where} {point.threshold:g} %"
        frequency = point.threshold + outwards * frequency_margin_hz()
        return self.rig.grid_now.at(frequency), f"{frequency:.5g} Hz, {where} {point.threshold:g} Hz"

    @keyword("The Supply Ends In Time Beyond Each Threshold")
    def ends_in_time(self) -> None:
        """Within the clearing time and 1.5 times the accuracy of times.

        Example: | The Supply Ends In Time Beyond Each Threshold |
        """
        self.check("beyond each threshold the supply ends for good", "always", ENDED)
        self.in_band("it ends within the clearing time", IN_TIME)

    @keyword("The Supply Goes On Short Of Each Threshold")
    def goes_on(self) -> None:
        """For half as long again as the clearing time.

        Example: | The Supply Goes On Short Of Each Threshold |
        """
        self.check("short of each threshold the supply goes on", "always", STAYED_IN)
