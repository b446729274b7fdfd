"""What the keyword libraries of enrolment share: customers at the portal, load management, and what was refused."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cached_property

from robot.api import SkipExecution

from bench.access.enrolment import EnrolmentAccess, Person
from bench.keywords.life_cycle import LifeCycleLibrary
from drivers.cim.errors import OfficeRefusedError

CIS, LMS = "CIS", "LMS/DRMS"
OPERATOR = "operator"


class EnrolmentLibrary(LifeCycleLibrary):
    """Base of the libraries. A station whose CIS declares no customers for it skips the test."""

    @cached_property
    def customers(self) -> EnrolmentAccess:
        """The customers whom the bench plays."""
        access = EnrolmentAccess(self.office(CIS))
        if not access.is_declared:
            raise SkipExecution("the device file of the CIS does not say who has which premises (PIXIT enrolment)")
        return access

    @property
    def customer(self) -> Person:
        """Who has premises with a gateway."""
        return self.customers.person("customer")

    @property
    def another(self) -> Person:
        """Somebody else with premises."""
        return self.customers.person("another")

    @property
    def newcomer(self) -> Person:
        """Somebody who is to take premises over."""
        return self.customers.person("newcomer")

    async def refused(self, series: str, asked: Awaitable[object], what: str) -> None:
        """Record in ``series`` whether something that was asked for is refused."""
        try:
            await asked
        except OfficeRefusedError as refusal:
            self.recorder.observe(series, True, what=what, code=refusal.code, status=refusal.status)
        else:
            self.recorder.observe(series, False, what=what)
