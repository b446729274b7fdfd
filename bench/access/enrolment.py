"""Customers who enrol in demand response, as the bench plays them at the portal of the CIS.

The PIXIT item ``enrolment`` of the CIS says who has which premises::

    [pixit.enrolment]
    customer = { user = "ada", secret = "customer", premises = "P-100", meter = "67983921" }
    another = { user = "bob", secret = "customer.bob", premises = "P-200", meter = "17960747" }
    newcomer = { user = "carol", secret = "customer.carol", premises = "P-300", meter = "meter3", code = "letter" }
    programs = ["peak savers", "night owls"]     # the first is enrolled in, the other one is not

``newcomer`` has taken no premises over yet; ``code`` names the secret that the utility's letter holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench.access.office import OfficeAccess
from drivers.cim.portal_enrolment import EnrolmentPortal


@dataclass(frozen=True)
class Person:
    """A customer of the utility, and the premises that are or shall be theirs."""

    user: str
    secret: str
    premises: str
    meter: str
    code: str = ""


@dataclass(frozen=True)
class EnrolmentAccess:
    """The declared customers at the CIS behind ``cis``."""

    cis: OfficeAccess

    @property
    def _declared(self) -> dict[str, Any]:
        declared: dict[str, Any] = self.cis.pixit("enrolment", {})
        return declared

    @property
    def is_declared(self) -> bool:
        """Whether the device file says who has which premises."""
        return bool(self._declared)

    def person(self, role: str) -> Person:
        """``customer``, ``another`` or ``newcomer``."""
        return Person(**self._declared[role])

    def code_of(self, person: Person) -> str:
        """What the utility's letter to a newcomer says."""
        return self.cis.station.secret(self.cis.seat, person.code).decode("utf-8")

    @property
    def programs(self) -> tuple[str, str]:
        """A program to enrol in, and another one."""
        first, second = self._declared["programs"]
        return str(first), str(second)

    @asynccontextmanager
    async def signed_in(self, person: Person) -> AsyncIterator[EnrolmentPortal]:
        """The portal with this customer signed in, connections closed at the end."""
        await self.cis.station.outlast_lock_out(self.cis.seat, person.user)
        portal = self.cis.portal()
        try:
            await portal.sign_in(person.user, self.cis.station.secret(self.cis.seat, person.secret).decode("utf-8"))
            yield EnrolmentPortal(portal)
        finally:
            await portal.close()
