"""3.1.2 on AMI-30: a customer asks at the portal of the CIS for a reading of now."""

from __future__ import annotations

from typing import Any

from bench.exchanges.office_kinds import OfficeReading
from drivers.cim.portal import PortalClient


class CustomerRead(OfficeReading):
    """A reading of the customer's own meter. ``access`` of `perform` is a `PortalClient` that is signed in."""

    rows = ("3.1.2/AMI-30/Cust-CIS",)
    sender = "customer"

    async def perform(self, access: PortalClient | None = None) -> Any:
        """Ask as the declared customer, signed in for it, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.customer() as portal:
            return await self.send(portal)

    async def ask(self, office: PortalClient) -> dict[str, Any]:
        """``readings`` and ``errors`` in plain values; raises the portal's refusal."""
        return await office.read_now(self.meter)

    def count(self, answer: dict[str, Any]) -> int:
        """How many values came."""
        return sum(len(meter.get("readings", ())) for meter in answer.get("readings", ()))
