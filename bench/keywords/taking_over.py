"""Keywords of 5.3, enrol customer: an account is bound to premises and their meter, once."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.enrolment import Person
from bench.keywords.enrolment_library import LMS, OPERATOR, EnrolmentLibrary
from drivers.cim.enrolment import agreements

BOUND, KNOWN = "meters of the account", "agreements for the premises at load management"
TAKEN, RIGHT = "the customer takes the premises over", "load management knows account, premises and meter"
REFUSED, OTHERS = "what must not be bound is refused", "meters of the account that are not its own"
_GUARD_S = 600.0


@library(scope="TEST", auto_keywords=False)
class TakingOver(EnrolmentLibrary):
    """A newcomer, and others, at the portal."""

    @keyword("Take Premises Over")
    def take_over(self) -> None:
        """A newcomer, with premises, meter and code of the utility's letter. Example: | Take Premises Over |"""
        self.run(self._take_over(), _GUARD_S)

    async def _take_over(self) -> None:
        person = self.newcomer
        async with self.customers.signed_in(person) as portal:
            before = await portal.portal.account()
            self.recorder.observe(OTHERS, len(before["meters"]), what="before")
            await portal.bind(person.premises, person.meter, self.customers.code_of(person))
            await self._look(person)

    async def _look(self, person: Person) -> None:
        async with self.customers.signed_in(person) as portal:
            meters = (await portal.portal.account())["meters"]
        self.recorder.observe(BOUND, list(meters).count(person.meter), meter=person.meter)
        self.recorder.observe(OTHERS, sum(meter != person.meter for meter in meters), what="afterwards")
        async with self.office(LMS).session(OPERATOR) as lms:
            found = await agreements(lms.messenger, (person.premises,))
        self.recorder.observe(KNOWN, len(found))
        for one in found:
            same = (one.account, one.premises, one.meter) == (person.user, person.premises, person.meter)
            self.recorder.observe(RIGHT, same, account=one.account, meter=one.meter)

    @keyword("Account Premises And Meter Should Be Bound Once")
    def bound_once(self) -> None:
        """At the portal and at load management. Example: | Account Premises And Meter Should Be Bound Once |"""
        self.check("the account has the meter once", "equals", BOUND, expected=1)
        self.check("it has no other meter", "equals", OTHERS, expected=0)
        self.check("load management knows the premises once", "equals", KNOWN, expected=1)
        self.check("account, premises and meter belong together", "always", RIGHT)

    @keyword("Take Over What Is Taken")
    def take_again(self) -> None:
        """The newcomer once more, and somebody else with the same letter. Example: | Take Over What Is Taken |"""
        self.run(self._take_again(), _GUARD_S)

    async def _take_again(self) -> None:
        person = self.newcomer
        code = self.customers.code_of(person)
        async with self.customers.signed_in(person) as portal:
            await portal.bind(person.premises, person.meter, code)
            await self.refused(REFUSED, portal.bind(person.premises, person.meter, code), "the same customer again")
        async with self.customers.signed_in(self.another) as portal:
            asked = portal.bind(person.premises, person.meter, code)
            await self.refused(REFUSED, asked, "another customer with the same letter")
        await self._look(person)

    @keyword("Take Over What Belongs To Somebody Else")
    def take_foreign(self) -> None:
        """With a wrong code, with a meter of other premises, premises of somebody else, a meter that does not exist; at
        the end what is their own. Example: | Take Over What Belongs To Somebody Else |"""
        self.run(self._take_foreign(), _GUARD_S)

    async def _take_foreign(self) -> None:
        person, other = self.newcomer, self.customer
        code = self.customers.code_of(person)
        tries = {
            "a wrong code": (person.premises, person.meter, "0" * len(code)),
            "no code": (person.premises, person.meter, ""),
            "somebody else's meter at the own premises": (person.premises, other.meter, code),
            "somebody else's premises and meter": (other.premises, other.meter, code),
            "a meter that does not exist": (person.premises, "00000000", code),
            "premises that do not exist": ("P-000", person.meter, code),
        }
        for what, (premises, meter, shown) in tries.items():
            async with self.customers.signed_in(person) as portal:
                await self.refused(REFUSED, portal.bind(premises, meter, shown), what)
        async with self.customers.signed_in(other) as portal:
            meters = (await portal.portal.account())["meters"]
            self.recorder.observe(REFUSED, list(meters) == [other.meter], what="the other customer keeps the meter")
        async with self.customers.signed_in(person) as portal:
            await portal.bind(person.premises, person.meter, code)
        await self._look(person)

    @keyword("Each Should Have Been Refused")
    def each_refused(self) -> None:
        """Example: | Each Should Have Been Refused |"""
        self.check("duplicate and foreign meters are refused", "always", REFUSED)
