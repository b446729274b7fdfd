"""Keywords of 5.3, third party enrols customer: only while the customer consents (as control C-H5 asks it)."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.enrolment import Person
from bench.keywords.enrolment_library import LMS, OPERATOR, EnrolmentLibrary
from drivers.cim.enrolment import Enrolment, enrol, enrolments, withdraw
from drivers.cim.errors import OfficeRefusedError

REFUSED, ENROLLED = "an enrolment without live consent is refused", "an enrolment with live consent is taken"
ENTERED, LOGGED = "enrolments of the premises at load management", "the enrolment is in the log"
AFTER = "from the withdrawal of consent to the first refusal"
_THIRD_PARTY = "aggregator"
_LONG_S, _SHORT_S = 86_400.0, 600.0
_GUARD_S = 600.0


@library(scope="TEST", auto_keywords=False)
class ThirdPartyEnrolment(EnrolmentLibrary):
    """The bench plays the third party at load management, and its customers at the portal."""

    async def _ask(self, premises: str) -> Enrolment:
        async with self.office(LMS).session(_THIRD_PARTY) as lms:
            return await enrol(lms.messenger, Enrolment(premises=premises, program=self.customers.programs[0]))

    async def _consent(self, person: Person, start_s: float, end_s: float) -> str:
        now = self.clock.now()
        async with self.customers.signed_in(person) as portal:
            return await portal.consent(_THIRD_PARTY, person.meter, now + start_s, now + end_s)

    async def _revoke(self, person: Person, consent: str) -> None:
        async with self.customers.signed_in(person) as portal:
            await portal.portal.revoke_consent(consent)

    @keyword("Enrol A Customer Without Live Consent")
    def without(self) -> None:
        """None, for another's premises, for readings only, not yet, no longer, taken back.

        Example: | Enrol A Customer Without Live Consent |
        """
        self.run(self._without(), _GUARD_S)

    async def _without(self) -> None:
        person, other = self.customer, self.another
        await self._try(person, "without consent")
        await self._consent(other, 0.0, _LONG_S)
        await self._try(person, "with consent for another's premises")
        now = self.clock.now()
        async with self.customers.signed_in(person) as portal:
            await portal.portal.consent(_THIRD_PARTY, person.meter, now, now + _LONG_S)
        await self._try(person, "with consent to readings only")
        later = await self._consent(person, _SHORT_S, _LONG_S)
        await self._try(person, "before the consent begins")
        await self._revoke(person, later)
        await self._consent(person, 0.0, _SHORT_S)
        await self.wait(_SHORT_S + 1.0)
        await self._try(person, "after the consent has ended")
        taken_back = await self._consent(person, 0.0, _LONG_S)
        await self._revoke(person, taken_back)
        revoked = self.clock.now()
        await self._try(person, "after the consent was taken back")
        self.recorder.observe_duration(AFTER, self.clock.now() - revoked)
        async with self.office(LMS).session(OPERATOR) as lms:
            self.recorder.observe(ENTERED, len(await enrolments(lms.messenger, (person.premises,))))

    async def _try(self, person: Person, what: str) -> None:
        await self.refused(REFUSED, self._ask(person.premises), what)

    @keyword("Each Enrolment Should Be Refused")
    def all_refused(self) -> None:
        """And none be entered. Example: | Each Enrolment Should Be Refused |"""
        self.check("without live consent nobody is enrolled", "always", REFUSED)
        self.check("consent that was taken back counts no more", "at_most", AFTER, limit=self.bound("t_revoked"))
        self.check("nothing was entered", "equals", ENTERED, expected=0)

    @keyword("Enrol A Customer With Live Consent")
    def with_consent(self) -> None:
        """Once; later it is withdrawn by the third party. Example: | Enrol A Customer With Live Consent |"""
        self.run(self._with_consent(), _GUARD_S)

    async def _with_consent(self) -> None:
        person = self.customer
        await self._consent(person, 0.0, _LONG_S)
        try:
            taken = await self._ask(person.premises)
        except OfficeRefusedError as refusal:
            self.recorder.observe(ENROLLED, False, code=refusal.code)
            return
        self.recorder.observe(ENROLLED, taken.third_party == _THIRD_PARTY, what="in the third party's name")
        async with self.office(LMS).session(OPERATOR) as lms:
            self.recorder.observe(ENTERED, len(await enrolments(lms.messenger, (person.premises,))))
        async with self.office(LMS).session("auditor") as lms:
            named = [entry for entry in (await lms.audit()).entries if person.premises in entry.target]
            self.recorder.observe(LOGGED, bool(named), entries=len(named))
        async with self.office(LMS).session(_THIRD_PARTY) as lms:
            (ended,) = await withdraw(lms.messenger, (taken.enrolment,))
            self.recorder.observe(ENROLLED, ended.state == "withdrawn", what="it can be withdrawn")

    @keyword("The Enrolment Should Be Entered And Logged")
    def entered(self) -> None:
        """Example: | The Enrolment Should Be Entered And Logged |"""
        self.check("with live consent the customer is enrolled", "always", ENROLLED)
        self.check("once", "equals", ENTERED, expected=1)
        self.check("the log tells of it", "always", LOGGED)
