"""4.2 and 4.3.2 on AMI-33: how fast a vehicle's charger draws, told by the gateway's communication module."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.cta2045.load_control import CycleAppliance, ScramAppliance
from bench.exchanges.cta2045.prices import LevelForService


class LimitCharger(CycleAppliance):
    """The charger draws for part of the time only."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-33/ESI-EV", "4.3.2/AMI-33/ESI-EV/d1")
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})


class StopCharger(ScramAppliance):
    """Nobody charges, until it is released."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-33/ESI-EV",)


class HalveCharger(LevelForService):
    """Half of the rate; CTA-2045 has a level for feeding in, which a charger without vehicle to grid refuses."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-33/ESI-EV",)
    predicates = frozenset({"commands", "writes"})
