"""4.2.3 and 5.3.4: how much a customer may feed in."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.sep2_events import GenerationLimit
from bench.exchanges.sep2_exchange import ToGateway, ToManager


class GenerationByHeadend(ToGateway):
    """AMI-27: the headend's signal."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-27/HE-ESI",)
    predicates = frozenset({"commands", "writes"})
    party = "headend"
    content = GenerationLimit()


class GenerationByLms(ToGateway):
    """AMI-29: the load management's own signal, past the headend."""

    rows = ("4.2.3/AMI-29/LMS-ESI", "4.2.3/AMI-29/LMS-ESI/d1")
    predicates = frozenset({"commands", "writes"})
    party = "lms"
    side = "load management"
    content = GenerationLimit()


class GenerationAtHome(ToManager):
    """AMI-31: the gateway's signal."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.3/AMI-31/ESI-CEMS",)
    predicates = frozenset({"commands", "writes"})
    party = "esi"
    content = GenerationLimit()


class ServiceByHeadend(GenerationByHeadend):
    """AMI-27: the service that is asked for, as a control of the generator."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-27/HE-ESI",)
    predicates = frozenset({"commands", "notifies", "writes"})


class ServiceAtHome(GenerationAtHome):
    """AMI-31: the service that is asked for."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.4/AMI-31/ESI-CEMS",)
    predicates = frozenset({"commands", "notifies", "writes"})
