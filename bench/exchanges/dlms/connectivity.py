"""3.6.1 on AMI-28: how the meter is connected to the grid; it tells unasked that it is connected again."""

from __future__ import annotations

from bench.access.connection import registers_of
from bench.exchanges.dlms.restoration import Restored
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from bench.exchanges.dlms_notification import DlmsNotification
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.metering import ClockReading, Reading


class ReadConnection(DlmsReading):
    """Voltages, currents and angles of every phase, and the meter's clock, which says when they were read."""

    @property
    def phases(self) -> int:
        """How many the meter measures, by its device file."""
        return int(self.access.pixit("phases", 1))

    def request(self) -> bytes:
        """The reading of the first voltage as a plain APDU."""
        register = self.access.names.register("voltage_l1")
        return encode_apdu(GetRequestNormal(INVOKE, Attribute(register.class_id, register.instance, 2)))

    async def read(self, client: DlmsClient) -> tuple[dict[str, Reading], ClockReading]:
        """Registers by name, and the clock; raises the meter's refusals."""
        meter = self.access.meter(client)
        readings = {name: await meter.register(name) for name in registers_of(self.phases)}
        return readings, await meter.clock()


class ConnectivityTold(DlmsNotification):
    """The connection that is back, and the reading."""

    rows = ("3.6.1/AMI-28/Meter-HE",)
    notice_kind = Restored
    returned_kind = ReadConnection


class ConnectionByCrew(ReadConnection):
    """The reading through the optical port."""

    rows = ("3.6.1/AMI-39/Crew-Meter/d1",)
