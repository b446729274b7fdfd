"""3.6.2 on AMI-28: where the meter stands."""

from __future__ import annotations

from bench.access.position import DlmsPosition, Place, PositionObject, position_object
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.metering import ClockReading


class ReadPosition(DlmsReading):
    """The position, and the meter's clock, which says when it was read."""

    rows = ("3.6.2/AMI-28/Meter-HE", "3.6.2/AMI-39/Crew-Meter/d1")

    @property
    def position(self) -> PositionObject:
        """The object that holds it."""
        return position_object(self.access)

    def request(self) -> bytes:
        """The reading of the position as a plain APDU."""
        return encode_apdu(GetRequestNormal(INVOKE, self.position.attribute))

    async def read(self, client: DlmsClient) -> tuple[Place, ClockReading]:
        """Position and clock; raises the meter's refusals and DecodeError."""
        place = await DlmsPosition(self.access).read(client)
        return place, await self.access.meter(client).clock()
