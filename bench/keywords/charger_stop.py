"""Keywords of 4.2.2 at the charger: it stops at once, whatever its driver wants, until it is released; and of 4.2 in
all: commands that nobody may carry out."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.controls.attempts import attempt
from bench.keywords.charger_library import ACCEPTED, DEAD_A, GUARD_S, LEAST, SOURCE, ChargerLibrary
from bench.keywords.command_validation import GOOD, REFUSED, VALIDATES, WENT_ON

BEFORE, TOOK, HELD = "share drawn before the stop", "time until nothing flows", "current while it is stopped"
OFF, AGAIN = "the pilot offers nothing", "share drawn after the release"
_LOOK_S, _PATIENCE_S, _HOUR_S = 0.5, 60.0, 3600.0
_CHOICE_A, _EVENT_A = 16.0, 13.0


@library(scope="TEST", auto_keywords=False)
class ChargerStop(ChargerLibrary):
    """Gives the row's command and looks at the outlet."""

    @keyword("Stop The Charger And Release It")
    def stop(self) -> None:
        """For an hour; another vehicle comes meanwhile. Example: | Stop The Charger And Release It |"""
        self.run(self._stop(), GUARD_S)

    @keyword("Stop The Charger While Its Driver Goes First")
    def stop_a_driver(self) -> None:
        """In a running event, which he has left where the link knows of that.

        Example: | Stop The Charger While Its Driver Goes First |
        """
        self.run(self._stop(event=True), GUARD_S)

    async def _stop(self, *, event: bool = False) -> None:
        exchange = self.charging
        await exchange.prepare()
        if event:
            await self._run_an_event()
        seen = await self.outlet.look()
        limit_a = _EVENT_A if event else exchange.rated_a
        self.recorder.observe(BEFORE, seen.current.value / limit_a, source=SOURCE)
        tried, given = await attempt(exchange.perform()), self.clock.now()
        self.recorder.observe(ACCEPTED, tried.accepted, what="the stop", answer=tried.text)
        while (await self.outlet.look()).current.value > DEAD_A and self.clock.now() - given < _PATIENCE_S:
            await self.wait(_LOOK_S)
        self.recorder.observe_duration(TOOK, self.clock.now() - given)
        await self._look("at once")
        await self.wait(_HOUR_S)
        await self._look("after an hour")
        await exchange.vehicle(False)
        await exchange.vehicle(True)
        await self._look("another vehicle has come")
        await exchange.restore()
        await self.wait_to_start()
        seen = await self.outlet.look()
        self.recorder.observe(AGAIN, seen.current.value / exchange.rated_a, source=SOURCE)

    async def _run_an_event(self) -> None:
        exchange = self.charging
        await self.set_limit(_EVENT_A)
        if await exchange.offer_choice(_CHOICE_A):
            await self.station.box.do(exchange.seat, "override", on=True)
        await self.wait_to_start()

    async def _look(self, what: str) -> None:
        seen = await self.outlet.look()
        self.record_current(HELD, seen, what)
        if seen.pilot is None:
            self.recorder.could_not_look(OFF, "no oscilloscope is wired to the pilot")
        else:
            self.recorder.observe(OFF, not seen.pilot.is_square, what=what, duty_percent=seen.pilot.duty_percent)

    @keyword("The Charger Should Stop In Time And Stay So")
    def stopped(self) -> None:
        """Until its release. Example: | The Charger Should Stop In Time And Stay So |"""
        self.check("the vehicle charges before", "at_least", BEFORE, limit=LEAST)
        self.check("the stop is accepted", "always", ACCEPTED)
        self.check("nothing flows in time", "at_most", TOOK, limit=self.bound("t_act"))
        self.check("nothing flows until the release", "at_most", HELD, limit=DEAD_A)
        self.check("the pilot offers nothing", "always", OFF)

    @keyword("The Vehicle Should Charge Again")
    def again(self) -> None:
        """As fast as it can. Example: | The Vehicle Should Charge Again |"""
        self.check("it charges after the release", "at_least", AGAIN, limit=LEAST)

    # -- what must stop ------------------------------------------------------------------------------------------------

    @keyword("Give The Charger Commands That Must Stop")
    def give_bad(self) -> None:
        """Between two good ones; where its PICS says that it validates.

        Example: | Give The Charger Commands That Must Stop |
        """
        if VALIDATES not in self.station.lab.declared(self.charging.seat):
            raise SkipExecution(f"the PICS of {self.charging.seat} leaves validation to the gateway")
        self.run(self._give_bad(), GUARD_S)

    async def _give_bad(self) -> None:
        exchange = self.charging
        await self._good("before")
        for command in exchange.bad_commands():
            await exchange.prepare()
            tried = await attempt(command.give())
            effect = await exchange.observe()
            if effect.happened is None:
                self.recorder.could_not_look(WENT_ON, effect.detail)
            else:
                self.recorder.observe(WENT_ON, effect.happened, what=command.what, answer=tried.text)
            if command.refused:
                self.recorder.observe(REFUSED, tried.answered and not tried.accepted, what=command.what)
        await self._good("after")

    async def _good(self, what: str) -> None:
        exchange = self.charging
        await exchange.prepare()
        tried = await attempt(exchange.perform())
        effect = await exchange.observe()
        self.recorder.observe(GOOD, effect.happened is True, what=what, answer=tried.text, detail=effect.detail)
        await exchange.restore()

    @keyword("None Of Them Should Be Carried Out")
    def none_carried_out(self) -> None:
        """And those that the link can refuse are refused. Example: | None Of Them Should Be Carried Out |"""
        self.check("a good command is carried out, before and after", "always", GOOD)
        self.check("no command that must stop is carried out", "never", WENT_ON)
        self.check("each is refused that can be", "always", REFUSED)
