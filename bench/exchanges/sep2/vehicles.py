"""AMI-33: what the gateway offers to an electric vehicle, which the bench plays.

The signal comes from the gateway's own utility; whoever is the vehicle finds it on the gateway's server. What a charger
does with it is a matter of its own link.
"""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.sep2.generation import GenerationByHeadend
from bench.exchanges.sep2.load_control import LoadControlByHeadend, ScramByHeadend


class LoadControlToVehicle(LoadControlByHeadend):
    """4.2.1: charge less."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-33/ESI-EV",)
    predicates = frozenset({"commands", "writes"})


class ScramToVehicle(ScramByHeadend):
    """4.2.2: do not charge."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-33/ESI-EV",)


class RateToVehicle(GenerationByHeadend):
    """4.2.3: how much may be fed in."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-33/ESI-EV",)
