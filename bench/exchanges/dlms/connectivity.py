"""3.6.1 on AMI-28: how the meter is connected to the grid; it tells unasked that it is connected again."""

from __future__ import annotations

from collections.abc import Mapping

from bench.access.connection import registers_of
from bench.exchanges.dlms.restoration import Restored
from bench.exchanges.dlms.tamper import AtTheBox
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from bench.exchanges.dlms_notification import DlmsNotification
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.metering import ClockReading, Reading


class SequenceReversed(AtTheBox):
    """Somebody crosses two conductors."""

    meaning, act, doing, undoing = "sequence_reversed", "wiring", {"order": [1, 3, 2]}, {}


class VoltageMissing(AtTheBox):
    """A conductor comes off."""

    meaning, act, doing, undoing = "voltage_missing_l2", "wiring", {"missing": [2]}, {}


class CurrentReversed(AtTheBox):
    """Somebody turns a current transformer round."""

    meaning, act, doing, undoing = "current_reversed", "wiring", {"reversed": [3]}, {}


WRONG_CONNECTIONS: Mapping[str, type[AtTheBox]] = {
    "two conductors crossed": SequenceReversed,
    "a conductor missing": VoltageMissing,
    "an element reversed": CurrentReversed,
}
"""What a meter of three phases can tell of its connection."""


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
