"""4.3.1: what a customer generates and stores is managed by somebody whom the utility, or the customer, asked to."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.sep2.generation import GenerationAtHome, GenerationByHeadend
from bench.exchanges.sep2_events import GenerationLimit
from bench.exchanges.sep2_exchange import ToGateway


class ManagedByHeadend(GenerationByHeadend):
    """AMI-27: the headend's signal, on an aggregator's behalf."""

    rows = ("4.3.1/AMI-27/HE-ESI",)
    predicates = frozenset({"returns", "commands", "writes"})


class ManagedByAggregator(ToGateway):
    """AMI-21: the aggregator's own signal, past the utility."""

    rows = ("4.3.1/AMI-21/Aggr-ESI", "4.3.1/AMI-21/Aggr-ESI/d1")
    predicates = frozenset({"returns", "commands", "writes"})
    party = "aggregator"
    primacy = 3
    content = GenerationLimit()


class ManagedAtHome(GenerationAtHome):
    """AMI-31: the gateway's signal."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-31/ESI-CEMS",)
    predicates = frozenset({"returns", "commands", "writes"})
