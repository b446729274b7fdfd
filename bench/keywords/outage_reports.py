"""Keywords of 3.5.1 behind the headend: what the outage management knows, when, and of how many meters."""

from __future__ import annotations

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.meters import meter_name
from bench.exchanges.office_notification import OfficeNotification
from bench.keywords.outage_report_acts import HEADEND, OutageReportActs, Seen
from bench.keywords.outages import LONGEST_HOLD_OFF_S
from drivers.cim.outages import Outage, OutageState
from drivers.cim.times import parse_iso

ENTRIES, OPEN = "entries of one outage at the OMS", "the entry is an open outage"
BEGAN, TO_OMS = "time of the loss at the OMS", "from the loss of supply to the OMS"
RESTORED = "time of the restoration at the OMS"
MOMENTARY, DURATION = "the entry is a momentary interruption", "duration at the OMS"
FROM_RETURN = "from the return of supply to the OMS"
FALSE_OPEN, FALSE_STATE = "a false alarm was an open outage", "a false alarm after the ping"
MISSING, TWICE, EXTRA = "meters without an entry", "meters with two entries", "entries of other meters"
LATE = "from the loss of supply to the last meter's entry"
_LONG_S, _SHORT_S, _ROUNDING_S = 300.0, 5.0, 1.5


@library(scope="TEST", auto_keywords=False)
class OutageReports(OutageReportActs):
    """Losses of supply in the field, looked at as an operator of the outage management."""

    # -- what happens ------------------------------------------------------------------------------------------------

    @keyword("Have The Meter Tell The Headend Of Outages")
    def subscribe_meter(self) -> None:
        """The headend's operator links the meter so. Example: | Have The Meter Tell The Headend Of Outages |"""
        self.run(self.subscribe((self.meter_called,)))

    @keyword("Take The Supply Away And Watch The OMS")
    def outage(self) -> None:
        """For five minutes, and then until its end is known or t_momentary is over.

        Example: | Take The Supply Away And Watch The OMS |
        """
        after_s = self.bound("t_momentary")
        self._record_outage(self.run(self.watched_cut(_LONG_S, self.bound("t_outage"), after_s), _LONG_S + after_s))

    def _record_outage(self, seen: Seen) -> None:
        self.recorder.observe(ENTRIES, len(seen.during), what="while it lasts", source="OMS")
        self.recorder.observe(ENTRIES, len(seen.after), what="after it", source="OMS")
        for entry in seen.during:
            self.recorder.observe(OPEN, entry.state is OutageState.OPEN, what="while it lasts")
            self._record_time(BEGAN, entry.began, seen.at)
            self.recorder.observe_duration(TO_OMS, seen.known_at - seen.at)
        for entry in seen.after:
            self.recorder.observe(OPEN, entry.state is not OutageState.RESTORED, what="after it", state=entry.state)
            self._record_time(RESTORED, entry.restored, seen.back)

    def _record_time(self, series: str, told: str, reference: float) -> None:
        self.recorder.observe(series, parse_iso(told) if told else None, unit="s", reference=reference)

    @keyword("Interrupt The Supply And Watch The OMS")
    def interruption(self) -> None:
        """For 5 s. Example: | Interrupt The Supply And Watch The OMS |"""
        within_s = self.bound("t_momentary")
        seen = self.run(self.watched_cut(_SHORT_S, _SHORT_S, within_s), _SHORT_S + within_s)
        self.recorder.observe(ENTRIES, len(seen.after), source="OMS")
        for entry in seen.after:
            self.recorder.observe(MOMENTARY, entry.state is OutageState.MOMENTARY, state=entry.state)
            self._record_time(BEGAN, entry.began, seen.at)
            self.recorder.observe(DURATION, entry.duration, unit="s", reference=seen.back - seen.at)
            self.recorder.observe_duration(FROM_RETURN, seen.over_at - seen.back)

    @keyword("Raise A False Alarm And Ping The Meter")
    def false_alarm(self) -> None:
        """The row's sender tells of an outage at the meter under test, which has its supply; the OMS pings it.

        Example: | Raise A False Alarm And Ping The Meter |
        """
        before, after = self.run(self._false_alarm())
        self.recorder.observe(FALSE_OPEN, [one.state for one in before] == [OutageState.OPEN], source="OMS")
        self.recorder.observe(FALSE_STATE, ", ".join(one.state for one in after), source="OMS")

    async def _false_alarm(self) -> tuple[list[Outage], list[Outage]]:
        assert isinstance(self.exchange, OfficeNotification)
        meters = (meter_name(self.station),)
        since = self.clock.now()
        await self.exchange.prepare()
        await self.exchange.perform()
        before = await self.outages(meters, since)
        await self.ping_by_oms(meters)
        return before, await self.outages(meters, since)

    @keyword("Black Out All Meters At Once And Watch The OMS")
    def black_out(self) -> None:
        """Those of PIXIT ``outage_area`` of the headend, all of which tell it; without an area the test is skipped.

        Example: | Black Out All Meters At Once And Watch The OMS |
        """
        area = self.area
        if area is None:
            raise SkipExecution(f"the {HEADEND} has no outage_area whose meters could lose their supply together")
        self.run(self.subscribe(area.meters))
        within_s = self.hold_off_s + self.bound("t_outage") - LONGEST_HOLD_OFF_S
        seen = self.run(self.blacked_out(area, within_s), within_s)
        named = [one.meter for one in seen.during]
        self.record_list(MISSING, sorted(set(area.meters) - set(named)), meters=len(area.meters))
        self.record_list(TWICE, sorted({meter for meter in named if named.count(meter) > 1}))
        self.record_list(EXTRA, sorted(set(named) - set(area.meters)))
        self.recorder.observe_duration(LATE, seen.known_at - seen.at, meters=len(area.meters))
        for entry in seen.during:
            self._record_time(BEGAN, entry.began, seen.at)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The OMS Should Have One Entry In Time")
    def one_entry(self) -> None:
        """Open while the outage lasts, with its time; at most the declared hold-off and 60 s after the loss.

        Example: | The OMS Should Have One Entry In Time |
        """
        self.recorder.observe_duration("declared hold-off", self.hold_off_s)
        self.check("the hold-off is short", "at_most", "declared hold-off", limit=LONGEST_HOLD_OFF_S)
        self.check("the outage has one entry", "equals", ENTRIES, expected=1)
        limit = self.hold_off_s + self.bound("t_outage") - LONGEST_HOLD_OFF_S
        self.check("the OMS knows in time", "at_most", TO_OMS, limit=limit)
        self.check("the OMS knows when it began", "close_to_reference", BEGAN, limit=self.dt_clk)

    @keyword("The Entry Should Be Closed With The Time Of Restoration")
    def closed(self) -> None:
        """Once the meter has told. Example: | The Entry Should Be Closed With The Time Of Restoration |"""
        self.check("the OMS knows when it ended", "close_to_reference", RESTORED, limit=self.dt_clk)

    @keyword("The OMS Should Have One Momentary Interruption In Time")
    def one_momentary(self) -> None:
        """And no outage. Example: | The OMS Should Have One Momentary Interruption In Time |"""
        self.check("the interruption has one entry", "equals", ENTRIES, expected=1)
        self.check("it is momentary", "always", MOMENTARY)
        self.check("the OMS knows in time", "at_most", FROM_RETURN, limit=self.bound("t_momentary"))
        self.check("the OMS knows when it began", "close_to_reference", BEGAN, limit=self.dt_clk)
        self.check("the OMS knows how long it lasted", "close_to_reference", DURATION, limit=_ROUNDING_S)

    @keyword("The Ping Should Contradict The Alarm")
    def contradicted(self) -> None:
        """The outage was there, and is no longer. Example: | The Ping Should Contradict The Alarm |"""
        self.check("the alarm had come", "always", FALSE_OPEN)
        self.check("the ping contradicts it", "equals", FALSE_STATE, expected=str(OutageState.CONTRADICTED))

    @keyword("Each Meter Should Have One Entry In Time")
    def one_each(self) -> None:
        """And nobody else has one. Example: | Each Meter Should Have One Entry In Time |"""
        self.check("every meter has an entry", "empty", MISSING)
        self.check("no meter has two", "empty", TWICE)
        self.check("no other meter has one", "empty", EXTRA)
        limit = self.hold_off_s + self.bound("t_outage") - LONGEST_HOLD_OFF_S
        self.check("the last entry is there in time", "at_most", LATE, limit=limit)
        self.check("each entry tells when it began", "close_to_reference", BEGAN, limit=self.dt_clk)
