"""3.2.1 on AMI-39: an amount is paid in by procedure 22, modify credit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.exchanges.c1218_exchange import Written, procedure_call
from bench.exchanges.c1218_write import C1218Write
from drivers.c1218.client import C1218Client
from drivers.c1218.names import ProcedureCall
from drivers.c1219.codecs import Layout
from drivers.c1219.formats import Formats
from drivers.c1219.prepayment import (
    CREDIT_CHANGE,
    PREPAYMENT_STATUS,
    PREPAYMENT_STATUS_LAYOUT,
    CreditChange,
    How,
    PrepaymentStatus,
)
from drivers.c1219.procedures import Procedure

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

AMOUNT = 1_000_000
"""What is paid in: ten units of a currency whose hundred-thousandths are counted."""
_SEQUENCE = 98


class TopUp(C1218Write[int]):
    """`AMOUNT` is added. Each scene has a transaction of its own, since one counts once."""

    rows = ("3.2.1/AMI-39/Crew-Meter/d1",)
    shown = PREPAYMENT_STATUS
    tables = (PREPAYMENT_STATUS,)
    meaning = "credit_added"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._scenes = 0
        self.transaction = 0
        """The number of this scene's payment."""

    async def layout_of(self, client: C1218Client, formats: Formats) -> Layout[PrepaymentStatus]:
        return PREPAYMENT_STATUS_LAYOUT

    def value_in(self, table: PrepaymentStatus) -> int:
        return table.credit

    def with_value(self, table: PrepaymentStatus, value: int) -> PrepaymentStatus:
        return replace(table, credit=value)

    def another(self, present: int) -> int:
        """The credit with the amount added."""
        return present + AMOUNT

    def _call(self, change: CreditChange, formats: Formats) -> ProcedureCall:
        return ProcedureCall(int(Procedure.MODIFY_CREDIT), CREDIT_CHANGE.encode(change, formats))

    def written(self, formats: Formats) -> Written:
        """The call of procedure 22."""
        change = CreditChange(How.ADD, AMOUNT, self.transaction)
        return procedure_call(self._call(change, formats), _SEQUENCE, formats)

    async def send(self, client: C1218Client) -> Any:
        """Start the procedure; what it returned. Raises RefusedError, ProcedureRefusedError."""
        meter = self.access.meter(client)
        formats = (await meter.configuration()).formats
        return await meter.procedure(self._call(CreditChange(How.ADD, AMOUNT, self.transaction), formats))

    async def prepare(self) -> None:
        """The credit as it was found, and a transaction that nobody has used."""
        await super().prepare()
        self._scenes += 1
        self.transaction = (int(self.station.clock.now()) << 8 | self._scenes & 0xFF) & 0xFFFFFFFF

    async def undo(self, client: C1218Client, formats: Formats) -> None:
        """Set the credit to what it was."""
        if self.before is not None:
            await self.access.meter(client).procedure(self._call(CreditChange(How.SET, self.before, 0), formats))
