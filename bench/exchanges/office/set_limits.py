"""3.2.2 and 3.2.3 on AMI-10: the MDMS has the headend set a limit on a customer's consumption."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.meters import meter_name
from bench.exchanges.office_write import OfficeWrite
from drivers.cim.consumption import ConsumptionLimit, LimitStatus
from drivers.cim.errors import OfficeRefusedError
from drivers.cim.office import CimOffice
from drivers.cim.vocabulary import Limited

HIGH, HIGHER = 400_000_000, 500_000_000
"""Limits (Wh, W) beyond what a meter has counted since it was made: setting them switches nothing."""


class OrderLimit(OfficeWrite):
    """A limit for the meter under test. A subclass says what it limits."""

    sender = "mdms"
    limited: ClassVar[Limited]

    def limit(self, limit: int) -> ConsumptionLimit:
        """The limit as the row's message has it, with a warning at nine tenths."""
        return ConsumptionLimit(
            meter=meter_name(self.station), limited=self.limited, warning=limit * 9 // 10, limit=limit
        )

    async def write(self, office: CimOffice, value: int) -> tuple[LimitStatus, ...]:
        """Set the limit; raises the headend's refusal."""
        statuses = await office.set_limits((self.limit(value),))
        if not statuses:
            raise OfficeRefusedError(200, "refused")
        return statuses

    async def look(self, office: CimOffice) -> int:
        """The limit that the headend reads at the meter."""
        statuses = await office.limits((meter_name(self.station),))
        return next(status.limit for status in statuses if status.limited is self.limited)

    def another(self, present: int | None) -> int:
        """One of `HIGH` and `HIGHER`."""
        return HIGHER if present == HIGH else HIGH


class OrderEnergyLimit(OrderLimit):
    """3.2.2: the limit on the energy used."""

    rows = ("3.2.2/AMI-10/MDMS-HE",)
    limited = Limited.ENERGY


class OrderDemandLimit(OrderLimit):
    """3.2.3: the limit on the demand in the windows of rate 1."""

    rows = ("3.2.3/AMI-10/MDMS-HE",)
    predicates = frozenset({"returns", "writes", "notifies"})
    limited = Limited.DEMAND_RATE_1
