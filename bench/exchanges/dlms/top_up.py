"""3.2.1 on AMI-28 and AMI-32: an amount is paid in by a token, and the customer's system reads what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.access.limits import whole
from bench.access.prepayment import EXECUTED, prepayment_objects, token_status
from bench.exchanges.dlms.consumption_status import ConsumerReading
from bench.exchanges.dlms_kinds import INVOKE
from bench.exchanges.dlms_write import DlmsWrite, Message
from drivers.dlms.apdu import ActionRequestNormal, Attribute
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import I32, Data
from drivers.dlms.enums import ActionResult
from drivers.dlms.errors import ActionError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

AMOUNT = 1_000_000
"""What is paid in: ten units of a currency whose hundred-thousandths are counted."""


class TopUp(DlmsWrite):
    """A token of `AMOUNT`, entered at the token gateway. Each scene has a token of its own, since one counts once."""

    rows = ("3.2.1/AMI-28/HE-Meter", "3.2.1/AMI-39/Crew-Meter/d1")
    trace = "credit_added"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.objects = prepayment_objects(self.access)
        self._scenes = 0
        self._identifier = self._new_identifier()

    @property
    def shown(self) -> Attribute:
        """The token credit."""
        return self.objects.amount

    def another(self, present: Data | None) -> Data:
        """The credit with the amount added."""
        return I32((whole(present) if present is not None else 0) + AMOUNT)

    def apdu(self) -> Message:
        """The token."""
        return ActionRequestNormal(INVOKE, self.objects.enter, self.objects.token(self._identifier, AMOUNT))

    async def send(self, client: DlmsClient) -> Data | None:
        """Enter the token; raises ActionError where the meter does not execute it."""
        answer = await super().send(client)
        if token_status(answer) != EXECUTED:
            raise ActionError(ActionResult.OTHER_REASON, f"token status {token_status(answer)}")
        return answer

    async def prepare(self) -> None:
        """The credit as it was found, and a token that nobody has used."""
        await super().prepare()
        self._scenes += 1
        self._identifier = self._new_identifier()

    async def undo(self, client: DlmsClient) -> None:
        """Reset the credit to what it was."""
        if self.before is not None:
            await client.action(self.objects.set_amount, I32(whole(self.before)))

    def _new_identifier(self) -> int:
        return int(self.station.clock.now() * 1000) << 8 | self._scenes & 0xFF


class PrepaymentStatus(ConsumerReading):
    """The credit that is left, and for how long it lasts."""

    rows = ("3.2.1/AMI-32/Meter-CEMS",)

    @property
    def shown(self) -> tuple[Attribute, ...]:
        objects = prepayment_objects(self.access)
        return objects.available, objects.amount, objects.remaining_time
