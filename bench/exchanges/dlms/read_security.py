"""On AMI-28 the headend asks for a meter's tampering status (3.3.3) and for who it is (3.3.4)."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data
from drivers.metering import ClockReading, MeterIdentity, Reading

_DATA, _VALUE = 1, 2


class ReadSecurity(DlmsReading):
    """The alarm register, and the meter's clock, which says when that was."""

    rows = ("3.3.3/AMI-28/HE-Meter", "3.3.3/AMI-39/Crew-Meter/d1")

    def request(self) -> bytes:
        """The reading of the alarm register as a plain APDU."""
        return encode_apdu(GetRequestNormal(INVOKE, self._alarms))

    async def read(self, client: DlmsClient) -> tuple[Data, ClockReading]:
        """Alarms and clock; raises the meter's refusals."""
        return await client.get(self._alarms), await self.access.meter(client).clock()

    @property
    def _alarms(self) -> Attribute:
        return Attribute(_DATA, self.access.names.alarm_register, _VALUE)


class ReadIdentity(DlmsReading):
    """Who the meter says it is, and its import register, over an association that proves who it is."""

    rows = tuple(
        f"{process}/{row}"
        for process, row in (
            ("3.3.2", "AMI-28/HE-Meter/d1"),
            ("3.3.2", "AMI-39/Crew-Meter/d1"),
            ("3.3.4", "AMI-28/HE-Meter"),
            ("3.3.4", "AMI-39/Crew-Meter/d1"),
        )
    )

    def request(self) -> bytes:
        """The reading of the import register as a plain APDU: the names of a meter are no secret."""
        register = self.access.names.register("energy_import")
        return encode_apdu(GetRequestNormal(INVOKE, Attribute(register.class_id, register.instance, _VALUE)))

    async def read(self, client: DlmsClient) -> tuple[MeterIdentity, Reading]:
        """Identity and register; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.identity(), await meter.register("energy_import")
