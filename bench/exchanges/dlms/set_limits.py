"""3.2.2 on AMI-28 (derived): the headend sets the limit above which the meter warns and disconnects."""

from __future__ import annotations

from bench.exchanges.dlms_write import DlmsWrite
from drivers.dlms.apdu import Attribute
from drivers.dlms.data import U32, Data, Integer

_LIMITER, _THRESHOLD = 71, 4
HIGH_W, HIGHER_W = 40_000, 50_000
"""Limits (W) beyond what a meter's load can be: writing them switches nothing."""


class SetLimits(DlmsWrite):
    """The limiter's threshold."""

    rows = ("3.2.2/AMI-28/HE-Meter/d1", "3.2.2/AMI-39/Crew-Meter/d1")
    trace = "limit_changed"

    @property
    def shown(self) -> Attribute:
        """threshold_normal of the limiter (class 71)."""
        return Attribute(_LIMITER, self.access.names.limiter, _THRESHOLD)

    def another(self, present: Data | None) -> Data:
        """A limit other than ``present``, in its type."""
        kind = type(present) if isinstance(present, Integer) else U32
        return kind(HIGHER_W if present == kind(HIGH_W) else HIGH_W)
