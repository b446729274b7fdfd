"""Keywords of 3.5.1 at the meter: its last gasp, momentary interruptions, and the ping that verifies them."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.outage_acts import Cut, OutageActs

LONGEST_HOLD_OFF_S = 60.0
GASPS, REPORTS = "messages that tell of one outage", "reports of one momentary interruption"
AS_SUSTAINED = "momentary interruptions told as outages"
OWN, AFTER_HOLD_OFF = "the message is the meter's own", "from the loss of supply to the last gasp"
FROM_RETURN = "from the return of supply to the report"
BEGAN, DURATION, COUNTED = "time of the loss that is told", "duration that is told", "counts of one interruption"
WITHOUT, WITH = "the meter answers without supply", "the meter answers with supply"
_BEYOND_S, _LONG_S, _LISTEN_S = 10.0, 600.0, 60.0
_SHORT_S = (1.0, 5.0)
_ROUNDING_S = 1.5
"""A register of whole seconds, and the meter's own look at its supply."""


@library(scope="TEST", auto_keywords=False)
class OutageDetection(OutageActs):
    """Takes the supply of the meter under test away and holds what it tells against that."""

    # -- what happens ------------------------------------------------------------------------------------------------

    @keyword("Take The Supply Away For Good")
    def take_away(self) -> None:
        """Once for a little longer than the declared hold-off, once for ten minutes.

        Example: | Take The Supply Away For Good |
        """
        for seconds in (self.hold_off_s + _BEYOND_S, _LONG_S):
            self._record_sustained(self.run(self.cut_supply(seconds, _LISTEN_S), seconds + _LISTEN_S))

    def _record_sustained(self, cut: Cut) -> None:
        what = f"away for {cut.lasted_s:.0f} s"
        self.recorder.observe(GASPS, len(cut.gasps), what=what)
        self.recorder.observe(REPORTS, len(cut.reports), what=what)
        for told in cut.gasps:
            self.recorder.observe(OWN, told.valid, what=what, why=told.why)
            self.recorder.observe_duration(AFTER_HOLD_OFF, told.at - cut.at, what=what, spread_s=told.spread_s)
            if told.event is not None:
                self.recorder.observe(BEGAN, told.event.at, unit="s", what=what, reference=cut.at)

    @keyword("Interrupt The Supply For A Moment")
    def interrupt(self) -> None:
        """For 1 s, 5 s, half the declared hold-off, and almost all of it.

        Example: | Interrupt The Supply For A Moment |
        """
        hold_off_s, listen_s = self.hold_off_s, self.bound("t_momentary")
        for seconds in (*_SHORT_S, hold_off_s / 2, hold_off_s - _SHORT_S[-1]):
            self._record_momentary(self.run(self.cut_supply(seconds, listen_s), seconds + listen_s))

    def _record_momentary(self, cut: Cut) -> None:
        what = f"away for {cut.lasted_s:.0f} s"
        self.recorder.observe(REPORTS, len(cut.reports), what=what)
        self.recorder.observe(AS_SUSTAINED, len(cut.gasps), what=what)
        if cut.counted is not None:
            self.recorder.observe(COUNTED, cut.counted, what=what)
        for told in cut.reports:
            self.recorder.observe(OWN, told.valid, what=what, why=told.why)
            self.recorder.observe_duration(FROM_RETURN, told.at - cut.back, what=what, spread_s=told.spread_s)
            self.recorder.observe(DURATION, self.duration_of(told), unit="s", what=what, reference=cut.lasted_s)
            if told.event is not None:
                self.recorder.observe(BEGAN, told.event.at, unit="s", what=what, reference=cut.at)

    @keyword("Ping The Meter With And Without Supply")
    def ping_both(self) -> None:
        """As the row's receiver does: before, during and after an interruption.

        Example: | Ping The Meter With And Without Supply |
        """
        self.run(self._ping_both(), 2.0 * _LISTEN_S)

    async def _ping_both(self) -> None:
        self._record_ping(WITH, (await self.ping()).accepted, "before")
        async with self.supply_cut():
            await self.wait(_SHORT_S[-1])
            self._record_ping(WITHOUT, (await self.ping()).answered, "while it is away")
        await self.boot()
        self._record_ping(WITH, (await self.ping()).accepted, "after")

    def _record_ping(self, series: str, answered: bool, what: str) -> None:
        self.recorder.observe(series, answered, what=what)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("Each Outage Should Be Told Once By A Last Gasp")
    def told_once(self) -> None:
        """In a message of the meter's own, with the time at which the supply went; not as momentary.

        Example: | Each Outage Should Be Told Once By A Last Gasp |
        """
        self.check("each outage is told once", "equals", GASPS, expected=1)
        self.check("no outage is told as momentary", "equals", REPORTS, expected=0)
        self.check("the last gasp is the meter's own", "always", OWN)
        self.check("the last gasp tells when the supply went", "close_to_reference", BEGAN, limit=self.dt_clk)

    @keyword("The Last Gasp Should Leave After The Hold-Off And In Time")
    def in_time(self) -> None:
        """The declared hold-off is 60 s or less, and the gasp leaves between its end and 60 s later.

        Example: | The Last Gasp Should Leave After The Hold-Off And In Time |
        """
        self.recorder.observe_duration("declared hold-off", self.hold_off_s)
        self.check("the hold-off is short", "at_most", "declared hold-off", limit=LONGEST_HOLD_OFF_S)
        self.check("the meter waits for its hold-off", "at_least", AFTER_HOLD_OFF, limit=self.hold_off_s)
        limit = self.hold_off_s + self.bound("t_outage") - LONGEST_HOLD_OFF_S
        self.check("the last gasp leaves in time", "at_most", AFTER_HOLD_OFF, limit=limit)

    @keyword("Each Interruption Should Be Reported Once As Momentary")
    def momentary_once(self) -> None:
        """With start and duration, in a message of the meter's own, and counted; never as an outage.

        Example: | Each Interruption Should Be Reported Once As Momentary |
        """
        self.check("no interruption is told as an outage", "equals", AS_SUSTAINED, expected=0)
        self.check("each interruption is reported once", "equals", REPORTS, expected=1)
        self.check("the report is the meter's own", "always", OWN)
        self.check("the report tells the start", "close_to_reference", BEGAN, limit=self.dt_clk)
        self.check("the report tells the duration", "close_to_reference", DURATION, limit=_ROUNDING_S)
        if any(one.series == COUNTED for one in self.recorder.observations):
            self.check("each interruption is counted once", "equals", COUNTED, expected=1)

    @keyword("The Report Should Come In Time")
    def momentary_in_time(self) -> None:
        """Within t_momentary of the return of supply. Example: | The Report Should Come In Time |"""
        self.check("the report comes in time", "at_most", FROM_RETURN, limit=self.bound("t_momentary"))

    @keyword("The Ping Should Tell Who Has Supply")
    def ping_tells(self) -> None:
        """The meter answers with supply, and does not without. Example: | The Ping Should Tell Who Has Supply |"""
        self.check("a meter with supply answers", "always", WITH)
        self.check("a meter without supply does not answer", "never", WITHOUT)
