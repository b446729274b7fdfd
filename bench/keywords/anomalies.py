"""Keywords of 3.3.2: anomalous readings among many normal ones, the cases that come of them, and their end."""

from __future__ import annotations

import math
import random

from robot.api.deco import keyword, library

from bench.exchanges.meters import meter_name
from bench.keywords.population import DAY_S, INJECTED, NORMAL, Customer, Pattern, population
from bench.keywords.revenue import RevenueProtection
from drivers.cim.revenue import CaseReason, CaseState, RevenueCase

_AT_ONCE = 10
_FALSE_OF = 50
_PASSED_S = 60.0


@library(scope="TEST", auto_keywords=False)
class AnomalousReadings(RevenueProtection):
    """The bench hands a month of readings of many customers to the MDMS as the headend does."""

    def __init__(self) -> None:
        super().__init__()
        self._customers: list[Customer] = []
        self._flagged: list[RevenueCase] = []

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Hand Over A Month With Anomalies")
    def hand_over(self) -> None:
        """Thirty ordinary days and three more, in which two customers of each kind have changed.

        Example: | Hand Over A Month With Anomalies |
        """
        self.began = self.clock.now()
        self._customers = population(random.Random(f"{self.row.id} {self.meter_called}"))
        self.run(self._hand_over())
        cases = self.run(self.cases_at("MDMS", [one.meter for one in self._customers]))
        self._flagged = cases
        flagged = {case.meter for case in cases}
        for pattern in INJECTED:
            missed = [one.meter for one in self._customers if one.pattern is pattern and one.meter not in flagged]
            self.record_list("injected anomalies that nothing flags", missed, what=pattern, source="MDMS")
        normal = [one.meter for one in self._customers if one.pattern is Pattern.NORMAL]
        wrong = sum(meter in flagged for meter in normal)
        self.recorder.observe(
            "share of normal meters that are flagged", wrong / len(normal), what=f"{wrong} of {NORMAL}"
        )

    async def _hand_over(self) -> None:
        end = math.floor(self.clock.now() / DAY_S) * float(DAY_S)
        async with self.office("MDMS").session("headend") as mdms:
            for first in range(0, len(self._customers), _AT_ONCE):
                await mdms.announce([one.reading(end) for one in self._customers[first : first + _AT_ONCE]])
        await self.wait(_PASSED_S)

    @keyword("Answer The Cases")
    def answer_cases(self) -> None:
        """Who used nothing was on vacation: all OK. With the others tampering is possible. Each is answered twice.

        Example: | Answer The Cases |
        """
        for case in self.run(self.cases_at("CIS", [one.meter for one in self._customers])):
            self.answer_case(case, _verdict(case))

    @keyword("Read The Meter")
    def read(self) -> None:
        """Over the row's own link: who it is, and its import register.

        Example: | Read The Meter |
        """
        identity, register = self.run(self.exchange.perform())
        named = identity.serial_number in (None, meter_name(self.station))
        self.recorder.observe("the reading is of the meter that was asked", named, what=str(identity.serial_number))
        self.recorder.observe("register", register.value, unit=register.unit, source="meter")

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("Injected Anomalies Should Be Flagged")
    def flagged(self) -> None:
        """All of them, and at most one in fifty normal meters; each is one case at the CIS too.

        Example: | Injected Anomalies Should Be Flagged |
        """
        at_cis = self.run(self.cases_at("CIS", [one.meter for one in self._customers]))
        told = sorted(f"{one.meter} {one.reason}" for one in at_cis)
        own = sorted(f"{one.meter} {one.reason}" for one in self._flagged)
        self.record_list("cases that MDMS and CIS do not share", set(told) ^ set(own))
        self.record_list("meters with a case", told, source="CIS")
        self.check("every injected anomaly is flagged", "empty", "injected anomalies that nothing flags")
        self.check(
            "at most one in fifty is false", "at_most", "share of normal meters that are flagged", limit=1 / _FALSE_OF
        )
        self.check("the CIS has the cases", "empty", "cases that MDMS and CIS do not share")
        self.check("each is flagged once", "unique", "meters with a case")

    @keyword("The Reading Should Be The Meter's Own")
    def own_reading(self) -> None:
        """Of the meter that was asked for, with a register.

        Example: | The Reading Should Be The Meter's Own |
        """
        self.check("the reading names its meter", "always", "the reading is of the meter that was asked")
        self.check("it holds a register", "at_least", "register", limit=0.0)

    @keyword("Answers Should Change Each Case Once")
    def changed_once(self) -> None:
        """At the MDMS each case stands as the CIS answered first; what was a vacation is cleared.

        Example: | Answers Should Change Each Case Once |
        """
        for case in self.run(self.cases_at("MDMS", [one.meter for one in self._customers])):
            stands = case.state is _verdict(case)
            self.recorder.observe("case stands as answered", stands, what=f"{case.reason} {case.state}", source="MDMS")
        self.check("the answer changes the case", "always", "case stands as answered")
        self.check("an answer is given once", "never", "a second answer is accepted")


def _verdict(case: RevenueCase) -> CaseState:
    return CaseState.ALL_OK if case.reason is CaseReason.ZERO_USE else CaseState.POSSIBLE_TAMPERING
