"""3.5.4, 4.2.x, 4.3.x, 5.3.x: what a gateway asks of the energy management system behind it (AMI-31)."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.openadr_exchange import OadrToManager
from bench.exchanges.sep2.charging import AtVehicle
from bench.exchanges.sep2_events import ChargingControl, GenerationLimit, HighPrice, LoadControl, Notice

_COMMANDS = frozenset({"commands"})
_WRITES = frozenset({"commands", "writes"})
_MANAGES = frozenset({"returns", "commands", "writes"})
_NOTIFIES = frozenset({"notifies", "writes"})
_ALL = frozenset({"commands", "notifies", "writes"})


class OadrLoadAtHome(OadrToManager):
    """Loads at a share."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-31/ESI-CEMS",)
    predicates = _WRITES
    content = LoadControl()


class OadrScramAtHome(OadrToManager):
    """All loads off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-31/ESI-CEMS",)
    predicates = _COMMANDS
    content = LoadControl(share=0.0)


class OadrGenerationAtHome(OadrToManager):
    """How much may be fed in."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-31/ESI-CEMS",)
    predicates = _WRITES
    content = GenerationLimit()


class OadrManagedAtHome(OadrGenerationAtHome):
    """The same, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-31/ESI-CEMS",)
    predicates = _MANAGES


class OadrServiceAtHome(OadrGenerationAtHome):
    """The service that is asked for, as a limit of what is generated."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-31/ESI-CEMS",)
    predicates = _ALL


class OadrPriceAtHome(OadrToManager):
    """A price."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-31/ESI-CEMS",)
    predicates = _NOTIFIES
    content = HighPrice()


class OadrCriticalPriceAtHome(OadrPriceAtHome):
    """The price of a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-31/ESI-CEMS",)
    predicates = _ALL


class OadrTextAtHome(OadrToManager):
    """A text about an outage."""

    rows: ClassVar[tuple[str, ...]] = ("3.5.4/AMI-31/ESI-CEMS/d1",)
    predicates = frozenset({"notifies"})
    side = "texts"
    content = Notice(originator=None)


class OadrChargingAtHome(OadrToManager, AtVehicle):
    """How fast a vehicle charges, or what it feeds back."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-31/ESI-CEMS/d1",)
    predicates = _MANAGES
    content = ChargingControl()
