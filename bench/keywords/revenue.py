"""Keywords of 3.3 behind the headend: what MDMS and CIS make of tampering, once for each case."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.exchanges.dlms.tamper import CoverOpened
from bench.keywords.revenue_acts import RevenueActs
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.revenue import CaseReason, CaseState, RevenueCase
from drivers.cim.vocabulary import EventKind, ReadingType


@library(scope="TEST", auto_keywords=False)
class RevenueProtection(RevenueActs):
    """Tampering with the meter under test, seen at the headend, the MDMS and the CIS."""

    # -- what happens --------------------------------------------------------------------------------------------

    @keyword("Have The Meter Tell The Headend")
    def have_told(self) -> None:
        """The headend's operator links the meter so that it is told of its events.

        Example: | Have The Meter Tell The Headend |
        """
        self.run(self.subscribe())

    @keyword("Open And Close The Cover")
    def open_and_close(self) -> None:
        """And let the event pass through the offices.

        Example: | Open And Close The Cover |
        """
        self.run(self.open_cover(), 120.0)

    @keyword("Answer Every Open Case")
    def answer(self, state: CaseState) -> None:
        """As a clerk of the CIS, and then once more, which is not to change anything.

        | =Argument= | =Meaning= |
        | state | ``all_ok`` or ``possible_tampering`` |

        Example: | Answer Every Open Case | all_ok |
        """
        for case in self.run(self.cases_at("CIS")):
            self.answer_case(case, state)

    def answer_case(self, case: RevenueCase, state: CaseState) -> None:
        """Answer one case twice; the second answer is the other one."""
        self.run(self.judge(case, state))
        other = CaseState.ALL_OK if state is CaseState.POSSIBLE_TAMPERING else CaseState.POSSIBLE_TAMPERING
        accepted = self.run(self._accepts(case, other))
        self.recorder.observe("a second answer is accepted", accepted, what=case.case, source="CIS")

    async def _accepts(self, case: RevenueCase, state: CaseState) -> bool:
        try:
            await self.judge(case, state)
        except OfficeRefusedError:
            return False
        return True

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The MDMS Should Have One Event With Readings And Status")
    def mdms_has_event(self) -> None:
        """Code, register and alarms as the meter sent them, once at the headend and once at the MDMS.

        Example: | The MDMS Should Have One Event With Readings And Status |
        """
        code = CoverOpened(self.meter).code
        for actor in ("AMI Headend", "MDMS"):
            events = self.run(self.events_at(actor, EventKind.TAMPERING))
            self.recorder.observe("events of one act", len(events), what=actor, source=actor)
            for event in events:
                report = event.tamper
                self.recorder.observe("code of the event", report.code if report else None, what=actor)
                kinds = {one.reading_type for one in report.readings} if report else set()
                has_both = {ReadingType.ENERGY_IMPORT, ReadingType.ENERGY_EXPORT} <= kinds
                self.recorder.observe("the event carries readings", has_both, what=actor)
                self.recorder.observe("the event carries the status", bool(report and report.status.alarms), what=actor)
        self.check("one act is one event", "equals", "events of one act", expected=1)
        self.check("the code is the meter's", "equals", "code of the event", expected=code)
        self.check("readings come along", "always", "the event carries readings")
        self.check("the status comes along", "always", "the event carries the status")

    @keyword("The Meter Should Be Flagged Everywhere")
    def flagged(self) -> None:
        """To be watched, at the MDMS, at the headend, and readable in the meter itself.

        Example: | The Meter Should Be Flagged Everywhere |
        """
        for actor in ("MDMS", "AMI Headend"):
            standings = (str(one.standing) for one in self.run(self.standings_at(actor)))
            self.record_list("how the meter stands", standings, what=actor, source=actor)
        self.recorder.observe("flag in the meter", self.run(self.flag()), source="meter")
        self.check("the meter is to be watched", "equals", "how the meter stands", expected=["to_be_watched"])
        self.check("the flag reaches the meter", "equals", "flag in the meter", expected=1)

    @keyword("The CIS Should Have One Case")
    def one_case(self, reason: CaseReason) -> None:
        """Of that reason, open, at the MDMS and at the CIS.

        | =Argument= | =Meaning= |
        | reason | ``tamper_event``, ``tamper_status``, ``invalid_registration`` ... |

        Example: | The CIS Should Have One Case | tamper_status |
        """
        for actor in ("MDMS", "CIS"):
            cases = (str(one.reason) for one in self.run(self.cases_at(actor)))
            self.record_list("cases about the meter", cases, what=actor, source=actor)
        self.check("there is one case", "equals", "cases about the meter", expected=[str(reason)])

    @keyword("Every Case Should Stand")
    def cases_stand(self, state: CaseState) -> None:
        """At the CIS and at the MDMS, whatever was said later.

        | =Argument= | =Meaning= |
        | state | what the CIS has answered first |

        Example: | Every Case Should Stand | all_ok |
        """
        for actor in ("CIS", "MDMS"):
            for case in self.run(self.cases_at(actor)):
                self.recorder.observe("state of a case", str(case.state), what=f"{case.reason} at the {actor}")
        self.check("the answer changes the case", "equals", "state of a case", expected=str(state))
        self.check("an answer is given once", "never", "a second answer is accepted")
