"""Keywords of 5.1.4: what the customer is shown of the usage, against the instruments and the meter's registers."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.usage import FLOOR_W, SHARE, Past, Shown, ShowsUsage, UsageView
from bench.keywords.meter_behind import MeterBehind
from bench.keywords.process import ProcessLibrary
from drivers.cim.times import iso

HOUR_S = 3600.0
LOADS_W = (500.0, 3_000.0, 1_200.0)
"""From one to the next is a step of the load."""
HOURS_W = (800.0, 2_000.0)
"""Loads of two hours."""
PATTERNS = ((8_000, 30), (21_500, 30))
"""Two patterns of usage: Wh a day, days."""
PRICES = (0.25, 0.31)
"""Of a kWh: before and after a change of the tariff."""

STEP, USED = "from the step of the load to what is shown", "energy that is shown as used"
HISTORY = "energy of a past hour"
COST, PRICE, AGE = "projected cost", "price that is shown", "age of what is shown"
STALE, BACK = "values shown without data", "data are shown again"
_LONGEST_BOOT_S = 60.0
_LOOK_S, _PATIENCE_S, _SETTLE_S, _USE_S = 1.0, 20.0, 5.0, 600.0
_CENT, _PRICE_STEP = 0.01, 1e-5

T = TypeVar("T")


@library(scope="TEST", auto_keywords=False)
class UsageDisplay(ProcessLibrary):
    """Changes what is used, and looks at every way in which the test's row shows it."""

    @property
    def views(self) -> Sequence[UsageView]:
        """The ways. A link that shows nothing skips the test."""
        exchange = self.exchange
        if not isinstance(exchange, ShowsUsage):
            raise SkipExecution(f"{self.row.id} shows no usage over {self.session.planned.link}")
        return exchange.views()

    @cached_property
    def _behind(self) -> MeterBehind:
        """The meter whose values are shown."""
        return MeterBehind(self)

    def _look(self, acts: Callable[[], Coroutine[Any, Any, T]], lasting_s: float = 0.0) -> T:
        """Run acts that look at the views, and let go of the link to the device."""
        return self.run(self._letting_go(acts), lasting_s)

    async def _letting_go(self, acts: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            return await acts()
        finally:
            await self.exchange.close()

    async def _load(self, power_w: float) -> None:
        load = await self.wiring.load()
        await load.set_power(power_w)
        await load.set_input(True)

    async def _unload(self) -> None:
        await (await self.wiring.load()).set_input(False)

    # -- the moment ------------------------------------------------------------------------------------------------

    @keyword("Change The Load In Steps")
    def change_load(self) -> None:
        """Change what the customer draws, and look until each view shows it.

        Example: | Change The Load In Steps |
        """
        for view in self.views:
            self._look(partial(self._steps, view))

    async def _steps(self, view: UsageView) -> None:
        analyser = await self.wiring.analyser()
        await self._load(LOADS_W[0])
        await self.wait(_SETTLE_S)
        for power_w in LOADS_W[1:]:
            began = self.clock.now()
            await self._load(power_w)
            power = (await analyser.active_power()).value
            taken_s, shown = await self._until_shown(view, power, began)
            what = f"{view.name}, to {power_w:g} W"
            self.recorder.observe_duration(STEP, taken_s, what=what, source=view.name)
            if shown is not None and shown.at is not None:
                self.recorder.observe_duration(AGE, self.clock.now() - shown.at, what=what)

    async def _until_shown(self, view: UsageView, power_w: float, began: float) -> tuple[float, Shown | None]:
        """Seconds until the view shows this power, and what it shows; `_PATIENCE_S` and more where it does not."""
        while True:
            shown = await view.now()
            taken_s = self.clock.now() - began
            right = shown is not None and abs(shown.power_w - power_w) <= SHARE * power_w + FLOOR_W
            if right or taken_s > _PATIENCE_S:
                return taken_s, shown
            await self.wait(_LOOK_S)

    @keyword("Steps Should Be Shown In Time")
    def steps_shown(self) -> None:
        """Each within 10 s; what is shown with a time is not older than that.

        Example: | Steps Should Be Shown In Time |
        """
        limit_s = self.bound("t_display")
        self.check("a step of the load is shown in time", "at_most", STEP, limit=limit_s)
        if any(one.series == AGE for one in self.recorder.observations):
            self.check("what is shown is not old", "at_most", AGE, limit=limit_s)
            self.check("nor of a time to come", "at_least", AGE, limit=-limit_s)

    # -- energy ----------------------------------------------------------------------------------------------------

    @keyword("Use Energy And Look At The Registers")
    def use_energy(self) -> None:
        """Draw a load for ten minutes, and compare what is shown before and after with the reference meter, and with
        the meter's own registers where the row's device is a meter, or shows one of the station.

        Example: | Use Energy And Look At The Registers |
        """
        self._look(partial(self._use_energy, self.views), _USE_S)

    async def _use_energy(self, views: Sequence[UsageView]) -> None:
        analyser = await self.wiring.analyser()
        await self._unload()
        before = [await view.now() for view in views]
        await analyser.start_energy()
        await self._load(max(LOADS_W))
        await self.wait(_USE_S)
        await self._unload()
        used = await analyser.energy_imported()
        await analyser.stop_energy()
        await self.wait(_SETTLE_S)
        for view, earlier in zip(views, before, strict=True):
            later = await view.now()
            if earlier is None or later is None:
                self.recorder.could_not_look(USED, f"{view.name} shows nothing")
                continue
            self.recorder.observe(
                USED,
                later.import_wh - earlier.import_wh,
                unit="Wh",
                what=view.name,
                reference=used.value,
                standard_uncertainty=used.standard_uncertainty,
            )
            await self._behind.compare_registers(view, later)

    @keyword("The Used Energy Should Be Shown")
    def energy_shown(self) -> None:
        """Within the meter's class of what the reference meter saw, and two counts of the register.

        Example: | The Used Energy Should Be Shown |
        """
        self.check("the used energy is shown", "relative_to_reference", USED, limit=self._class_share, floor=2.0)

    @property
    def _class_share(self) -> float:
        device = self.station.lab.seat(self.session.planned.iut).device
        return float(device.pixit.get("accuracy_class", 1.0) if device is not None else 1.0) / 100.0

    # -- the past --------------------------------------------------------------------------------------------------

    @keyword("Use Energy For Two Hours")
    def two_hours(self) -> None:
        """Draw another load in each of two hours, and look at what is shown of them.

        Example: | Use Energy For Two Hours |
        """
        lasting_s = (len(HOURS_W) + 1) * HOUR_S
        self.expect_wait(lasting_s)
        self._look(partial(self._two_hours, self.views), lasting_s)

    async def _two_hours(self, views: Sequence[UsageView]) -> None:
        analyser = await self.wiring.analyser()
        for view in views:
            await view.now()  # a display keeps a history from its first connection on
        await self.wait_until((math.floor(self.clock.now() / HOUR_S) + 1.0) * HOUR_S)
        start = round(self.clock.now())
        hours: list[tuple[float, float]] = []
        await analyser.start_energy()
        before_wh = 0.0
        for power_w in HOURS_W:
            await self._load(power_w)
            await self.wait_until(start + (len(hours) + 1) * HOUR_S)
            total_wh = (await analyser.energy_imported()).value
            hours.append((start + (len(hours) + 1) * HOUR_S, total_wh - before_wh))
            before_wh = total_wh
        await analyser.stop_energy()
        await self._unload()
        await self.wait(_SETTLE_S)
        for view in views:
            past = await view.history(start, self.clock.now())
            if past is not None:
                self._compare_hours(view, past, hours)
                await self._behind.compare_profile(view, past, start)

    def _compare_hours(self, view: UsageView, past: Sequence[Past], hours: Sequence[tuple[float, float]]) -> None:
        for end, reference_wh in hours:
            shown = sum(one.import_wh for one in past if end - HOUR_S < one.at <= end)
            what = f"{view.name}, hour to {iso(end)}"
            self.recorder.observe(HISTORY, shown, unit="Wh", what=what, reference=reference_wh)

    @keyword("The Past Should Be Shown As It Was")
    def past_shown(self) -> None:
        """Each hour within the meter's class of the reference meter.

        Example: | The Past Should Be Shown As It Was |
        """
        self.check("the past is as it was", "relative_to_reference", HISTORY, limit=self._class_share, floor=2.0)

    # -- costs -----------------------------------------------------------------------------------------------------

    @keyword("Ask What Two Patterns Of Usage Cost")
    def ask_costs(self) -> None:
        """At a price, and at another one that follows it. A row that shows no costs skips the test.

        Example: | Ask What Two Patterns Of Usage Cost |
        """
        shown = [self._look(partial(self._costs, view)) for view in self.views]
        if not any(shown):
            raise SkipExecution("nothing on this row shows costs: the device knows no prices")

    async def _costs(self, view: UsageView) -> bool:
        """Whether the view shows costs."""
        for per_kwh in PRICES:
            for daily_wh, days in PATTERNS:
                shown = await view.projection(daily_wh, days, per_kwh)
                if shown is None:
                    return False
                what = f"{view.name}: {daily_wh} Wh on {days} days at {per_kwh:g}"
                self.recorder.observe(COST, shown.cost, what=what, reference=daily_wh / 1000.0 * days * per_kwh)
                self.recorder.observe(PRICE, shown.per_kwh, what=what, reference=per_kwh)
        return True

    @keyword("Each Cost Should Be Tariff Times Energy")
    def costs_right(self) -> None:
        """To the cent, and the price is the one in force.

        Example: | Each Cost Should Be Tariff Times Energy |
        """
        self.check("the price is that of the tariff in force", "close_to_reference", PRICE, limit=_PRICE_STEP)
        self.check("the cost is the tariff times the energy", "close_to_reference", COST, limit=_CENT)

    # -- no data ---------------------------------------------------------------------------------------------------

    @keyword("Take The Data Away")
    def take_data_away(self) -> None:
        """Cut the supply for a minute, and look; look again once it is back.

        Example: | Take The Data Away |
        """
        self._look(partial(self._without_data, self.views))

    async def _without_data(self, views: Sequence[UsageView]) -> None:
        await self._load(LOADS_W[0])
        box, seat = self.station.box, self.session.planned.iut
        stale = []
        await box.do(seat, "mains", on=False)
        try:
            await self.wait(_SETTLE_S)
            for view in views:
                shown = await view.now()
                if shown is not None:
                    stale.append(f"{view.name} shows {shown.power_w:g} W")
        finally:
            await box.do(seat, "mains", on=True)
        self.record_list(STALE, stale)
        await self.wait(max(self._boot_s(seat), self._boot_s(self._behind.seat)) + _SETTLE_S)
        for view in views:
            self.recorder.observe(BACK, await view.now() is not None, what=view.name)

    def _boot_s(self, seat: str) -> float:
        device = self.station.lab.seat(seat).device
        return float(device.pixit.get("boot_s", _LONGEST_BOOT_S) if device is not None else _LONGEST_BOOT_S)

    @keyword("It Should Be Clear That There Are None")
    def no_data_shown(self) -> None:
        """No value is shown as one of now; after that there are values again.

        Example: | It Should Be Clear That There Are None |
        """
        self.check("no value is shown without data", "empty", STALE)
        self.check("values come back with the data", "always", BACK)
