"""4.3.2 on AMI-33: how fast a vehicle's charger draws, told by the gateway's communication module."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.cta2045.load_control import CycleAppliance


class LimitCharger(CycleAppliance):
    """The charger draws for part of the time only."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-33/ESI-EV/d1",)
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})
