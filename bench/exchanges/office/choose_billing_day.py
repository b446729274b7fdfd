"""3.1.4 on AMI-30 (derived): a customer chooses at the portal on which day billing periods end."""

from __future__ import annotations

from typing import Any

from bench.exchanges.meters import meter_name
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.portal import PortalClient

DAYS = (15, 20)
"""What is chosen where the present day is another."""

UNCHOSEN = 1
"""The day of a customer who has not chosen: the first of the month."""


class ChooseBillingDay(OfficeWrite):
    """The choice for the customer's own meter. ``access`` of `perform` is a `PortalClient` that is signed in."""

    rows = ("3.1.4/AMI-30/Cust-CIS/d1",)
    sender = "customer"
    onlooker = "customer"

    async def perform(self, access: PortalClient | None = None) -> Any:
        """Choose as the declared customer, signed in for it, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.customer() as portal:
            return await self.send(portal)

    async def write(self, office: PortalClient, value: int) -> dict[str, Any]:
        """Choose this day; raises the portal's refusal."""
        return await office.choose_billing_day(meter_name(self.station), value)

    async def look(self, office: PortalClient) -> int:
        """The day that the account shows."""
        account = await office.account()
        return int(account.get("billingDays", {}).get(meter_name(self.station), UNCHOSEN))

    def another(self, present: int | None) -> int:
        """One of `DAYS`."""
        return next(day for day in DAYS if day != present)

    async def bring_back(self) -> None:
        """Choose the day of before; raises the portal's refusal."""
        async with self.access.customer() as portal:
            await self.write(portal, self.before)

    async def present(self) -> int:
        """The day that the account shows now. Raises the portal's refusal."""
        async with self.access.customer() as portal:
            return await self.look(portal)
