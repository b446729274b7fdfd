"""Keywords of 4.3.1 on AMI-43: what a storage tells of itself, and how it goes from discharging to charging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.der import DerAccess, DerCalls
from bench.der.bands import POWER_PU, around
from bench.der.expected import told
from bench.der.scene import DerScene
from bench.der.trace import Trace
from bench.keywords.der_type_test import ACTIVE, DerTypeTest
from drivers.der import DerMeasurements, SetActivePower

OVERSHOOT, CROSSED = "power beyond either end of the change", "how often power changed its direction"
JUMP, BACKWARDS = "largest step of the log across zero", "power that went back on its way"
TOLD_W, TOLD_VAR, TOLD_CHARGE = "active power as told", "reactive power as told", "state of charge moved as the energy"
AGE = "age of what is told"
_PERCENT = 80.0
_SETTLES_S, _LASTING_S, _LOOK_S = 120.0, 600.0, 1.0
_NEAR_ZERO_PU = 0.01
"""Below this the witness cannot tell a direction: five times its uncertainty in the range of the rating."""
_LOSSES = 0.15
"""Of the energy at the terminals, so much may not reach the cells (or the other way round)."""
_GUARD_S = 3600.0
_MOST_PERCENT = 5.0


@library(scope="TEST", auto_keywords=False)
class Storage(DerTypeTest):
    """A storage with a power analyser, in the place of the row's DER."""

    @cached_property
    def storage(self) -> DerAccess:
        """The first DER of the station that can charge, by its declared ratings. Without one the test is skipped."""
        lab, own = self.station.lab, self.station.lab.seat(self.seat)
        for name, seat in lab.seats.items():
            if seat.actor == own.actor and seat.speaks(self.session.planned.link):
                access = DerAccess(self.station, name, self.session.planned.link)
                if access.pixit("sunspec", {}).get("ratings", {}).get("charge_w"):
                    return access
        raise SkipExecution("no DER of the station is declared with a charging power")

    @cached_property
    def site(self) -> DerScene:
        """It and its witness."""
        return DerScene(self.storage)

    async def _rating(self, der: DerCalls) -> float:
        return told((await der.nameplate()).ratings.active_power_w, "its active power")

    @keyword("The Storage Goes From Discharging To Charging And Back")
    def cross(self) -> None:
        """80 % of its power each way, logged for two minutes.

        Example: | The Storage Goes From Discharging To Charging And Back |
        """
        self.run(self._cross(), _GUARD_S)

    async def _cross(self) -> None:
        der = DerCalls(self.storage)
        rating = await self._rating(der)
        before = await der.read(SetActivePower)
        try:
            await der.apply(SetActivePower(True, power_percent=_PERCENT))
            await self.site.wait(_SETTLES_S)
            for percent, what in ((-_PERCENT, "to charging"), (_PERCENT, "to discharging")):
                await self._change(der, percent, what, rating)
        finally:
            await der.apply(SetActivePower(False, before.power_w, before.power_percent))

    async def _change(self, der: DerCalls, percent: float, what: str, rating: float) -> None:
        start = (await self.site.generated()).active_w
        change = SetActivePower(True, power_percent=percent)
        trace = await self.site.traced(lambda: der.apply(change), _SETTLES_S)
        seen = await self.site.generated()
        self.record_active(seen, around(percent / 100 * rating, POWER_PU * rating), what)
        self._record_way(trace, start, seen.active_w, rating, what)

    def _record_way(self, trace: Trace, start: float, end: float, rating: float, what: str) -> None:
        powers = [watts for at, watts, _var in trace.points() if at >= 0.0]
        low, high = min(start, end), max(start, end)
        beyond = max([0.0, *(max(low - watts, watts - high) for watts in powers)])
        self.recorder.observe(
            OVERSHOOT, beyond / abs(end - start) * 100, unit="%", what=what, source="power analyser", points=len(powers)
        )
        signs = [watts > 0.0 for watts in powers if abs(watts) > _NEAR_ZERO_PU * rating]
        changes = sum(one != other for one, other in pairwise(signs))
        self.recorder.observe(CROSSED, changes, what=what, source="power analyser")
        across = [abs(one - other) for one, other in pairwise(powers) if one * other <= 0.0 and one != other]
        self._record_share(JUMP, max(across, default=abs(end - start)), start, end, what)
        self._record_share(BACKWARDS, _backwards(powers, end < start), start, end, what)

    def _record_share(self, series: str, watts: float, start: float, end: float, what: str) -> None:
        share = watts / abs(end - start) * 100
        self.recorder.observe(series, round(share, 3), unit="%", what=what, source="power analyser")

    @keyword("The Storage Is Watched While It Works")
    def watch(self) -> None:
        """Ten minutes of discharging, then of charging: what it tells against what the analyser sees, how old that is
        after a change, and its state of charge against the energy.

        Example: | The Storage Is Watched While It Works |
        """
        self.run(self._watch(), _GUARD_S)

    async def _watch(self) -> None:
        der = DerCalls(self.storage)
        rating = await self._rating(der)
        try:
            for percent, what in ((_PERCENT, "discharging"), (-_PERCENT, "charging")):
                await der.apply(SetActivePower(True, power_percent=percent))
                await self._record_age(der, percent / 100 * rating, rating, what)
                await self._record_told(der, rating, what)
        finally:
            await der.apply(SetActivePower(False))

    async def _record_age(self, der: DerCalls, expected: float, rating: float, what: str) -> None:
        """From what the analyser sees to what the storage tells."""
        near = POWER_PU * rating
        seen_at = told_at = None
        began = self.clock.now()
        while told_at is None and self.clock.now() < began + _SETTLES_S:
            if seen_at is None and abs((await self.site.generated()).active_w - expected) < near:
                seen_at = self.clock.now()
            told_w = (await der.measurements()).active_power_w
            if seen_at is not None and told_w is not None and abs(told_w - expected) < near:
                told_at = self.clock.now()
            await self.site.wait(_LOOK_S)
        if seen_at is None or told_at is None:
            self.recorder.could_not_look(AGE, f"{what}: the change was never told")
        else:
            self.recorder.observe_duration(AGE, told_at - seen_at + _LOOK_S, what=what)

    async def _record_told(self, der: DerCalls, rating: float, what: str) -> None:
        first, began = await der.measurements(), self.clock.now()
        await self.site.wait(_LASTING_S)
        last, seen = await der.measurements(), await self.site.generated()
        for series, value, reference in (
            (TOLD_W, last.active_power_w, seen.active_w),
            (TOLD_VAR, last.reactive_power_var, seen.reactive_var),
        ):
            band = around(reference, POWER_PU * rating, factor=1.0)
            self._record(series, told(value, series), "W" if series == TOLD_W else "var", seen.active_u, band, what)
        energy_wh = seen.active_w * (self.clock.now() - began) / 3600.0
        self._record_charge(first, last, energy_wh, what)

    def _record_charge(self, first: DerMeasurements, last: DerMeasurements, energy_wh: float, what: str) -> None:
        capacity_wh = float(self.storage.pixit("x_capacity_wh", 0.0))
        charges = first.state_of_charge_percent, last.state_of_charge_percent
        if charges[0] is None or charges[1] is None or not capacity_wh:
            self.recorder.could_not_look(TOLD_CHARGE, "no state of charge is told, or no capacity declared")
            return
        moved_wh = (charges[0] - charges[1]) / 100 * capacity_wh
        right = abs(moved_wh - energy_wh) < _LOSSES * abs(energy_wh)
        self.recorder.observe(TOLD_CHARGE, right, what=what, moved_wh=round(moved_wh), energy_wh=round(energy_wh))

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Storage Should Pass Through Zero")
    def passes(self) -> None:
        """Once, without a jump across it or a way back, and go beyond neither end, all by 5 % of the change at most.

        Example: | The Storage Should Pass Through Zero |
        """
        self.in_band("power settles within the band", ACTIVE)
        self.check("power changes its direction once", "equals", CROSSED, expected=1)
        self.check("and does not jump across zero", "at_most", JUMP, limit=_MOST_PERCENT)
        self.check("power does not go back on its way", "at_most", BACKWARDS, limit=_MOST_PERCENT)
        self.check("power goes beyond neither end by more than 5 %", "at_most", OVERSHOOT, limit=_MOST_PERCENT)

    @keyword("What The Storage Tells Should Be True And Fresh")
    def tells(self) -> None:
        """Within the accuracy of IEEE 1547, table 3; no older than t_evt.

        Example: | What The Storage Tells Should Be True And Fresh |
        """
        self.in_band("active power is told as it is", TOLD_W)
        self.in_band("reactive power is told as it is", TOLD_VAR)
        self.check("the state of charge moves as the energy does", "always", TOLD_CHARGE)
        self.check("nothing that is told is too old", "at_most", AGE, limit=self.bound("t_evt"))


def _backwards(powers: Sequence[float], falling: bool) -> float:
    """The most by which power went against the direction of the change, W."""
    most, farthest = 0.0, None
    for watts in powers:
        value = -watts if falling else watts
        farthest = value if farthest is None else max(farthest, value)
        most = max(most, farthest - value)
    return most
