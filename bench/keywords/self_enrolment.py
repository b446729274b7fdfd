"""Keywords of 5.3, customer self-enrolment: a customer acts on the own premises, and on no others."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.keywords.enrolment_library import LMS, OPERATOR, EnrolmentLibrary
from drivers.cim.enrolment import Enrolment, enrolments

DONE, REFUSED = "the customer's own wish is carried out", "a wish for another's premises is refused"
SAME, STATE = "the other's enrolment is as it was", "what load management has of it"
FOREIGN = "enrolments of the other's premises"
_GUARD_S = 600.0


@library(scope="TEST", auto_keywords=False)
class SelfEnrolment(EnrolmentLibrary):
    """Customers at the portal; what load management has is looked at by its operator."""

    @keyword("Enrol Look And Withdraw")
    def own(self) -> None:
        """A customer, for the own premises. Example: | Enrol Look And Withdraw |"""
        self.run(self._own(), _GUARD_S)

    async def _own(self) -> None:
        person, (program, _) = self.customer, self.customers.programs
        async with self.customers.signed_in(person) as portal:
            own = await portal.enrol(person.premises, program)
            shown = await portal.enrolment(own)
            self.recorder.observe(DONE, shown["premises"] == person.premises, what="shown to the customer")
            listed = (await portal.enrolments(person.premises))["enrolments"]
            self.recorder.observe(DONE, len(listed) == 1, what="listed once")
            await self._observe_state(own, "enrolled")
            await portal.withdraw(own)
            await self._observe_state(own, "withdrawn")

    async def _observe_state(self, enrolment: str, wanted: str) -> None:
        found = [one for one in await self._at_load_management() if one.enrolment == enrolment]
        states = ", ".join(one.state for one in found)
        self.recorder.observe(DONE, states == wanted, what=f"{wanted}, at load management", state=states)

    async def _at_load_management(self) -> tuple[Enrolment, ...]:
        async with self.office(LMS).session(OPERATOR) as lms:
            return await enrolments(lms.messenger)

    @keyword("The Customer's Wishes Should Be Carried Out")
    def own_done(self) -> None:
        """Example: | The Customer's Wishes Should Be Carried Out |"""
        self.check("what a customer wants for the own premises happens", "always", DONE)

    @keyword("Act On The Premises Of Another Customer")
    def foreign(self) -> None:
        """Enrol them, look at them, withdraw them, by every name that they have in the portal.

        Example: | Act On The Premises Of Another Customer |
        """
        self.run(self._foreign(), _GUARD_S)

    async def _foreign(self) -> None:
        person, other, (program, unused) = self.customer, self.another, self.customers.programs
        async with self.customers.signed_in(person) as portal:
            theirs = await portal.enrol(person.premises, program)
        before = await self._at_load_management()
        async with self.customers.signed_in(other) as portal:
            own = await portal.enrol(other.premises, program)
            self.recorder.observe(DONE, bool(own), what="the other customer's own wish")
            asked = portal.enrol(person.premises, unused)
            await self.refused(REFUSED, asked, "enrol another's premises in a further program")
            await self.refused(REFUSED, portal.enrol(person.premises, program), "enrol them once more")
            await self.refused(REFUSED, portal.enrolment(theirs), "look at another's enrolment")
            await self.refused(REFUSED, portal.enrolments(person.premises), "list another's enrolments")
            await self.refused(REFUSED, portal.withdraw(theirs), "withdraw another's enrolment")
            await self.refused(REFUSED, portal.enrol("P-000", program), "enrol premises that do not exist")
        after = [one for one in await self._at_load_management() if one.enrolment != own]
        self.recorder.observe(SAME, list(before) == after, before=len(before), after=len(after))

    @keyword("Nothing Of The Other Customer Should Have Moved")
    def foreign_refused(self) -> None:
        """Example: | Nothing Of The Other Customer Should Have Moved |"""
        self.check("who asks may act on the own premises", "always", DONE)
        self.check("another's premises are refused, as if they were not there", "always", REFUSED)
        self.check("what load management has of them is as it was", "always", SAME)
