"""3.5.4, 4.1.4, 4.2.x, 4.3.x, 5.3.x: what headend, load management and aggregator ask of a home."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.openadr_exchange import OadrToGateway
from bench.exchanges.sep2.charging import OfVehicle
from bench.exchanges.sep2_events import ChargingControl, GenerationLimit, HighPrice, LoadControl, Notice

_COMMANDS = frozenset({"commands"})
_WRITES = frozenset({"commands", "writes"})
_MANAGES = frozenset({"returns", "commands", "writes"})
_NOTIFIES = frozenset({"notifies", "writes"})
_ALL = frozenset({"commands", "notifies", "writes"})


class OadrLoadByLms(OadrToGateway):
    """AMI-29: load control, past the headend."""

    rows: ClassVar[tuple[str, ...]] = (
        "4.2.1/AMI-29/LMS-ESI",
        "4.2.1/AMI-29/LMS-ESI/d1",
        "4.1.4/AMI-29/LMS-ESI",
    )
    predicates = _COMMANDS
    party = "lms"
    content = LoadControl()


class OadrLoadByHeadend(OadrToGateway):
    """AMI-27: load control by the headend."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.1/AMI-27/HE-ESI",)
    predicates = _COMMANDS
    party = "headend"
    content = LoadControl()


class OadrScramByLms(OadrToGateway):
    """AMI-29: turn off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-29/LMS-ESI", "4.2.2/AMI-29/LMS-ESI/d1")
    predicates = _COMMANDS
    party = "lms"
    content = LoadControl(share=0.0)


class OadrScramByHeadend(OadrToGateway):
    """AMI-27: turn off."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-27/HE-ESI",)
    predicates = _COMMANDS
    party = "headend"
    content = LoadControl(share=0.0)


class OadrGenerationByLms(OadrToGateway):
    """AMI-29: how much may be fed in."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-29/LMS-ESI", "4.2.3/AMI-29/LMS-ESI/d1")
    predicates = _WRITES
    party = "lms"
    content = GenerationLimit()


class OadrGenerationByHeadend(OadrToGateway):
    """AMI-27: how much may be fed in."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-27/HE-ESI",)
    predicates = _WRITES
    party = "headend"
    content = GenerationLimit()


class OadrManagedByHeadend(OadrGenerationByHeadend):
    """AMI-27: the same, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-27/HE-ESI",)
    predicates = _MANAGES


class OadrManagedByAggregator(OadrToGateway):
    """AMI-21: the aggregator's own signal, past the utility."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-21/Aggr-ESI", "4.3.1/AMI-21/Aggr-ESI/d1")
    predicates = _MANAGES
    party = "aggregator"
    primacy = 3
    content = GenerationLimit()


class OadrChargingByHeadend(OfVehicle, OadrToGateway):
    """AMI-27: how fast a vehicle charges, or what it feeds back, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-27/HE-ESI",)
    predicates = _MANAGES
    party = "headend"
    content = ChargingControl()


class OadrChargingByAggregator(OfVehicle, OadrToGateway):
    """AMI-21: the same, past the utility."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-21/Aggr-ESI", "4.3.2/AMI-21/Aggr-ESI/d1")
    predicates = _MANAGES
    party = "aggregator"
    primacy = 3
    content = ChargingControl()


class OadrPriceByHeadend(OadrToGateway):
    """AMI-27: a price."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-27/HE-ESI",)
    predicates = _NOTIFIES
    party = "headend"
    content = HighPrice()


class OadrPriceByAggregator(OadrToGateway):
    """AMI-21: a price from who sells the energy."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-21/Aggr-ESI/d1",)
    predicates = _COMMANDS
    party = "aggregator"
    primacy = 3
    content = HighPrice()


class OadrCriticalPrice(OadrPriceByHeadend):
    """AMI-27: the price of a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-27/HE-ESI",)
    predicates = _ALL


class OadrService(OadrGenerationByHeadend):
    """AMI-27: the service that is asked for, as a limit of what is generated."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-27/HE-ESI",)
    predicates = _ALL


class OadrTextByHeadend(OadrToGateway):
    """AMI-27: a text about an outage. OpenADR has no word for who speaks."""

    rows: ClassVar[tuple[str, ...]] = ("3.5.4/AMI-27/HE-ESI",)
    predicates = frozenset({"notifies"})
    party = "headend"
    side = "texts"
    content = Notice(originator=None)
