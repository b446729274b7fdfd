"""3.2.1 between office systems: payments at the portal and at the headend, and what a meter does without credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.access.dlms import MANAGEMENT, DlmsAccess
from bench.access.prepayment import PrepaidAccount, prepayment_objects
from bench.exchanges.meters import meter_name, meter_seat
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.messenger import Reply
from drivers.cim.office import CimOffice, balances_in
from drivers.cim.portal import PortalClient
from drivers.cim.prepayment import Payment, PrepaidBalance, PrepaymentAction
from drivers.cim.vocabulary import WithoutCredit

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

AMOUNT = 1_000_000
"""What is paid in: ten units of a currency whose hundred-thousandths are counted."""


class _PayIn(OfficeWrite):
    """A payment. Each scene has one of its own, since one counts once; undone by resetting the credit at the meter."""

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._scenes = 0

    @property
    def payment(self) -> str:
        """The id of this scene's payment."""
        return f"bench-{self.row.id}-{self._scenes}"

    def another(self, present: int | None) -> int:
        """The credit with the amount added."""
        return (present or 0) + AMOUNT

    async def prepare(self) -> None:
        """The credit as it was found, and a payment that nobody has made."""
        self._scenes += 1
        await super().prepare()

    async def bring_back(self) -> None:
        """Reset the credit at the meter; raises its refusal."""
        access = DlmsAccess(self.station, meter_seat(self.station))
        async with access.session(MANAGEMENT, ask=True) as client:
            await PrepaidAccount(client, prepayment_objects(access)).reset(int(self.before))


class PayAtPortal(_PayIn):
    """A customer pays for the own meter. ``access`` of `perform` is a `PortalClient` that is signed in."""

    rows = ("3.2.1/AMI-30/Cust-CIS",)
    sender = "customer"
    onlooker = "customer"

    async def perform(self, access: PortalClient | None = None) -> Any:
        """Pay as the declared customer, signed in for it, or over ``access``."""
        if access is not None:
            return await self.send(access)
        async with self.access.customer() as portal:
            return await self.send(portal)

    async def write(self, office: PortalClient, _value: int) -> dict[str, Any]:
        """Pay this scene's amount; raises the portal's refusal."""
        return await office.pay(meter_name(self.station), self.payment, AMOUNT)

    async def look(self, office: PortalClient) -> int:
        """The credit that the portal shows."""
        return int((await office.credit(meter_name(self.station)))["credit"])

    async def present(self) -> int:
        """The credit that the portal shows now. Raises the portal's refusal."""
        async with self.access.customer() as portal:
            return await self.look(portal)


class PassPaymentOn(_PayIn):
    """The CIS has the headend pay an amount in at the meter."""

    rows = ("3.2.1/AMI-25/CIS-HE",)
    sender = "cis"

    async def write(self, office: CimOffice, _value: int) -> Reply:
        """Pay this scene's amount in; raises the headend's refusal."""
        payment = Payment(payment=self.payment, meter=meter_name(self.station), amount=AMOUNT)
        reply = await office.pay((payment,))
        if not balances_in(reply):
            raise OfficeRefusedError(200, reply.errors[0].code if reply.errors else "refused")
        return reply

    async def look(self, office: CimOffice) -> int:
        """The credit that the headend reads at the meter."""
        return (await balance_of(office, meter_name(self.station))).credit


class OrderAction(OfficeWrite):
    """The MDMS says what the meter does without credit: disconnect the entire load, or only what is not critical."""

    rows = ("3.2.1/AMI-10/MDMS-HE",)
    predicates = frozenset({"returns", "commands", "writes"})
    sender = "mdms"

    async def write(self, office: CimOffice, value: str) -> tuple[PrepaidBalance, ...]:
        """Say so; raises the headend's refusal."""
        return await self._write(office, meter_name(self.station), value)

    async def write_for(self, office: CimOffice, meter: str) -> tuple[PrepaidBalance, ...]:
        """Have another meter disconnect the entire load without credit; raises the headend's refusal."""
        return await self._write(office, meter, str(WithoutCredit.DISCONNECT))

    async def _write(self, office: CimOffice, meter: str, value: str) -> tuple[PrepaidBalance, ...]:
        action = PrepaymentAction(meter=meter, action=WithoutCredit(value))
        balances = await office.set_prepayment_actions((action,))
        if not balances:
            raise OfficeRefusedError(200, "refused")
        return balances

    async def look(self, office: CimOffice) -> str:
        """The action that the headend reads at the meter."""
        return str((await balance_of(office, meter_name(self.station))).action)

    def another(self, present: str | None) -> str:
        """Partial load, or where that is set the entire one."""
        partial, entire = str(WithoutCredit.PARTIAL_LOAD), str(WithoutCredit.DISCONNECT)
        return entire if present == partial else partial


async def balance_of(office: CimOffice, meter: str) -> PrepaidBalance:
    """The account of one meter. Raises what the system refuses, OfficeRefusedError where it has none."""
    balances = await office.balances((meter,))
    if not balances:
        raise OfficeRefusedError(200, "data_missing")
    return balances[0]
