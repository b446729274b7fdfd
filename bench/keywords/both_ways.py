"""Keywords of 3.1.3: each direction in its own register, netted by nobody, and each rate at its time."""

from __future__ import annotations

import math

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.meters import meter_name
from bench.keywords import intervals
from bench.keywords.both_ways_acts import FAST_W, NET, BothWaysActs, Marks
from bench.keywords.held_intervals import OFFICE_TYPES
from bench.keywords.intervals import EXPORT, IMPORT, Ended

_WAYS = {IMPORT: "import", EXPORT: "export"}
_AFTER_COLLECTION_S = 45.0
_DAY_S = 86_400.0


@library(scope="TEST", auto_keywords=False)
class BothWays(BothWaysActs):
    """A generator behind the meter feeds in. Registers, intervals and offices are held against the power analyser."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Let Power Flow In Both Directions")
    def flow_both_ways(self) -> None:
        """Three intervals: import, export and import within the first, then export only, then import only.

        Example: | Let Power Flow In Both Directions |
        """
        lasting_s = 5.0 * self.period_s
        self.expect_wait(lasting_s)
        self.run(self.both_ways(), lasting_s)

    @keyword("Cross A Change Of Rates")
    def cross_change(self, direction: str) -> None:
        """Let 6,000 W flow one way across the next change of rates. Records when each register took over.

        | =Argument= | =Meaning= |
        | direction | ``import`` or ``export`` |

        Example: | Cross A Change Of Rates | import |
        """
        if not self.changes():
            raise SkipExecution("the device file states no change of rates (pixit.tariff.rate_changes)")
        self.expect_wait(_DAY_S)
        way = IMPORT if direction == "import" else EXPORT
        change, before, after, flowed = self.run(self.change_of_rate(way), _DAY_S)
        self._record_change(way, change, (before, after), flowed)

    def _record_change(self, way: str, change: float, ends: tuple[Marks, Marks], flowed: tuple[float, float]) -> None:
        before, after = ends
        moved = {name: after.since(before, name) for name in before.rates_of(way)}
        counted = [name for name, energy in moved.items() if energy > 0.0]
        total = after.since(before, way)
        self.recorder.observe("rate registers that counted across a change", len(counted), what=_WAYS[way])
        self.recorder.observe(
            "sum of the rate registers", sum(moved.values()), what=_WAYS[way], unit="Wh", reference=total
        )
        other = EXPORT if way == IMPORT else IMPORT
        strangers = [f"{name} {after.since(before, name):g} Wh" for name in after.rates_of(other)]
        strangers = [text for text in strangers if not text.endswith(" 0 Wh")]
        self.record_list("registers of the other direction that moved", strangers, what=_WAYS[way])
        if len(counted) == 2 and total > 0.0:
            old = min(moved[name] for name in counted) / total * (flowed[1] - flowed[0])
            # The flow is timed so that the rate before the change counts for the shorter time.
            self.recorder.observe(
                "change of rates after its time",
                flowed[0] + old - change,
                unit="s",
                standard_uncertainty=before.count / FAST_W * 3600.0 / math.sqrt(3.0),
                what=_WAYS[way],
                reference=0.0,
            )

    @keyword("Fetch Both Directions From The Meter")
    def fetch(self) -> None:
        """Read the load profile over DLMS as the headend does.

        Example: | Fetch Both Directions From The Meter |
        """
        self.run(self.fetch_both())

    @keyword("Ask The Headend For Both Directions")
    def ask_headend(self) -> None:
        """As the MDMS; what differs from the meter's own profile is recorded by direction.

        Example: | Ask The Headend For Both Directions |
        """
        self.run(self.fetch_both())
        answer = self.run(self.ask_as_mdms((meter_name(self.station),)))
        found = answer.of(meter_name(self.station))
        blocks = found.interval_blocks if found is not None else ()
        for way, name in _WAYS.items():
            self._record_differences("headend", way, intervals.of_office(blocks, OFFICE_TYPES[way]))
            self.recorder.observe(
                "intervals handed on", len(intervals.of_office(blocks, OFFICE_TYPES[way])), what=name, source="headend"
            )

    @keyword("Have Both Directions Collected")
    def have_collected(self) -> None:
        """The MDMS collects after each interval, power flows both ways, and one more collection passes.

        Example: | Have Both Directions Collected |
        """
        lasting_s = 6.0 * self.period_s
        self.expect_wait(lasting_s)
        now = self.clock.now()
        self.run(self.schedule_collection(math.floor(now / self.period_s) * self.period_s, self.period_s))
        self.run(self.both_ways(), lasting_s)
        self.run(self.wait(_AFTER_COLLECTION_S), _AFTER_COLLECTION_S)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Each Direction Should Agree With The Power Analyser")
    def directions_agree(self) -> None:
        """Both registers, and both energies of the interval in which power flowed both ways, within the class.

        Example: | Each Direction Should Agree With The Power Analyser |
        """
        first, last = self._ends()
        share = float(self.meter.pixit("accuracy_class", 1.0)) / 100.0
        for way, name in _WAYS.items():
            reference, uncertainty = self.both.reference[way]
            self.recorder.observe(
                "energy of a direction",
                last.since(first, way),
                what=name,
                unit="Wh",
                standard_uncertainty=math.hypot(uncertainty, first.count / math.sqrt(6.0)),
                source="register against power analyser",
                reference=reference,
            )
            mixed = next((one.energy for one in self.rows[way] if round(one.end) == round(self.both.mixed_end)), None)
            series = "energy of the interval with both directions"
            if mixed is None:
                self.recorder.could_not_look(series, f"the {name} of that interval did not come")
            else:
                self.recorder.observe(series, mixed, what=name, unit="Wh", reference=self.both.mixed[way])
        floor = 2.0 * first.count
        self.check(
            "each register holds what flowed in its direction",
            "relative_to_reference",
            "energy of a direction",
            limit=share,
            floor=floor,
        )
        self.check(
            "nothing is netted within an interval",
            "relative_to_reference",
            "energy of the interval with both directions",
            limit=share,
            floor=floor,
        )

    @keyword("No Register Should Move Against Its Direction")
    def own_direction_only(self) -> None:
        """While power flows one way, no register of the other way moves, and none ever falls.

        Example: | No Register Should Move Against Its Direction |
        """
        moved: list[str] = []
        for way, (begin, end) in self.both.one_way.items():
            other = EXPORT if way == IMPORT else IMPORT
            moved += [
                f"{name} {end.since(begin, name):+g} Wh during {_WAYS[way]}"
                for name in (other, *begin.rates_of(other))
                if end.since(begin, name) != 0.0
            ]
            self.recorder.observe("register that flows with it moved", end.since(begin, way) > 0.0, what=_WAYS[way])
        self.record_list("registers that moved against their direction", moved)
        self.check("the register of the direction counts", "always", "register that flows with it moved")
        self.check(
            "each register counts its own direction only", "empty", "registers that moved against their direction"
        )

    @keyword("Net Should Be Import Less Export")
    def net_is_difference(self) -> None:
        """By the meter's net register, if it has one, and by the sum of its intervals; within one count.

        Example: | Net Should Be Import Less Export |
        """
        first, last = self._ends()
        net = last.since(first, IMPORT) - last.since(first, EXPORT)
        if NET in last.registers:
            self._observe_net(last.since(first, NET), net, "net register")
        self._observe_net(
            self.interval_sum(self.rows[IMPORT]) - self.interval_sum(self.rows[EXPORT]), net, "sum of the intervals"
        )
        self.check("net is import less export", "close_to_reference", "net energy", limit=first.count)

    def _observe_net(self, value: float, reference: float, what: str) -> None:
        if math.isnan(value):
            self.recorder.could_not_look("net energy", "an interval did not come")
        else:
            self.recorder.observe("net energy", value, unit="Wh", what=what, reference=reference)

    @keyword("Each Rate Should Take Over At Its Time")
    def rates_in_time(self) -> None:
        """Two rates counted, together as much as the total, and the second took over within the clock's error.

        Example: | Each Rate Should Take Over At Its Time |
        """
        self.check("one rate follows another", "equals", "rate registers that counted across a change", expected=2)
        self.check("rates add up to the total", "close_to_reference", "sum of the rate registers", limit=1.0)
        self.check("no rate counts the other way", "empty", "registers of the other direction that moved")
        self.check(
            "the rate changes at its time", "close_to_reference", "change of rates after its time", limit=self.dt_clk
        )

    @keyword("The Headend Should Hand On Both Directions")
    def headend_hands_on(self) -> None:
        """Interval by interval as the meter has them.

        Example: | The Headend Should Hand On Both Directions |
        """
        self.check("both directions come", "at_least", "intervals handed on", limit=3)
        self.check("neither direction is changed", "empty", "differences to the meter")

    @keyword("MDMS And Billing Should Hold Both Directions")
    def offices_hold_both(self) -> None:
        """Interval by interval as the meter has them, and with them its net energy within one count.

        Example: | MDMS And Billing Should Hold Both Directions |
        """
        self.run(self.fetch_both())
        first, last = self._ends()
        net = last.since(first, IMPORT) - last.since(first, EXPORT)
        for actor in ("MDMS", "Billing"):
            held = {way: self.run(self.held_by(actor, self.story.start, self.story.end, way)) for way in _WAYS}
            for way, rows in held.items():
                self._record_differences(actor, way, rows)
            self._observe_net(self.interval_sum(held[IMPORT]) - self.interval_sum(held[EXPORT]), net, actor)
        self.check("neither direction is changed", "empty", "differences to the meter")
        self.check("what can be billed nets to the meter's own", "close_to_reference", "net energy", limit=first.count)

    # -- inside --------------------------------------------------------------------------------------------------

    def _ends(self) -> tuple[Marks, Marks]:
        if self.both.first is None or self.both.last is None:
            raise RuntimeError("no power has flowed in this test")
        return self.both.first, self.both.last

    def _record_differences(self, source: str, way: str, rows: list[Ended]) -> None:
        period = (self.story.start, self.story.end)
        differing = intervals.differing(intervals.between(rows, *period), intervals.between(self.rows[way], *period))
        self.record_list("differences to the meter", differing, what=f"{_WAYS[way]} at the {source}", source=source)
