"""Keywords of 3.2.3: limits on average demand by tariff period, the windows that break them, notices and switch."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.limits import Limit
from bench.keywords.demand_acts import OFFICE_INTERFACE, ON_TIME_S, DemandActs
from bench.keywords.limit_scene import LimitScene
from bench.keywords.process import ProcessLibrary
from drivers.metering import SwitchState

_HOUR_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class DemandLimits(ProcessLibrary):
    """Sets limits by tariff rate, draws loads in whole windows, and records what customer and witness see of each."""

    @cached_property
    def acts(self) -> DemandActs:
        """What is done."""
        return DemandActs(self)

    # -- setting ---------------------------------------------------------------------------------------------------

    @keyword("Limit The Demand")
    def limit(self, rate: int, warning_w: int, limit_w: int, over_s: int = 60) -> None:
        """Warning and limit for the windows of a rate; the switch opens so long after a window above the limit.

        | =Argument= | =Meaning= |
        | rate | tariff rate |
        | warning_w | average power at which the customer is warned |
        | limit_w | average power at which the limit is reached |
        | over_s | threshold duration of the limiter |

        Example: | Limit The Demand | 2 | 4500 | 5000 | over_s=60 |
        """
        self.run(self.acts.set(rate, Limit(warning_w, limit_w, over_s, over_s)), self.scene.dwell_s)
        if self.row.interface == OFFICE_INTERFACE:
            self.check(f"the limit of rate {rate} is set", "agree", f"limit of rate {rate}")
            self.check("the answer has readings and switch", "always", "the answer has readings and switch")

    @keyword("Watch The Demand Without Switching")
    def watch_only(self, rate: int, warning_w: int, limit_w: int) -> None:
        """The notices of a rate's limit without its limiter.

        Example: | Watch The Demand Without Switching | 2 | 4500 | 5000 |
        """
        self.run(self.acts.watch_only(rate, warning_w, limit_w), self.scene.dwell_s)

    @keyword("Begin Daylight Saving In Three Hours")
    def daylight_saving(self) -> None:
        """By the meter's own rule, at a full hour; it lasts beyond the test.

        Example: | Begin Daylight Saving In Three Hours |
        """
        self.run(self.acts.daylight_saving())

    # -- drawing ---------------------------------------------------------------------------------------------------

    @keyword("Draw In Whole Windows")
    def windows(self, *powers_w: float) -> None:
        """One window after the other with these average powers; records which notices each window's end brought.

        | =Argument= | =Meaning= |
        | powers_w | constant power of each window |

        Example: | Draw In Whole Windows | 5500 | 4900 | 4000 |
        """
        self.run(self.acts.windows(powers_w), 900.0 * (len(powers_w) + 1))

    @keyword("Draw A Peak In A Window")
    def peak(self, power_w: float, share: float) -> None:
        """``power_w`` for a ``share`` of one window and nothing else in it; records notices and whether it was cut.

        Example: | Draw A Peak In A Window | 10000 | 0.33 |
        """
        self.run(self.acts.peak(power_w, share), 1800.0)

    @keyword("Draw Until The Demand Is Limited")
    def until_limited(self, power_w: float) -> None:
        """``power_w`` from the beginning of a window until the switch opens after its end.

        Example: | Draw Until The Demand Is Limited | 6000 |
        """
        self.run(self.acts.until_limited(power_w, "at the limit"), 2000.0)

    @keyword("Draw A Window And Look At The Status")
    def look_at_status(self, rate: int, power_w: float) -> None:
        """``power_w`` in one whole window of a rate; then the customer's system reads demand and limits.

        Example: | Draw A Window And Look At The Status | 2 | 3000 |
        """
        self.run(self.acts.look_at_status(rate, power_w), 2000.0)

    @keyword("The Status Should Be Right")
    def status_right(self) -> None:
        """The average of the window as it was drawn, warning and limit as they were set.

        Example: | The Status Should Be Right |
        """
        self.acts.scene.check_status(float(self.meter.pixit("accuracy_class", 1.0)))

    @keyword("Draw From Now Until")
    def draw_until(self, power_w: float, until: str) -> None:
        """``power_w`` until a time of today (UTC); records when which notice came and when the switch opened.

        | =Argument= | =Meaning= |
        | power_w | constant power |
        | until | HH:MM, UTC |

        Example: | Draw From Now Until | 5000 | 06:20 |
        """
        self.run(self.acts.draw_until(power_w, until), 8 * _HOUR_S)

    @keyword("Limit Demand In Control Modes")
    def in_modes(self, *modes: int) -> None:
        """In each of ``modes``: 6 kW until the switch opens, then no load for a window; look, button, look.

        Example: | Limit Demand In Control Modes | 4 | 5 |
        """
        for mode in modes:
            self.run(self.acts.in_mode(mode), 4000.0)
        self.run(LimitScene(self).set_mode(int(self.meter.pixit("control_mode", 4))))

    # -- judging ---------------------------------------------------------------------------------------------------

    @keyword("Notices By Window Should Be")
    def notices_by_window(self, *expected: str) -> None:
        """What each window's end brought, in their order: ``none`` or meanings joined by ``+``.

        Example: | Notices By Window Should Be | near+exceeded | none | cleared |
        """
        for number, wanted in enumerate(expected, 1):
            series = f"notices after window {number}"
            self.check(f"{series}: {wanted}", "equals", series, expected=wanted)

    @keyword("The Demand Notice Should Come In Time")
    def in_time(self) -> None:
        """Within ``t_evt`` of the end of the window whose average passed the limit, protected, and once.

        Example: | The Demand Notice Should Come In Time |
        """
        self.check("the customer is warned", "always", "the customer is told: near")
        self.check("the customer is told of the limit", "always", "the customer is told: exceeded")
        series = "from the window's end until the notice"
        self.check("in time", "at_most", series, limit=self.bound("t_evt"))
        self.check("not before the window's end", "at_least", series, limit=0.0)
        self.check("a receipt ends the notice", "empty", "notices that came again after their receipt")

    @keyword("The Demand Limiter Should Act After Its Duration")
    def acted(self) -> None:
        """The witness sees the switch open the threshold duration after the window's end, within 1 s; state 2.

        Example: | The Demand Limiter Should Act After Its Duration |
        """
        self.check("the limiter opens the switch", "always", "the switch opened")
        series = "from the window's end until the switch opened"
        self.check("the limiter acts after its own duration", "close_to_reference", series, limit=ON_TIME_S)
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state after the trip", expected=ready)

    @keyword("Nothing Should Have Happened")
    def nothing(self) -> None:
        """No notice, and the load stayed on.

        Example: | Nothing Should Have Happened |
        """
        self.check("nobody is told", "empty", "notices of the demand")
        self.check("the load stays on", "never", "the switch opened")

    @keyword("The Limit Of The Period Should Have Applied")
    def own_limit(self, window_end: str) -> None:
        """The first notice came with the window that ended then (UTC), and the switch opened after it.

        | =Argument= | =Meaning= |
        | window_end | HH:MM, UTC |

        Example: | The Limit Of The Period Should Have Applied | 06:15 |
        """
        self.check("told with the first window of the period", "equals", "first notice (UTC)", expected=window_end)
        self.check("the limiter opens the switch", "always", "the switch opened")

    @keyword("The Way Back Should Be That Of The Mode")
    def way_back(self) -> None:
        """State 2 after each trip; closed by itself where the mode has local reconnection, else by the button only.

        Example: | The Way Back Should Be That Of The Mode |
        """
        ready = int(SwitchState.READY_FOR_RECONNECTION)
        self.check("ready for reconnection", "equals", "control state after the trip", expected=ready)
        self.check("it closes by itself where the mode says so", "always", "closed by itself as the mode says")
        self.check("the button closes what is ready", "always", "closed after the button")
