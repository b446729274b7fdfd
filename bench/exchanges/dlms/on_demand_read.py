"""3.1.2: the headend reads registers of the meter now, and the meter those of its sub-meter."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.metering import ClockReading, Reading


class OnDemandRead(DlmsReading):
    """The import register with its unit, and the meter's clock, which says when that was."""

    rows = (
        "3.1.2/AMI-28/HE-Meter",
        "3.1.2/AMI-37/Meter-SubMeter/d1",
        "3.1.2/AMI-39/Crew-Meter/d1",
        "4.3.2/AMI-38/EV-SubMeter/d1",
    )

    def request(self) -> bytes:
        """The reading of the import register as a plain APDU."""
        register = self.access.names.register("energy_import")
        return encode_apdu(GetRequestNormal(INVOKE, Attribute(register.class_id, register.instance, 2)))

    async def read(self, client: DlmsClient) -> tuple[Reading, ClockReading]:
        """Register and clock; raises the meter's refusals."""
        meter = self.access.meter(client)
        return await meter.register("energy_import"), await meter.clock()
