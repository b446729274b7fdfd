"""Keywords of 3.1.1 at the meter and at the headend: intervals under a changing load, and with a supply failure."""

from __future__ import annotations

import math

from robot.api.deco import keyword, library

from bench.exchanges.meters import meter_name
from bench.keywords import intervals
from bench.keywords.interval_acts import IntervalActs
from bench.keywords.intervals import Ended
from drivers.cim.vocabulary import ReadingType

UNKNOWN_METER = "no-such-meter"
POWER_DOWN, POWER_UP = 1, 2
"""Event codes of the standard event log (DSMR and IDIS; unverified)."""


@library(scope="TEST", auto_keywords=False)
class PeriodicReading(IntervalActs):
    """Records what a meter does over some intervals, fetches them over the row, and judges them."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Record Intervals Under A Changing Load")
    def record_under_changing_load(self, count: int = 96) -> None:
        """Let ``count`` intervals pass, with another load each hour and the reference meter integrating.

        | =Argument= | =Meaning= |
        | count | how many intervals, 4 or more |

        Registers are read without load at both ends. Example: | Record Intervals Under A Changing Load | 96 |
        """
        lasting_s = (count + 1.0) * self.period_s
        self.expect_wait(lasting_s)
        self.run(self.record(count), lasting_s)

    @keyword("Cut The Supply During Intervals")
    def cut_supply(self, minutes: float = 40.0) -> None:
        """Draw 1,000 W, cut the supply in the middle of an interval for ``minutes``, and let two intervals pass after.

        | =Argument= | =Meaning= |
        | minutes | length of the failure, so that at least one interval ends in it |

        Example: | Cut The Supply During Intervals | minutes=40 |
        """
        lasting_s = minutes * 60.0 + 5.0 * self.period_s
        self.expect_wait(lasting_s)
        self.run(self.cut(minutes * 60.0), lasting_s)

    # -- fetching ------------------------------------------------------------------------------------------------

    @keyword("Fetch The Intervals From The Meter")
    def fetch_from_meter(self) -> None:
        """Read the load profile of the story's period over DLMS as the headend does.

        Example: | Fetch The Intervals From The Meter |
        """
        self.story.intervals = self.story.at_meter = self.run(self.read_profile())

    @keyword("Ask The Headend For The Intervals")
    def ask_headend(self) -> None:
        """As the MDMS, ask for the intervals of the meter under test and of a meter that does not exist.

        Example: | Ask The Headend For The Intervals |
        """
        self.story.at_meter = self.run(self.read_profile())
        answer = self.run(self.ask_as_mdms((meter_name(self.station), UNKNOWN_METER)))
        found = answer.of(meter_name(self.station))
        blocks = found.interval_blocks if found is not None else ()
        self.story.intervals = intervals.of_office(blocks, ReadingType.INTERVAL_IMPORT)
        unknown = [str(error.code) for error in answer.errors if error.meter == UNKNOWN_METER]
        self.record_list("error for a meter that does not exist", unknown, what=UNKNOWN_METER, source="headend")

    @keyword("Ask The Headend While The Meter Has No Supply")
    def ask_headend_in_vain(self) -> None:
        """Cut the meter's supply, ask as the MDMS, give the supply back. Records the error codes and any intervals.

        Example: | Ask The Headend While The Meter Has No Supply |
        """
        answer = self.run(self.ask_in_vain())
        codes = [str(error.code) for error in answer.errors if error.meter == meter_name(self.station)]
        values = [one for meter in answer.meters for block in meter.interval_blocks for one in block.readings]
        self.record_list("error for a meter without supply", codes, what="asked by the MDMS", source="headend")
        self.record_list("intervals of a meter without supply", (one.time_stamp for one in values))

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Every Interval Should Have Come Once")
    def every_interval_once(self) -> None:
        """None missing, none twice, none astray, each with its own status.

        Example: | Every Interval Should Have Come Once |
        """
        self.record_list("intervals that did not come", intervals.lacking(self.story.intervals, self.ends()))
        self._once_each()
        self.check("no interval is missing", "empty", "intervals that did not come")

    @keyword("Each Interval That Came Should Have Come Once")
    def came_once(self) -> None:
        """As `Every Interval Should Have Come Once`, but for intervals that the meter could not record.

        Example: | Each Interval That Came Should Have Come Once |
        """
        self._once_each()

    def _once_each(self) -> None:
        come = intervals.between(self.story.intervals, self.story.start, self.story.end)
        self.record_list("time stamps of the intervals", (interval.stamp for interval in come))
        self.record_list("time stamps that are no end of an interval", intervals.astray(come, self.ends()))
        self.record_list("intervals without a status", intervals.without_status(come))
        self.check("each row has a time stamp", "empty", "rows without a time stamp")
        self.check("each interval comes once", "unique", "time stamps of the intervals")
        self.check("each has its own time stamp", "empty", "time stamps that are no end of an interval")
        self.check("each has its status", "empty", "intervals without a status")

    @keyword("Intervals Should Add Up To The Register")
    def add_up(self) -> None:
        """Sum of the intervals = difference of the register, within one count.

        Example: | Intervals Should Add Up To The Register |
        """
        first, last = self.registers()
        total = intervals.total(intervals.between(self.story.intervals, self.story.start, self.story.end))
        self.recorder.observe(
            "sum of the intervals", total, unit="Wh", reference=last.energy - first.energy, count=first.count
        )
        self.check(
            "the intervals add up to the register", "close_to_reference", "sum of the intervals", limit=first.count
        )

    @keyword("Energy Should Agree With The Reference Meter")
    def agrees_with_reference(self) -> None:
        """Register difference, and the intervals of each hour, against the power analyser, within the meter's class.

        Example: | Energy Should Agree With The Reference Meter |
        """
        first, last = self.registers()
        self.recorder.observe(
            "energy of the period",
            last.energy - first.energy,
            unit="Wh",
            standard_uncertainty=math.hypot(self.story.reference_u, first.count / math.sqrt(6.0)),
            source="register against power analyser",
            reference=self.story.reference_wh,
        )
        share = float(self.meter.pixit("accuracy_class", 1.0)) / 100.0
        self.check("the energy is within the class", "relative_to_reference", "energy of the period", limit=share)
        for start, end, reference in self.story.hours:
            hour = intervals.total(intervals.between(self.story.intervals, start, end))
            self.recorder.observe("energy of an hour", hour, what=_hour(end), unit="Wh", reference=reference)
        self.check(
            "each hour's intervals hold that hour's energy",
            "relative_to_reference",
            "energy of an hour",
            limit=share,
            floor=2.0 * first.count,
        )

    @keyword("Gaps Should Be Flagged")
    def gaps_flagged(self) -> None:
        """Each missing interval is followed by one whose status or quality says so; there is at least one gap.

        Example: | Gaps Should Be Flagged |
        """
        ends = self.ends()
        lacking = intervals.lacking(self.story.intervals, ends)
        flagged = [one.stamp for one in self.story.intervals if one.status and one.status & self.outage_status]
        self.recorder.observe("the failure left its mark on the intervals", bool(flagged), gaps=list(lacking))
        unflagged = intervals.unflagged_gaps(self.story.intervals, ends, self.outage_status)
        self.record_list("gaps that nothing flags", unflagged)
        self.check("the supply failure shows in the intervals", "always", "the failure left its mark on the intervals")
        self.check("gaps are flagged", "empty", "gaps that nothing flags")

    @keyword("No Interval Should Be Zero Without An Outage")
    def no_unexplained_zero(self) -> None:
        """A zero interval has an outage status; the load never was zero while there was a supply.

        Example: | No Interval Should Be Zero Without An Outage |
        """
        come = intervals.between(self.story.intervals, self.story.start, self.story.end)
        zeros = intervals.unexplained_zeros(come, self.outage_status)
        self.record_list("zero intervals without an outage status", zeros)
        self.check("a zero interval has an outage status", "empty", "zero intervals without an outage status")

    @keyword("Power Events Should Match The Outage")
    def power_events_match(self) -> None:
        """The event log has the power-down and power-up of the supply failure, within the clock's error.

        Example: | Power Events Should Match The Outage |
        """
        if self.story.cut_at is None or self.story.back_at is None:
            raise RuntimeError("no supply failure was made in this test")
        logged = self.run(self.power_events())
        for code, at, name in (
            (POWER_DOWN, self.story.cut_at, "power down"),
            (POWER_UP, self.story.back_at, "power up"),
        ):
            times = [when for number, when in logged if number == code]
            nearest = min(times, key=lambda when: abs(when - at)) if times else None
            self.recorder.observe(f"{name} in the event log", nearest is not None, what=f"code {code}")
            self.check(f"{name} is logged", "always", f"{name} in the event log")
            if nearest is not None:
                self.recorder.observe(f"time of {name}", nearest - at, unit="s", reference=0.0)
            boot_s = float(self.meter.pixit("boot_s", 0.0)) if code == POWER_UP else 0.0
            self.check(f"{name} has its time", "close_to_reference", f"time of {name}", limit=self.dt_clk + boot_s)

    @keyword("Headend And Meter Should Agree")
    def headend_agrees(self) -> None:
        """The headend's intervals hold the energies that the meter's own profile has.

        Example: | Headend And Meter Should Agree |
        """
        period = (self.story.start, self.story.end)
        handed = [one for one in intervals.between(self.story.intervals, *period) if one.energy is not None]
        own = {round(one.end): one for one in intervals.between(self.story.at_meter, *period)}
        ends = [one.end for one in handed]
        recorded = [own[round(end)] for end in ends if round(end) in own]
        self.record_list("differences between headend and meter", intervals.differing(handed, recorded))
        come = {round(one.end) for one in intervals.between(self.story.intervals, *period)}
        lost = [one.stamp for end, one in own.items() if end not in come]
        self.record_list("intervals that the headend did not hand on", lost)
        self.check("the headend changes no value", "empty", "differences between headend and meter")
        self.check("the headend loses no interval", "empty", "intervals that the headend did not hand on")

    @keyword("Errors Should Be Specific")
    def errors_specific(self) -> None:
        """An unknown meter and one without supply are named as that, and no interval is made up for them.

        Example: | Errors Should Be Specific |
        """
        for series, code in (
            ("error for a meter that does not exist", "unknown_meter"),
            ("error for a meter without supply", "unreachable"),
        ):
            self.check(f"the {series} says why", "equals", series, expected=[code])
        self.check("no interval is made up", "empty", "intervals of a meter without supply")


def _hour(end: float) -> str:
    return f"hour to {Ended(end, None).stamp}"
