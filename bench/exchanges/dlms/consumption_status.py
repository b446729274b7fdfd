"""3.2.2 and 3.2.3 on AMI-32: the customer's energy management system reads what is used, and what the limits are.

The alarms of these rows come from the meter, unasked; the functional tests await and acknowledge them
(`bench.access.consumer`).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from bench.access.limits import ENERGY, limit_objects
from bench.exchanges.dlms_exchange import CONSUMER
from bench.exchanges.dlms_kinds import INVOKE, DlmsReading
from drivers.dlms.apdu import Attribute, GetRequestNormal, encode_apdu
from drivers.dlms.client import DlmsClient
from drivers.dlms.data import Data


class ConsumerReading(DlmsReading):
    """A reading by the customer's client over the consumer port."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "notifies"})
    role: ClassVar[str] = CONSUMER
    side: ClassVar[str] = "customer"

    @property
    @abstractmethod
    def shown(self) -> tuple[Attribute, ...]:
        """The attributes that are read, the value that the row is about first."""

    def request(self) -> bytes:
        """The reading of the value as a plain APDU."""
        return encode_apdu(GetRequestNormal(INVOKE, self.shown[0]))

    async def read(self, client: DlmsClient) -> tuple[Data, ...]:
        """All of them; raises the meter's refusals."""
        return tuple([await client.get(attribute) for attribute in self.shown])


class EnergyStatus(ConsumerReading):
    """The energy used, the thresholds of the notices and that of the switch."""

    rows = ("3.2.2/AMI-32/Meter-CEMS",)

    @property
    def shown(self) -> tuple[Attribute, ...]:
        objects = limit_objects(self.access, ENERGY)
        return objects.value, objects.thresholds, objects.limit


class DemandStatus(ConsumerReading):
    """The average demand of the last window of rate 1, the thresholds of the notices and that of the switch."""

    rows = ("3.2.3/AMI-32/Meter-CEMS",)

    @property
    def shown(self) -> tuple[Attribute, ...]:
        objects = limit_objects(self.access, "demand_rate_1")
        return objects.value, objects.thresholds, objects.limit
