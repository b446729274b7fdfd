"""Keywords of 3.4.1 to 3.4.5 about the time between two supplies, in which no energy may flow."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.order_acts import OrderActs


@library(scope="TEST", auto_keywords=False)
class BetweenSupplies(OrderActs):
    """Ends a supply by order, lets energy flow past the open switch, and looks what is made of it."""

    @keyword("End The Former Supply")
    def end_former_supply(self) -> None:
        """The CIS has the meter disconnected by order, so that a final reading is known. Raises nothing if it is done.

        Example: | End The Former Supply |
        """
        end = self.run(self.disconnected_by_order(), self.bound("t_business"))
        self.recorder.observe("end of the former supply", str(end.state), what=str(end.code or ""))
        self.check("the former supply has ended", "equals", "end of the former supply", expected="done")

    @keyword("Bypass The Open Switch")
    def bypass(self, minutes: float = 30.0) -> None:
        """A conductor from behind the measuring element past the open switch, under load, for some time.

        | =Argument= | =Meaning= |
        | minutes | how long |

        Example: | Bypass The Open Switch | minutes=30 |
        """
        self.run(self.past_the_switch(minutes), minutes * 60.0)

    @keyword("Let Minutes Pass")
    def let_pass(self, minutes: float) -> None:
        """Let station time pass.

        | =Argument= | =Meaning= |
        | minutes | how long |

        Example: | Let Minutes Pass | 60 |
        """
        self.run(self.wait(minutes * 60.0), minutes * 60.0)

    @keyword("Read On Demand")
    def read_on_demand(self, what: str) -> None:
        """The CIS has the headend read the meter; the register is recorded beside the final reading.

        | =Argument= | =Meaning= |
        | what | which reading this is, in words |

        Example: | Read On Demand | after the bypass |
        """
        reading = self.run(self.register_now())
        if reading is None:
            self.recorder.could_not_look("register after the disconnect", f"no register came {what}")
        else:
            self.recorder.observe("register after the disconnect", reading.value, what=what, unit=reading.unit)

    @keyword("Later Readings Should Equal The Final Reading")
    def later_equal(self) -> None:
        """No creep with the load connected and the switch open.

        Example: | Later Readings Should Equal The Final Reading |
        """
        self.check("nothing is metered after the disconnect", "agree", "register after the disconnect")

    @keyword("Possible Tampering Should Be Reported")
    def tampering_reported(self) -> None:
        """The MDMS has an event of it at this meter, and the CIS has heard of it.

        Example: | Possible Tampering Should Be Reported |
        """
        series = "possible tampering is an event"
        for actor, asker in (("MDMS", "cis"), ("CIS", "operator")):
            events = self.run(self.tampering_events(actor, asker))
            self.recorder.observe(series, bool(events), what=f"at the {actor}")
        values = [one.value for one in self.recorder.observations if one.series == "register after the disconnect"]
        self.recorder.observe("energy has flowed since the final reading", len(set(map(str, values))) > 1)
        self.check("energy has flowed past the switch", "always", "energy has flowed since the final reading")
        self.check("the delta is reported as possible tampering", "always", series)

    @keyword("No Tampering Should Be Reported Yet")
    def nothing_reported(self) -> None:
        """No such event while no energy has flowed.

        Example: | No Tampering Should Be Reported Yet |
        """
        events = self.run(self.tampering_events("MDMS", "cis"))
        self.recorder.observe("tampering is reported without a cause", bool(events))
        self.check("nothing is reported without a cause", "never", "tampering is reported without a cause")
