"""Keywords of 3.5.3: who has its supply back, since when, and who has not."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.outage_report_acts import LOOK_S
from bench.keywords.restoration_acts import Nested, RestorationActs
from drivers.cim.outages import OutageState
from drivers.cim.times import parse_iso

TOLD, OWN = "messages that tell of one restoration", "the message is the meter's own"
ENDED, DELAY = "time of the restoration that is told", "from the return of supply to the report"
EARLY = "restorations told while the supply is away"
LISTED, UNLISTED = "listed, and has its supply", "not listed, and without supply"
UNCONFIRMED = "meters with supply whose restoration nobody knows"
_SHORT_S, _LONG_S, _OFFICE_S = 5.0, 600.0, 120.0
_DEAF_S = 60.0


@library(scope="TEST", auto_keywords=False)
class Restoration(RestorationActs):
    """Gives supply back, and holds what is told and listed against who has it."""

    # -- what happens ------------------------------------------------------------------------------------------------

    @keyword("Give The Supply Back And Listen To The Meter")
    def give_back(self) -> None:
        """After a moment, and after ten minutes; then also while nobody listens for a minute.

        Example: | Give The Supply Back And Listen To The Meter |
        """
        within_s = self.bound("t_restore")
        for seconds, deaf_s in ((_SHORT_S, 0.0), (_LONG_S, 0.0), (_LONG_S, _DEAF_S)):
            back, told = self.run(self.restored(seconds, within_s, deaf_s), seconds + within_s)
            what = f"away for {seconds:g} s, deaf for {deaf_s:g} s"
            self.recorder.observe(TOLD, len(told), what=what)
            for one in told:
                at = one.event.at if one.event is not None else None
                self.recorder.observe(OWN, one.valid, what=what, why=one.why)
                self.recorder.observe(ENDED, at, unit="s", what=what, reference=back)
                self.recorder.observe_duration(DELAY, one.at - back, what=what, spread_s=one.spread_s)

    @keyword("Ask The Headend For The Restoration And Give The Supply Back")
    def ask_headend(self) -> None:
        """As the row's sender, while the supply is away; the meter itself tells the headend nothing.

        Example: | Ask The Headend For The Restoration And Give The Supply Back |
        """
        after_s = self.bound("t_restore")
        self.run(self._ask_headend(after_s), _OFFICE_S + after_s)

    async def _ask_headend(self, after_s: float) -> None:
        async with self.supply_cut():
            await self.wait(_OFFICE_S / 2)
            await self.exchange.prepare()
            await self.exchange.perform()
            await self.wait(_OFFICE_S / 2)
            self.recorder.observe(EARLY, len(await self.restorations()), source="OMS")
        back = self.clock.now()
        while not (told := await self.restorations()) and self.clock.now() < back + after_s:
            await self.wait(LOOK_S)
        self.recorder.observe(TOLD, len(told), source="OMS")
        self.recorder.observe_duration(DELAY, self.clock.now() - back)
        for one in told:
            self._record_end(one.interruption.ended if one.interruption else "", back, one.meter)

    def _record_end(self, told: str, back: float, what: str) -> None:
        self.recorder.observe(ENDED, parse_iso(told) if told else None, unit="s", what=what, reference=back)

    @keyword("Give The Supply Back And Look At The OMS")
    def look_at_oms(self) -> None:
        """The meter tells the headend, which tells the OMS. Example: | Give The Supply Back And Look At The OMS |"""
        after_s = self.bound("t_restore")
        self.run(self.subscribe((self.meter_called,)))
        seen = self.run(self.watched_cut(_OFFICE_S, _OFFICE_S, after_s), _OFFICE_S + after_s)
        self.recorder.observe(TOLD, sum(one.state is OutageState.RESTORED for one in seen.after), source="OMS")
        self.recorder.observe_duration(DELAY, seen.over_at - seen.back)
        for one in seen.after:
            self._record_end(one.restored, seen.back, one.meter)

    @keyword("Give A Feeder Its Supply Back, But Not One Of Twenty Meters")
    def nested_outage(self) -> None:
        """Twenty meters of PIXIT ``outage_area`` of the headend, all of which tell it; the crew asks for them.

        Example: | Give A Feeder Its Supply Back, But Not One Of Twenty Meters |
        """
        done = self.run(self.nested(self.bound("t_restore")), self.bound("t_restore") + _OFFICE_S)
        self._record_lists(done)
        self.recorder.observe_duration(DELAY, done.known_at - done.back, meters=len(done.selected))
        ended = {one.meter: one.restored for one in done.outages if one.state is OutageState.RESTORED}
        self.record_list(UNCONFIRMED, sorted(set(done.selected) - {done.dead} - ended.keys()))
        for meter, restored in ended.items():
            self._record_end(restored, done.back, meter)

    @keyword("Take The Supply Of A Meter That Tells Nobody")
    def silent_outage(self) -> None:
        """One of five; the crew asks for them. Example: | Take The Supply Of A Meter That Tells Nobody |"""
        self._record_lists(self.run(self.dead_and_silent(), _OFFICE_S))

    def _record_lists(self, done: Nested) -> None:
        for what, listed, dead in (
            ("while one has no supply", set(done.listed), {done.dead}),
            ("when all have theirs", set(done.listed_at_the_end), set[str]()),
        ):
            self.record_list(LISTED, sorted(listed - dead), what=what, asked=len(done.selected))
            self.record_list(UNLISTED, sorted(dead - listed), what=what)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Restoration Should Be Told Once In Time")
    def told_in_time(self) -> None:
        """With the time at which the supply was back, within t_restore of it.

        Example: | The Restoration Should Be Told Once In Time |
        """
        self.check("the restoration is told once", "equals", TOLD, expected=1)
        self._ended_in_time()

    @keyword("The Message Should Be The Meter's Own")
    def own(self) -> None:
        """Nobody else could have made it. Example: | The Message Should Be The Meter's Own |"""
        self.check("the message is the meter's own", "always", OWN)

    @keyword("The Restoration Should Not Be Told Before It Happens")
    def not_early(self) -> None:
        """The OMS is told nothing while the supply is away.

        Example: | The Restoration Should Not Be Told Before It Happens |
        """
        self.check("nothing is told before the supply is back", "equals", EARLY, expected=0)

    @keyword("The Crew Should Be Told Exactly Who Has No Supply")
    def list_is_right(self) -> None:
        """Nobody else is listed, nobody is left out. Example: | The Crew Should Be Told Exactly Who Has No Supply |"""
        self.check("nobody is listed who has supply", "empty", LISTED)
        self.check("everybody is listed who has none", "empty", UNLISTED)

    @keyword("Every Other Meter Should Be Confirmed In Time")
    def confirmed(self) -> None:
        """With its time of restoration. Example: | Every Other Meter Should Be Confirmed In Time |"""
        self.check("every meter with supply is confirmed", "empty", UNCONFIRMED)
        self._ended_in_time()

    def _ended_in_time(self) -> None:
        self.check("the time of restoration is right", "close_to_reference", ENDED, limit=self.dt_clk)
        self.check("the restoration is told in time", "at_most", DELAY, limit=self.bound("t_restore"))
