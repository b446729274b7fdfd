"""Keywords of 4.2.1 and 4.2.3 at the charger: limits in time, with or without a vehicle, and its driver's say."""

from __future__ import annotations

from collections.abc import Sequence

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.charging.outlet import Looked
from bench.exchanges.charger_exchange import Course
from bench.keywords.charger_library import ACCEPTED, DEAD_A, GUARD_S, LEAST, SOURCE, WITHIN_S, ChargerLibrary
from drivers.charging import ConnectorState

EARLY, BEYOND, USED = "share drawn before the start", "current beyond the limit", "share of the limit that is drawn"
PAUSED, SIGN, AFTER = "current during a pause", "power has the direction of the limit", "share drawn after the end"
IDLE, TOLD_W = "the charger says that nobody charges", "power that the charger tells without a vehicle"
FIRST, REPORTED = "share of the driver's choice that is drawn", "the driver's choice is told"
_AHEAD_S, _PHASE_S = 60.0, 300.0
_CYCLE = (0.0, 10.0, 0.0, 10.0)
_BOTH_WAYS = (13.0, -10.0, 0.0, -10.0, 10.0)
_LIMIT_A, _CHOICE_A = 10.0, 16.0
_SMALL_W = 5.0


@library(scope="TEST", auto_keywords=False)
class ChargerSignals(ChargerLibrary):
    """Commands the row's charger and looks at its outlet."""

    # -- a course of limits ------------------------------------------------------------------------------------------

    @keyword("Have The Vehicle's Charging Cycle")
    def cycle(self) -> None:
        """Off and on by turns, from a time to come and for a time. Example: | Have The Vehicle's Charging Cycle |"""
        self.run(self._course(_CYCLE), GUARD_S)

    @keyword("Have The Vehicle Follow A Schedule Without The Controller")
    def schedule(self) -> None:
        """In, out, nothing, out, in, where it can feed back; the controller goes once the charger has the schedule.

        Example: | Have The Vehicle Follow A Schedule Without The Controller |
        """
        can = bool(self.charging.stated.get("discharges", False))
        self.run(self._course(_BOTH_WAYS if can else _CYCLE, alone=True), GUARD_S)

    async def _course(self, limits: Sequence[float], *, alone: bool = False) -> None:
        exchange = self.charging
        await (exchange.prepare_both_ways() if min(limits) < 0.0 else exchange.prepare())
        steps = [(number * _PHASE_S, limit_a) for number, limit_a in enumerate(limits)]
        course = Course(self.clock.now() + _AHEAD_S, steps, len(steps) * _PHASE_S)
        handed_over = await exchange.hand_over(course)
        if alone and not handed_over:
            raise SkipExecution("over this link a charger is given no schedules")
        if alone:
            await exchange.leave()
        await self.wait(_AHEAD_S / 2.0)
        self._share(EARLY, await self.outlet.look(), exchange.rated_a, "half a minute before it")
        for after_s, limit_a in steps:
            await self.wait_until(course.start + after_s)
            if not handed_over:
                await self.set_limit(limit_a)
            await self._look_at(limit_a, f"{after_s:g} s")
        await self.wait_until(course.start + course.lasting_s)
        if not handed_over:
            await self.set_limit(exchange.rated_a)
        await self.wait_to_start()
        self._share(AFTER, await self.outlet.look(), exchange.rated_a, "after the end")
        if alone:
            await exchange.come_back()
        await exchange.restore()

    async def _look_at(self, limit_a: float, what: str) -> None:
        """Once the limit has had its time, and shortly before the next one."""
        looks = (WITHIN_S, _PHASE_S / 2.0) if limit_a == 0.0 else (WITHIN_S + self.charging.dwell_s, _PHASE_S / 2.0)
        began = self.clock.now()
        for after_s in looks:
            await self.wait_until(began + after_s)
            seen, when = await self.outlet.look(), f"{limit_a:+g} A from {what}, {after_s:g} s on"
            if limit_a == 0.0:
                self.record_current(PAUSED, seen, when)
                continue
            self.record_current(BEYOND, seen, when, beyond_a=abs(limit_a))
            self._share(USED, seen, abs(limit_a), when)
            self.recorder.observe(SIGN, seen.power.value * limit_a > 0.0, what=when, power_w=seen.power.value)

    def _share(self, series: str, seen: Looked, limit_a: float, what: str) -> None:
        self.recorder.observe(series, seen.current.value / limit_a, what=what, source=SOURCE)

    @keyword("The Vehicle Should Follow The Limits In Time")
    def follows(self) -> None:
        """Neither before their start, nor less, nor more. Example: | The Vehicle Should Follow The Limits In Time |"""
        if any(one.series == ACCEPTED for one in self.recorder.observations):
            self.check("limits are accepted", "always", ACCEPTED)
        self.check("nothing limits before the start", "at_least", EARLY, limit=LEAST)
        self.check("no current flows in a pause", "at_most", PAUSED, limit=DEAD_A)
        self.check("no more flows than a limit allows", "at_most", BEYOND, limit=0.05)
        self.check("most of what it allows flows", "at_least", USED, limit=LEAST)
        self.check("power flows in the direction that was asked for", "always", SIGN)

    @keyword("The Vehicle Should Charge Without A Limit Again")
    def released(self) -> None:
        """As fast as the charger can. Example: | The Vehicle Should Charge Without A Limit Again |"""
        self.check("after the end nothing limits", "at_least", AFTER, limit=LEAST)

    # -- without a vehicle ---------------------------------------------------------------------------------------------

    @keyword("Limit A Charger Without A Vehicle")
    def limit_nobody(self) -> None:
        """What it says of itself; then a vehicle comes. Example: | Limit A Charger Without A Vehicle |"""
        self.run(self._limit_nobody(), GUARD_S)

    async def _limit_nobody(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        await exchange.vehicle(False)
        await self.set_limit(_LIMIT_A)
        await self.wait(WITHIN_S)
        async with exchange.charger() as charger:
            status, told = await charger.status(), await charger.readings()
        nobody = status.state is not ConnectorState.CHARGING and not status.transaction
        self.recorder.observe(IDLE, nobody, told=status.state.value, transaction=status.transaction)
        self.recorder.observe(TOLD_W, abs(told.power_w or 0.0), unit="W")
        self.record_current(PAUSED, await self.outlet.look(), "without a vehicle")
        await exchange.vehicle(True)
        seen, what = await self.outlet.look(), "a vehicle that has come"
        self.record_current(BEYOND, seen, what, beyond_a=_LIMIT_A)
        self._share(USED, seen, _LIMIT_A, what)
        await exchange.restore()

    @keyword("The Charger Should Have Had Nothing To Shed")
    def nothing_to_shed(self) -> None:
        """By its status and its power. Example: | The Charger Should Have Had Nothing To Shed |"""
        self.check("the limit is accepted", "always", ACCEPTED)
        self.check("the charger says that nobody charges", "always", IDLE)
        self.check("and tells no power", "at_most", TOLD_W, limit=_SMALL_W)
        self.check("none flows", "at_most", PAUSED, limit=DEAD_A)

    @keyword("A Vehicle That Comes Should Keep To The Limit")
    def newcomer(self) -> None:
        """And use it. Example: | A Vehicle That Comes Should Keep To The Limit |"""
        self.check("no more flows than the limit allows", "at_most", BEYOND, limit=0.05)
        self.check("most of what it allows flows", "at_least", USED, limit=LEAST)

    # -- the driver ----------------------------------------------------------------------------------------------------

    @keyword("Have The Driver Go Before The Limit")
    def opt_out(self) -> None:
        """During a limit, as far as the controller allows drivers to; then he takes it back.

        Example: | Have The Driver Go Before The Limit |
        """
        self.run(self._opt_out(), GUARD_S)

    async def _opt_out(self) -> None:
        exchange = self.charging
        await exchange.prepare()
        await self.set_limit(_LIMIT_A)
        if not await exchange.offer_choice(_CHOICE_A):
            raise SkipExecution("over this link a charger tells nothing of its driver's choices")
        await self.wait(WITHIN_S)
        for first, limit_a, series in ((True, _CHOICE_A, FIRST), (False, _LIMIT_A, USED)):
            before = len(exchange.choices())
            await self.station.box.do(exchange.seat, "override", on=first)
            await self.wait(WITHIN_S)
            seen, what = await self.outlet.look(), "he goes first" if first else "he goes first no more"
            self.recorder.observe(REPORTED, list(exchange.choices()[before:]) == [first], what=what)
            self.record_current(BEYOND, seen, what, beyond_a=limit_a)
            self._share(series, seen, limit_a, what)
        await exchange.restore()

    @keyword("The Driver's Choice Should Be Told")
    def told(self) -> None:
        """Once each time, and it should count. Example: | The Driver's Choice Should Be Told |"""
        self.check("the driver's choice is told, and its end", "always", REPORTED)
        self.check("it counts", "at_least", FIRST, limit=LEAST)
        self.check("the limit counts again when he takes it back", "at_least", USED, limit=LEAST)
        self.check("no more flows than either allows", "at_most", BEYOND, limit=0.05)
