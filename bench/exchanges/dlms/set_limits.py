"""3.2.2 and 3.2.3 on AMI-28 (derived): the headend sets the limit above which the meter warns and disconnects."""

from __future__ import annotations

from typing import ClassVar

from bench.access.limits import ENERGY, limit_objects
from bench.exchanges.dlms_write import DlmsWrite
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U32, Data, Integer

HIGH, HIGHER = 400_000_000, 500_000_000
"""Limits (Wh, W) beyond what a meter has counted since it was made: writing them switches nothing."""


class SetLimit(DlmsWrite):
    """The threshold of the limiter. A subclass names the limit."""

    trace = "limit_changed"
    limit_name: ClassVar[str]

    @property
    def shown(self) -> Attribute:
        """threshold_normal of the limiter (class 71)."""
        return limit_objects(self.access, self.limit_name).limit

    def another(self, present: Data | None) -> Data:
        """A limit other than ``present``, in its type."""
        kind = type(present) if isinstance(present, Integer) else U32
        return kind(HIGHER if present == kind(HIGH) else HIGH)


class SetEnergyLimit(SetLimit):
    """The limit on the energy used."""

    rows = ("3.2.2/AMI-28/HE-Meter/d1", "3.2.2/AMI-39/Crew-Meter/d1")
    limit_name = ENERGY


class SetDemandLimit(SetLimit):
    """The limit on the demand in the windows of rate 1."""

    rows = ("3.2.3/AMI-28/HE-Meter/d1", "3.2.3/AMI-39/Crew-Meter/d1")
    predicates = frozenset({"returns", "writes", "notifies"})
    limit_name = "demand_rate_1"
