"""Keywords of 3.3.4: who answers for a meter is known by its keys; what is not the registered meter is not billed."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.exchanges.meters import meter_name
from bench.keywords import intervals
from bench.keywords.identity_acts import IdentityActs
from bench.keywords.revenue import RevenueProtection
from drivers.cim.times import iso
from drivers.cim.vocabulary import Code, EventKind

_INTERVALS_AFTER = 3


@library(scope="TEST", auto_keywords=False)
class MeterIdentity(RevenueProtection, IdentityActs):
    """Another meter of the station stands in for a clone: its keys are its own, the names are copied or not."""

    def __init__(self) -> None:
        super().__init__()
        self._last_good = 0.0
        self._until = 0.0

    # -- at the meter --------------------------------------------------------------------------------------------

    @keyword("Try To Rewrite The Identity")
    def try_to_rewrite(self) -> None:
        """Write another logical device name and another serial number, as the client that may do most.

        Example: | Try To Rewrite The Identity |
        """
        for what, name in self.names.items():
            accepted, changed, traced = self.run(self.rewrite(name))
            harmless = (not accepted and not changed) or traced
            self.recorder.observe(
                "rewriting is refused or leaves a trace", harmless, what=what, accepted=accepted, changed=changed
            )

    @keyword("Rewriting Should Be Refused Or Leave A Trace")
    def refused_or_traced(self) -> None:
        """Of each name.

        Example: | Rewriting Should Be Refused Or Leave A Trace |
        """
        self.check("no identity changes in silence", "always", "rewriting is refused or leaves a trace")

    @keyword("Ask A Clone With The Registered Keys")
    def ask_clone(self) -> None:
        """A second meter bears the names of the one under test. It is asked with the keys of the one under test.

        Example: | Ask A Clone With The Registered Keys |
        """
        self.run(self._ask_clone())

    async def _ask_clone(self) -> None:
        async with self.replaced(copied=True) as other:
            clone = DlmsAccess(self.station, other)
            for what, name in self.names.items():
                same = await self.told(clone, name) == await self.told(self.meter, name)
                self.recorder.observe("the clone bears the name", same, what=what)
            passes, answer = await self.passes_for_registered(other)
        self.recorder.observe("the clone passes for the registered meter", passes, what=answer)
        genuine, answer = await self.passes_for_registered(self.meter.seat)
        self.recorder.observe("the registered meter passes", genuine, what=answer)

    @keyword("A Clone Should Not Pass For The Meter")
    def clone_fails(self) -> None:
        """Though it bears the meter's names; the meter itself passes with the same keys.

        Example: | A Clone Should Not Pass For The Meter |
        """
        self.check("the clone bears the meter's names", "always", "the clone bears the name")
        self.check("names do not make the meter", "never", "the clone passes for the registered meter")
        self.check("the meter proves who it is", "always", "the registered meter passes")

    # -- behind the headend --------------------------------------------------------------------------------------

    @keyword("Put Another Meter In Its Place")
    def put_another(self, copied: bool) -> None:
        """And ask the headend for a reading, as the MDMS does: that is the first contact.

        | =Argument= | =Meaning= |
        | copied | whether the other meter bears the serial number and the names of the one that it replaces |

        Example: | Put Another Meter In Its Place | copied=True |
        """
        self.began = self.clock.now()
        self.run(self._put_another(copied))

    async def _put_another(self, copied: bool) -> None:
        async with self.replaced(copied=copied):
            answer = await self.ask_headend()
            await self.wait(_PASSED_ON_S)
        codes = [str(error.code) for error in answer.errors if error.meter == meter_name(self.station)]
        self.record_list("what the headend answers about the meter", codes, source="headend")

    @keyword("Replace The Meter While Intervals Are Collected")
    def replace_while_collecting(self) -> None:
        """Two intervals are collected of the meter itself; then a clone stands in its place for some.

        Example: | Replace The Meter While Intervals Are Collected |
        """
        lasting_s = (_INTERVALS_AFTER + 4.0) * self.period_s
        self.expect_wait(lasting_s)
        self.began = self.clock.now()
        self.run(self._replace_while_collecting(), lasting_s)

    async def _replace_while_collecting(self) -> None:
        start = self.clock.now()
        self._last_good = await self.collect_two()
        before = await self.held_by("Billing", start, self._last_good)
        self.recorder.observe("intervals billed before", len(before), source="Billing")
        async with self.replaced(copied=True):
            self._until = await self.let_intervals_pass(_INTERVALS_AFTER)

    # -- judging -------------------------------------------------------------------------------------------------

    @keyword("The Registration Should Be Reported As Invalid")
    def reported(self) -> None:
        """At the first contact, by the headend; once at the MDMS, which marks the meter, as the headend then does too.

        Example: | The Registration Should Be Reported As Invalid |
        """
        for actor in ("AMI Headend", "MDMS"):
            events = self.run(self.events_at(actor, EventKind.INVALID_REGISTRATION))
            self.recorder.observe("reports of an invalid registration", len(events), what=actor, source=actor)
            standings = (str(one.standing) for one in self.run(self.standings_at(actor)))
            self.record_list("how the meter stands", standings, what=actor, source=actor)
        self.check("it is reported once", "equals", "reports of an invalid registration", expected=1)
        self.check("the meter is marked invalid", "equals", "how the meter stands", expected=["invalid"])

    @keyword("The Headend Should Say That The Registration Is Invalid")
    def headend_says_so(self) -> None:
        """In its answer at the first contact.

        Example: | The Headend Should Say That The Registration Is Invalid |
        """
        self.check(
            "the answer says why",
            "equals",
            "what the headend answers about the meter",
            expected=[str(Code.INVALID_REGISTRATION)],
        )

    @keyword("Nothing Of The Clone Should Be Billed")
    def not_billed(self) -> None:
        """Billing has the intervals of the meter itself and none from the replacement on, not even an estimate.

        Example: | Nothing Of The Clone Should Be Billed |
        """
        held = self.run(self.held_by("Billing", self._last_good, self._until))
        after = intervals.between(held, self._last_good, self._until)
        self.record_list("intervals billed after the replacement", (iso(one.end) for one in after), source="Billing")
        self.check("the meter itself was billed", "at_least", "intervals billed before", limit=1)
        self.check("nothing is billed of an invalid meter", "empty", "intervals billed after the replacement")


_PASSED_ON_S = 45.0
"""By then the headend's report has gone up, and the mark has come down."""
