"""3.1.1 on AMI-28: the headend fetches the intervals that have ended."""

from __future__ import annotations

from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import Attribute, GetRequestNormal, Selection, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Data
from drivers.dlms.datetimes import DateTime
from drivers.dlms.errors import DecodeError
from drivers.dlms.selection import by_range

SPAN_S = 4 * 3600.0
_PROFILE = 7


class ReadProfile(DlmsReading):
    """The load profile's rows of the last four hours, in one request with selective access by range."""

    rows = tuple(
        f"{process}/{row}" for process in ("3.1.1", "3.1.3") for row in ("AMI-28/HE-Meter", "AMI-39/Crew-Meter/d1")
    )

    def request(self) -> bytes:
        """The reading as a plain APDU."""
        return encode_apdu(GetRequestNormal(INVOKE, self._attribute(), self._selection()))

    async def read(self, client: DlmsClient) -> Data:
        """The rows; raises the meter's refusals, and DecodeError for an answer that is no array of rows."""
        rows = await client.get(self._attribute(), self._selection())
        if not isinstance(rows, Array):
            raise DecodeError("the buffer of the load profile is no array")
        return rows

    def _attribute(self) -> Attribute:
        return Attribute(_PROFILE, self.access.names.load_profile, 2)

    def _selection(self) -> Selection:
        now = self.station.clock.now()
        return by_range(DateTime.at(now - SPAN_S), DateTime.at(now))
