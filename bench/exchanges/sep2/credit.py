"""3.2.1 on AMI-32: a prepaying customer's home finds its credit, and what it is told of it, at the meter's gateway.

The utility keeps the account (central wallet); the gateway in the meter's place shows it to the home by the function
set of prepayment. 2030.5 has no notice of a low credit: its state is read, and who has to be told is told by a text
that asks for a receipt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.access.sep2 import Sep2Access
from bench.exchanges.sep2_events import Notice
from bench.exchanges.sep2_exchange import ToGateway, ToManager
from drivers.sep2.home_readings import accounts
from drivers.sep2.prepayment import Account, account_of

if TYPE_CHECKING:
    from bench.access.sep2_server import Counterpart
    from bench.catalogue.model import Row
    from bench.lab.station import Station
    from drivers.cim.credentials import Credential
    from drivers.sep2.client import Sep2Client

ACCOUNT = bytes([1]) * 12 + (32_473).to_bytes(4, "big")
LOW_CENTS = 427
_ALARM = Notice(text="Your prepaid credit is low")
_AMOUNTS = (0, 1, -1, 1_000_000, 2**31 - 1, -(2**31))


class CreditAtHome(ToGateway):
    """AMI-32: the credit, and the text that tells that it is low.

    On a station where the row's other end is judged, the energy management, this makes a `CreditAtManager`.
    """

    rows = ("3.2.1/AMI-32/Meter-CEMS",)
    predicates = frozenset({"returns", "notifies"})
    party = "headend"
    side = "texts"
    content = _ALARM

    def __new__(cls, station: Station, seat: str, row: Row) -> Any:
        """The exchange with the end that is judged: a gateway is itself a server."""
        if Sep2Access(station, seat).has_own_server:
            return super().__new__(cls)
        return CreditAtManager(station, seat, row)

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.account = account_of(ACCOUNT, LOW_CENTS)

    def new_server(self, *, credential: Credential | None = None, pin: int | None = None) -> Counterpart:
        """As usual, and the utility keeps an account from the start."""
        server = super().new_server(credential=credential, pin=pin)
        server.resources.accounts.append(self.account)
        return server

    async def prepare(self) -> None:
        """As usual, and the credit is low."""
        await super().prepare()
        await self.keep(self.account)

    async def keep(self, account: Account) -> None:
        """The utility has this account, and the gateway has read it."""
        kept = self.counterpart.resources.accounts
        if kept != [account]:
            kept[:] = [account]
            await self.counterpart.polled(2)

    async def read_home(self, client: Sep2Client) -> None:
        """The text and the account."""
        await super().read_home(client)
        await accounts(client)

    async def values_fit(self) -> dict[str, bool]:
        """Amounts of credit: of both signs, nothing, the smallest, the largest."""
        fits: dict[str, bool] = {}
        for cents in _AMOUNTS:
            wanted = account_of(ACCOUNT, cents)
            await self.keep(wanted)
            async with self.home.client(self.home_device) as client:
                found = [one.balance.available.amount for one in await accounts(client)]
            fits[f"a credit of {cents / 100:.2f}"] = found == [wanted.balance.available.amount]
        return fits


class CreditAtManager(ToManager):
    """The same at the energy management, which gives the receipt of the text; the bench is the gateway."""

    rows = ()
    predicates = CreditAtHome.predicates
    party = "esi"
    side = "texts"
    content = _ALARM
