"""Profiles that the headend fetches on AMI-28: intervals (3.1.1, 3.1.3, 5.3.1), ends of billing periods (3.1.4)."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import Attribute, GetRequestNormal, Selection, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Array, Data
from drivers.dlms.datetimes import DateTime
from drivers.dlms.errors import DecodeError
from drivers.dlms.obis import Obis
from drivers.dlms.selection import by_range

SPAN_S = 4 * 3600.0
CYCLES_S = 100 * 86_400.0
_PROFILE = 7


class DlmsProfileReading(DlmsReading):
    """The rows of the last ``span_s`` of one profile, in one request with selective access by range."""

    span_s: ClassVar[float] = SPAN_S

    @property
    @abstractmethod
    def profile(self) -> Obis:
        """The profile's name."""

    def request(self) -> bytes:
        """The reading as a plain APDU."""
        return encode_apdu(GetRequestNormal(INVOKE, self._attribute(), self._selection()))

    async def read(self, client: DlmsClient) -> Data:
        """The rows; raises the meter's refusals, and DecodeError for an answer that is no array of rows."""
        rows = await client.get(self._attribute(), self._selection())
        if not isinstance(rows, Array):
            raise DecodeError(f"the buffer of profile {self.profile} is no array")
        return rows

    def _attribute(self) -> Attribute:
        return Attribute(_PROFILE, self.profile, 2)

    def _selection(self) -> Selection:
        now = self.station.clock.now()
        return by_range(DateTime.at(now - self.span_s), DateTime.at(now))


class ReadProfile(DlmsProfileReading):
    """The load profile's rows of the last four hours."""

    rows = tuple(
        f"{process}/{row}"
        for process in ("3.1.1", "3.1.3", "5.3.1")
        for row in ("AMI-28/HE-Meter", "AMI-39/Crew-Meter/d1")
    )

    @property
    def profile(self) -> Obis:
        """The load profile."""
        return self.access.names.load_profile


class ReadBillingPeriods(DlmsProfileReading):
    """The registers at the ends of the last billing periods."""

    rows = ("3.1.4/AMI-28/HE-Meter", "3.1.4/AMI-39/Crew-Meter/d1")
    span_s = CYCLES_S

    @property
    def profile(self) -> Obis:
        """The billing profile."""
        return self.access.names.billing_profile
