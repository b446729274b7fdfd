"""Keywords of 3.1.4: a new billing date, the periods that end by it, and who learns of them."""

from __future__ import annotations

from typing import Any

from robot.api.deco import keyword, library

from bench.exchanges.office.choose_billing_day import ChooseBillingDay
from bench.keywords.billing_acts import LOOK_BACK_S, BillingActs, Closing
from bench.keywords.cycles import DAY_S, unmatched, whole_days
from drivers.cim.times import iso

_LONGEST_WAIT_S = 125 * DAY_S
_PASSED_ON_S = 30.0
"""By then the choice has passed through MDMS and headend to the meter."""

_ASKED_AFTER_END_S = 3 * 3600.0
"""By then the MDMS has asked for what the meter has closed."""


@library(scope="TEST", auto_keywords=False)
class Billing(BillingActs):
    """The billing date, at the meter or by the customer's choice, and the ends of billing periods."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Change The Billing Date")
    def change(self, day: int) -> None:
        """Write another day of the month into the meter's schedule, as the headend does.

        | =Argument= | =Meaning= |
        | day | 1 to 31 |

        Example: | Change The Billing Date | 31 |
        """
        self.run(self.change_day(day))

    @keyword("Wait For The Ends Of Periods")
    def let_periods_end(self, count: int) -> None:
        """Wait for the end of the running period and of those after it, and read what the meter has closed.

        | =Argument= | =Meaning= |
        | count | how many ends |

        Example: | Wait For The Ends Of Periods | 2 |
        """
        self.expect_wait(_LONGEST_WAIT_S)
        ends = self.run(self.ends_ahead(count))
        for end in ends:
            self.run(self.let_end([end]), _LONGEST_WAIT_S)
        self.cycle.closings = self.run(self.closings_of_meter(self.cycle.changed_at, self.clock.now()))

    @keyword("Ask The Headend For Ended Periods")
    def ask_headend(self) -> None:
        """As the MDMS; and read the meter's own billing profile to compare.

        Example: | Ask The Headend For Ended Periods |
        """
        handed = self.run(self.closings_of_office("AMI Headend", "mdms"))
        self.recorder.observe("ended periods handed on", len(handed), source="headend")
        now = self.clock.now()
        own = self.run(self.closings_of_meter(now - LOOK_BACK_S, now))
        self.record_list("ended periods that differ from the meter's", _differing(handed, own), source="headend")

    @keyword("Choose A Billing Date At The Portal")
    def choose(self, day: int) -> None:
        """As the customer of the meter under test. The portal's answer is recorded.

        | =Argument= | =Meaning= |
        | day | 1 to 31 |

        Example: | Choose A Billing Date At The Portal | 3 |
        """
        self.cycle.old_day, self.cycle.new_day = self.run(self.billing_day()), day
        self.cycle.changed_at = self.clock.now()
        answer = self.run(self._choose(day))
        self.recorder.observe("day that the portal acknowledges", answer.get("day"), source="CIS")

    async def _choose(self, day: int) -> Any:
        async with self.office("CIS").customer() as portal:
            answer = await ChooseBillingDay(self.station, self.seat_of("CIS"), self.row).write(portal, day)
        await self.wait(_PASSED_ON_S)
        return answer

    @keyword("Let The MDMS Fetch The Ended Period")
    def let_fetch(self) -> None:
        """Wait until the running period has ended and the MDMS has had time to ask for it.

        Example: | Let The MDMS Fetch The Ended Period |
        """
        self.let_periods_end(1)
        self.run(self.wait(_ASKED_AFTER_END_S), _ASKED_AFTER_END_S)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Each Period Should Have Ended Once")
    def ended_once(self) -> None:
        """An end at each expected moment within the clock's error, and none at any other.

        Example: | Each Period Should Have Ended Once |
        """
        found = [closing.at for closing in self.cycle.closings]
        self.record_list("ends of periods", [iso(at) for at in found])
        self.record_list("ends that did not come", map(iso, unmatched(self.cycle.expected, found, self.dt_clk)))
        self.record_list("ends at other times", map(iso, unmatched(found, self.cycle.expected, self.dt_clk)))
        self.record_list(
            "ends without a status", (iso(closing.at) for closing in self.cycle.closings if closing.status is None)
        )
        self.check("each period has ended at its time", "empty", "ends that did not come")
        self.check("no period has ended at another time", "empty", "ends at other times")
        self.check("no period has ended twice", "unique", "ends of periods")
        self.check("each end has a time stamp", "empty", "ends of periods without a time stamp")
        self.check("each end has a status", "empty", "ends without a status")

    @keyword("No Day Should Be Billed Twice Or Left Out")
    def no_day_twice(self) -> None:
        """Days of the periods add up, and each closing holds the registers that the meter had at that midnight.

        Example: | No Day Should Be Billed Twice Or Left Out |
        """
        before = self.run(self.closings_of_meter(self.cycle.changed_at - LOOK_BACK_S, self.cycle.changed_at))
        if not before:
            self.recorder.could_not_look("days of the periods", "the meter has closed no period before")
        else:
            ends = [before[-1].at, *(closing.at for closing in self.cycle.closings)]
            elapsed = round((self.cycle.expected[-1] - before[-1].at) / DAY_S)
            self.recorder.observe("days of the periods", sum(whole_days(ends)), unit="d", reference=elapsed)
        closings = self.cycle.closings
        start, end = (closings[0].at - 1.0, closings[-1].at + 1.0) if closings else (0.0, 0.0)
        midnights = {round(one.at): one for one in self.run(self.midnights_of_meter(start, end))}
        at_midnight = [closing for closing in closings if round(closing.at) in midnights]
        self.recorder.observe("ends that are midnights of the meter", len(at_midnight), reference=len(closings))
        self.record_list(
            "ends with other registers than at that midnight",
            _differing(at_midnight, [midnights[round(closing.at)] for closing in at_midnight]),
        )
        self.check("every day is in one period", "close_to_reference", "days of the periods", limit=0.5)
        self.check("periods end at midnight", "close_to_reference", "ends that are midnights of the meter", limit=0.0)
        self.check("each end holds its registers", "empty", "ends with other registers than at that midnight")

    @keyword("The Change Should Be Logged")
    def change_logged(self) -> None:
        """One entry, at its time, by the client that made it where the log says who.

        Example: | The Change Should Be Logged |
        """
        logged = self.run(self.changes_logged())
        self.recorder.observe("entries of the change", len(logged), source="event log")
        for at, who in logged[:1]:
            self.recorder.observe("time of the entry", at, unit="s", reference=self.cycle.changed_at)
            if who is not None:
                sap = self.meter.client("management").sap
                self.recorder.observe("entry names who changed it", who == sap, what=f"client {who}")
                self.check("the log says who", "always", "entry names who changed it")
        self.check("the change is logged once", "equals", "entries of the change", expected=1)
        self.check("the entry has its time", "close_to_reference", "time of the entry", limit=self.dt_clk)

    @keyword("The Headend Should Hand On Ended Periods")
    def headend_hands_on(self) -> None:
        """Each with the registers that the meter's own billing profile has.

        Example: | The Headend Should Hand On Ended Periods |
        """
        self.check("ended periods come", "at_least", "ended periods handed on", limit=1)
        self.check("none is changed", "empty", "ended periods that differ from the meter's")

    @keyword("The Choice Should Be Acknowledged")
    def acknowledged(self, day: int) -> None:
        """The portal says the chosen day.

        | =Argument= | =Meaning= |
        | day | the chosen one |

        Example: | The Choice Should Be Acknowledged | 3 |
        """
        self.check("the choice is acknowledged", "equals", "day that the portal acknowledges", expected=day)

    @keyword("The Meter Should Have The Chosen Day")
    def meter_has_day(self, day: int) -> None:
        """The meter's schedule holds it.

        | =Argument= | =Meaning= |
        | day | the chosen one |

        Example: | The Meter Should Have The Chosen Day | 3 |
        """
        self.recorder.observe("day in the meter's schedule", self.run(self.billing_day()), source="meter")
        self.check("the choice reaches the meter", "equals", "day in the meter's schedule", expected=day)

    @keyword("Billing Should Hold Each Ended Period Once")
    def billing_holds(self) -> None:
        """What the meter has closed is at the MDMS and at Billing, unchanged.

        Example: | Billing Should Hold Each Ended Period Once |
        """
        now = self.clock.now()
        own = self.run(self.closings_of_meter(now - LOOK_BACK_S, now))
        self.recorder.observe("the meter has ended a period since", len(self.cycle.closings) == 1)
        for actor in ("MDMS", "Billing"):
            held = self.run(self.closings_of_office(actor))
            self.record_list("ends of periods", (iso(closing.at) for closing in held), what=actor)
            self.record_list("ended periods that differ from the meter's", _differing(held, own), source=actor)
        self.check("the running period has ended", "always", "the meter has ended a period since")
        self.check("MDMS and Billing hold what the meter closed", "empty", "ended periods that differ from the meter's")


def _differing(these: list[Closing], those: list[Closing]) -> list[str]:
    """Ends that only one side has, or with other registers."""
    first, second = ({round(one.at): dict(one.registers) for one in side} for side in (these, those))
    found = [f"{iso(at)}: only one has it" for at in sorted(first.keys() ^ second.keys())]
    found += [f"{iso(at)}: two ends at once" for at in sorted(first) if [round(one.at) for one in these].count(at) > 1]
    for at in sorted(first.keys() & second.keys()):
        names = sorted(first[at].keys() | second[at].keys())
        found += [
            f"{iso(at)} {name}: {first[at].get(name)} and {second[at].get(name)}"
            for name in names
            if first[at].get(name) != second[at].get(name)
        ]
    return found
