"""Keywords of 4.2.1 on rows of an appliance: duty cycles to their end, levels, storing before a shed, whom it names."""

from __future__ import annotations

from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.appliance_command import CYCLE_MIN, DUTY_PERCENT, END_RANDOM_MIN
from bench.exchanges.cta2045_exchange import ModuleCommand
from bench.keywords.appliances import ApplianceLibrary
from drivers.cta2045.errors import ResponseCodeError
from drivers.cta2045.intermediate import DeviceType, SetPoints, Units
from drivers.transport.base import UnsupportedError

PATTERN, DRAWN = "the power is that of the duty pattern", "average power while the cycles ran"
OVER, OVER_AT = "the appliance ran again after the event", "time from the end of the event until it ran again"
LEVEL = "power at a level that was asked for"
STORED, SHED = "the appliance stored more", "the appliance shed after it had stored"
OBEYED = "an order for other kinds of devices was carried out"
_LOOK_S, _MARGIN_S = 15.0, 20.0
_GUARD_S = 7200.0
_LEVELS = (0.25, 0.5, 0.75)


@library(scope="TEST", auto_keywords=False)
class ApplianceCycles(ApplianceLibrary):
    """Watches a whole cycling event, and the other forms of direct load control."""

    @keyword("Have The Appliance Cycle To The End Of The Event")
    def cycle(self) -> None:
        """Two cycles. Example: | Have The Appliance Cycle To The End Of The Event |"""
        self.run(self._cycle(), _GUARD_S)

    async def _cycle(self) -> None:
        exchange, cycle_s = self.commands, self.commands.cycle_s
        await exchange.prepare()
        began = self.clock.now()
        async with exchange.session() as client:
            await exchange.start_cycles(client)
        end = began + CYCLE_MIN * 60.0
        off_s = (1.0 - DUTY_PERCENT / 100.0) * cycle_s
        drawn: list[float] = []
        while self.clock.now() < end - _MARGIN_S:
            await self.wait(_LOOK_S)
            power_w, phase_s = await self.power_w(), (self.clock.now() - began) % cycle_s
            drawn.append(power_w)
            if min(phase_s, abs(phase_s - off_s), cycle_s - phase_s) > _MARGIN_S:
                right = (power_w <= exchange.limit_w) is (phase_s < off_s)
                self.recorder.observe(PATTERN, right, what=f"{self.clock.now() - began:.0f} s", seen_w=power_w)
        self.recorder.observe(DRAWN, sum(drawn) / len(drawn), unit="W", standard_uncertainty=exchange.rated_w * 0.01)
        await self._after_the_end(end)

    async def _after_the_end(self, end: float) -> None:
        """It runs without a pause once the event is over: a whole cycle later still."""
        await self.wait_until(end + END_RANDOM_MIN * 60.0 + self.commands.back_s)
        steps = int(self.commands.cycle_s / 60.0)
        for number in range(steps):
            self.recorder.observe(OVER, await self.commands.runs() is True, what=f"{number} min later")
            await self.wait(60.0)

    @keyword("The Duty Pattern Should Have Been Kept")
    def pattern_kept(self) -> None:
        """And its average. Example: | The Duty Pattern Should Have Been Kept |"""
        most_w = self.commands.rated_w * (DUTY_PERCENT / 100.0 + 0.05)
        self.check("the power follows the duty pattern", "always", PATTERN)
        self.check("on average it is at most that of the duty", "at_most", DRAWN, limit=most_w)

    @keyword("The Cycles Should Have Ended With The Event")
    def ended(self) -> None:
        """Within the random part. Example: | The Cycles Should Have Ended With The Event |"""
        self.check("the appliance runs without a pause after the event", "always", OVER)

    @keyword("Ask The Appliance For Levels Of Its Power")
    def ask_for_levels(self) -> None:
        """A quarter, a half, three quarters. Example: | Ask The Appliance For Levels Of Its Power |"""
        self.run(self._ask_for_levels(), _GUARD_S)

    async def _ask_for_levels(self) -> None:
        await self.commands.prepare()
        rated_w = self.commands.rated_w
        async with self.commands.session() as client:
            for share in _LEVELS:
                await self.commands.level(client, share)
                await self.wait(1.0)
                self.recorder.observe(
                    LEVEL, await self.power_w(), unit="W", reference=rated_w * share, what=f"{share:.0%} of the rating"
                )
            await self.commands.release(client)
        await self.wait(self.commands.back_s)

    @keyword("The Appliance Should Have Kept To The Levels")
    def levels_kept(self) -> None:
        """To 2 %. Example: | The Appliance Should Have Kept To The Levels |"""
        limit = 0.02 * self.commands.rated_w
        self.check("it draws the level that it is asked for", "close_to_reference", LEVEL, limit=limit)

    @keyword("Have The Appliance Store And Then Shed")
    def store_and_shed(self) -> None:
        """Load up, then shed. Example: | Have The Appliance Store And Then Shed |"""
        self.run(self._store_and_shed(), _GUARD_S)

    async def _store_and_shed(self) -> None:
        await self.commands.prepare()
        await self.box("use", False)
        waited_s = 0.0
        while await self.commands.runs() and waited_s < _GUARD_S:
            await self.wait(60.0)
            waited_s += 60.0
        async with self.commands.session() as client:
            try:
                await self.commands.store(client, 1800.0)
            except UnsupportedError as error:
                raise SkipExecution(str(error)) from None
            await self._see(client, STORED, runs=True)
            await self.commands.shed(client, 900.0)
            await self._see(client, SHED, runs=False)
            await self.commands.release(client)

    async def _see(self, client: Any, series: str, *, runs: bool) -> None:
        await self.commands.hear_opt_out(client, 1.0)
        told = await self.commands.told(client)
        self.recorder.observe(series, await self.commands.runs() is runs, told=dict(told))

    @keyword("The Appliance Should Have Stored And Shed")
    def stored_and_shed(self) -> None:
        """Both seen. Example: | The Appliance Should Have Stored And Shed |"""
        self.check("it stores more when it is asked to", "always", STORED)
        self.check("it sheds afterwards", "always", SHED)

    @keyword("Give Orders For Other Kinds Of Devices")
    def give_to_others(self) -> None:
        """Set-points that name another type. Example: | Give Orders For Other Kinds Of Devices |"""
        self.run(self._give_to_others(), _GUARD_S)

    async def _give_to_others(self) -> None:
        if not isinstance(self.commands, ModuleCommand):
            raise SkipExecution("orders over this link name no kinds of devices")
        access = self.commands.access
        points, own = access.declared.set_points, access.declared.device_type
        if points is None:
            self.recorder.could_not_look(OBEYED, "the device file names no set-points")
            return
        async with access.session() as client:
            before = await client.read_set_points()
            for kind in DeviceType:
                if kind == own:
                    continue
                try:
                    await client.set_points(SetPoints(kind, Units.CELSIUS, points.other, points.other))
                except ResponseCodeError:
                    pass
                changed = await client.read_set_points() != before
                self.recorder.observe(OBEYED, changed, what=kind.name.lower().replace("_", " "))
                if changed:
                    await client.set_points(before)

    @keyword("None Should Have Been Carried Out")
    def none_carried_out(self) -> None:
        """Nothing was changed. Example: | None Should Have Been Carried Out |"""
        self.check("orders for others change nothing", "never", OBEYED)
