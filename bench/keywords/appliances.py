"""Keywords of 4.2 and 5.3 on rows of an appliance: a command is acknowledged, takes effect in time, and is ended."""

from __future__ import annotations

from typing import Any

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.controls.attempts import attempt
from bench.exchanges.appliance_command import ApplianceCommand
from bench.exchanges.base import Effect
from bench.keywords.process import ProcessLibrary

ACKNOWLEDGED, EFFECT_TIME = "the appliance acknowledged", "time to the effect, at the power analyser"
HELD, RETURNED = "the effect held", "the appliance ran again after its release"
RETURN_TIME = "time from the release until it ran again"
INFORMED = "status and response information agree with the power analyser"
REPORTED, OPTED_OUT = "the opt-out was reported", "the appliance says that it has opted out"
AVAILABLE, NOT_SHED = "load to shed that an idle appliance tells of", "an idle appliance says that it was shed"
_LOOK_S, _HOLD_S, _HOLDS = 0.25, 240.0, 5
_REPORT_S = 5.0
_GUARD_S = 7200.0
_SHARE = 0.02


class ApplianceLibrary(ProcessLibrary):
    """What libraries of rows of an appliance share."""

    @property
    def commands(self) -> ApplianceCommand:
        """The row's exchange. A row whose message goes to no appliance skips the test."""
        exchange = self.exchange
        if not isinstance(exchange, ApplianceCommand):
            raise SkipExecution(f"over {self.session.planned.link} {self.row.id} commands no appliance")
        return exchange

    async def box(self, act: str, on: bool) -> None:
        """Do something at the appliance, as its customer."""
        await self.station.box.do(self.commands.seat, act, on=on)

    async def power_w(self) -> float:
        """What it draws, at the analyser; 0 with a record where nobody can look."""
        power = await self.commands.power()
        if power is None:
            self.recorder.could_not_look(HELD, "no power analyser is wired to the appliance")
            return 0.0
        return power.value

    def look(self, series: str, effect: Effect, what: str = "") -> None:
        """Record an effect."""
        if effect.happened is None:
            self.recorder.could_not_look(series, effect.detail)
        else:
            self.recorder.observe(series, effect.happened, what=what, source=effect.shown_by, detail=effect.detail)

    async def command(self, client: Any) -> None:
        """The row's command, timed to its effect."""
        given = self.clock.now()
        tried = await attempt(self.commands.send(client))
        self.recorder.observe(ACKNOWLEDGED, tried.accepted, answer=tried.text)
        if not tried.accepted:
            return
        longest_s = self.bound("t_act")
        while self.clock.now() - given < longest_s:
            if (await self.commands.witnessed()).happened is not False:
                break
            await self.wait(_LOOK_S)
        self.look(HELD, await self.commands.witnessed(), "after t_act at the latest")
        self.recorder.observe_duration(EFFECT_TIME, self.clock.now() - given)

    async def inform(self, client: Any) -> None:
        """Compare what the appliance says of itself with what the analyser sees."""
        told, seen_w = await self.commands.told(client), await self.power_w()
        near = abs(told["power_w"] - seen_w) <= _SHARE * self.commands.rated_w
        idle = bool(told["idle"]) == (seen_w <= _SHARE * self.commands.rated_w)
        self.recorder.observe(INFORMED, near and idle, told=dict(told), seen_w=seen_w)

    async def release(self, client: Any) -> None:
        """End the command and see the appliance come back."""
        released = self.clock.now()
        await self.commands.undo(client)
        await self.await_return(released)

    async def await_return(self, released: float) -> None:
        """See the appliance run again, within its dwell and the random part."""
        longest_s = self.commands.back_s
        while not await self.commands.runs() and self.clock.now() - released < longest_s:
            await self.wait(1.0)
        self.recorder.observe(RETURNED, await self.commands.runs() is True)
        self.recorder.observe_duration(RETURN_TIME, self.clock.now() - released)


@library(scope="TEST", auto_keywords=False)
class Appliances(ApplianceLibrary):
    """Gives the row's command in the circumstances that 4.2 and 5.3 name."""

    @keyword("Give The Command And Release It")
    def give(self) -> None:
        """Held for 20 minutes, then released. Example: | Give The Command And Release It |"""
        self.run(self._give(), _GUARD_S)

    async def _give(self) -> None:
        await self.commands.prepare()
        async with self.commands.session() as client:
            await self.command(client)
            await self.inform(client)
            await self.release(client)

    @keyword("Give The Command During An Override And Other Events")
    def give_against_the_customer(self) -> None:
        """Held until released. Example: | Give The Command During An Override And Other Events |"""
        self.run(self._give_against_the_customer(), _GUARD_S)

    async def _give_against_the_customer(self) -> None:
        await self.commands.prepare()
        async with self.commands.session() as client:
            await self.commands.shed(client, 1800.0)
            await self.box("override", True)
            await self.commands.hear_opt_out(client, self.commands.back_s)
            await self.command(client)
            for number in range(_HOLDS):
                await self.wait(_HOLD_S)
                what = f"{(number + 1) * _HOLD_S / 60:.0f} min later"
                self.look(HELD, await self.commands.witnessed(), what)
            await self.box("override", False)
            await self.commands.hear_opt_out(client, _REPORT_S)
            await self.release(client)

    @keyword("Opt Out During The Event")
    def opt_out(self) -> None:
        """As the customer. Example: | Opt Out During The Event |"""
        self.run(self._opt_out(), _GUARD_S)

    async def _opt_out(self) -> None:
        await self.commands.prepare()
        async with self.commands.session() as client:
            await self.command(client)
            await self.box("override", True)
            left = self.clock.now()
            self.recorder.observe(REPORTED, await self.commands.hear_opt_out(client, _REPORT_S))
            await self.await_return(left)
            told = await self.commands.told(client)
            self.recorder.observe(OPTED_OUT, bool(told["opted_out"]), told=dict(told))
            await self.box("override", False)
            await self.commands.hear_opt_out(client, _REPORT_S)
            await self.commands.undo(client)

    @keyword("Give The Command To An Appliance That Is Off")
    def give_to_an_idle_one(self) -> None:
        """It has nothing to shed. Example: | Give The Command To An Appliance That Is Off |"""
        self.run(self._give_to_an_idle_one(), _GUARD_S)

    async def _give_to_an_idle_one(self) -> None:
        await self.commands.prepare()
        await self.box("switch", False)
        async with self.commands.session() as client:
            told = await self.commands.told(client)
            self.recorder.observe(AVAILABLE, told["power_w"], unit="W", told=dict(told))
            self.recorder.observe(INFORMED, bool(told["idle"]), what="before", told=dict(told))
            await self.commands.send(client)
            told = await self.commands.told(client)
            self.recorder.observe(NOT_SHED, bool(told["curtailed"]), told=dict(told))
            await self.commands.undo(client)
        await self.box("switch", True)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The Appliance Should Have Acknowledged And Acted In Time")
    def acted(self) -> None:
        """Within t_act. Example: | The Appliance Should Have Acknowledged And Acted In Time |"""
        self.check("the appliance acknowledges the command", "always", ACKNOWLEDGED)
        self.check("it draws at most what it is asked to, for as long as it is asked", "always", HELD)
        self.check("it does so within t_act", "at_most", EFFECT_TIME, limit=self.bound("t_act"))

    @keyword("The Appliance Should Have Come Back")
    def came_back(self) -> None:
        """In its time. Example: | The Appliance Should Have Come Back |"""
        self.check("it runs again when it is released", "always", RETURNED)
        self.check("within its dwell and random part", "at_most", RETURN_TIME, limit=self.commands.back_s + 1.0)

    @keyword("Its Information Should Be True")
    def informed(self) -> None:
        """Against the power analyser. Example: | Its Information Should Be True |"""
        self.check("status and response information are true", "always", INFORMED)

    @keyword("The Opt Out Should Have Been Reported")
    def opt_out_reported(self) -> None:
        """Unasked, and in its state. Example: | The Opt Out Should Have Been Reported |"""
        self.check("the appliance reports the opt-out", "always", REPORTED)
        self.check("its state says so", "always", OPTED_OUT)

    @keyword("There Should Have Been Nothing To Shed")
    def nothing_to_shed(self) -> None:
        """It says that it draws nothing. Example: | There Should Have Been Nothing To Shed |"""
        self.check("it tells of no load to shed", "at_most", AVAILABLE, limit=1.0)
        self.check("its state is idle", "always", INFORMED)
        self.check("it does not say that it was shed", "never", NOT_SHED)
