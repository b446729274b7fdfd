"""A prepaid account at an ANSI meter: tables 116 and 117, and procedure 22 (layouts: `drivers.c1219.prepayment`).

The device file states for how many tiers table 117 has a price: ``prepayment = { tiers = 2 }``.
"""

from __future__ import annotations

from bench.access.account import Terms
from bench.access.c1218 import C1218Access
from bench.access.dlms_clients import ClientsError
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.prepayment import (
    CREDIT_CHANGE,
    CREDIT_NOW,
    PREPAYMENT_CONTROL,
    PREPAYMENT_STATUS,
    PREPAYMENT_STATUS_LAYOUT,
    CreditChange,
    How,
    PrepaymentControl,
    PrepaymentStatus,
    prepayment_control,
)
from drivers.c1219.procedures import Procedure, ProcedureRefusedError, ProcedureResult

_WH_A_KWH = 1_000


class AnsiAccount:
    """The account, over a session of a client that may change it (`bench.access.account.Account`)."""

    def __init__(self, access: C1218Access, client: C1218Client) -> None:
        self._access = access
        self._client = client
        self._meter = access.meter(client)

    async def configure(self, terms: Terms) -> None:
        """Write table 117. Raises ClientsError for friendly hours, for which C12.19 has no field."""
        tiers = int(self._access.pixit("prepayment", {}).get("tiers", 0))
        if terms.friendly or len(terms.prices) != tiers:
            raise ClientsError(f"the device in seat {self._access.seat} keeps no account on these terms (PIXIT)")
        prices = tuple(price * _WH_A_KWH for price in terms.prices)
        control = PrepaymentControl(1, int(terms.action), terms.limit_w, terms.low, terms.emergency, prices)
        formats = (await self._meter.configuration()).formats
        await self._client.write(PREPAYMENT_CONTROL, prepayment_control(tiers).encode(control, formats))

    async def status(self) -> PrepaymentStatus:
        """Table 116."""
        return await self._meter.table(PREPAYMENT_STATUS, PREPAYMENT_STATUS_LAYOUT)

    async def credit(self) -> int:
        """The credit."""
        return (await self.status()).credit

    async def reset(self, amount: int) -> int:
        """Set the credit; what the procedure returns."""
        return await self._change(CreditChange(How.SET, amount, 0))

    async def pay(self, identifier: int, amount: int) -> bool:
        """Add to the credit; whether the meter took it. A transaction has 32 bits: the lower ones of ``identifier``."""
        try:
            await self._change(CreditChange(How.ADD, amount, identifier & 0xFFFFFFFF))
        except ProcedureRefusedError as error:
            if error.result is not ProcedureResult.CONFLICT:
                raise
            return False
        return True

    async def remaining_s(self) -> int:
        """For how long the credit lasts."""
        return (await self.status()).remaining_s

    async def _change(self, change: CreditChange) -> int:
        formats = (await self._meter.configuration()).formats
        call = ProcedureCall(int(Procedure.MODIFY_CREDIT), CREDIT_CHANGE.encode(change, formats))
        return CREDIT_NOW.decode(await self._meter.procedure(call), formats).credit
