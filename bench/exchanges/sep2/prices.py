"""5.3.2 and 5.3.3: prices, as they change and at critical peaks."""

from __future__ import annotations

from typing import ClassVar

from bench.exchanges.sep2_events import HighPrice, LoadControl
from bench.exchanges.sep2_exchange import ToGateway, ToManager


class PriceByHeadend(ToGateway):
    """AMI-27: a price from the headend."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-27/HE-ESI",)
    predicates = frozenset({"notifies", "writes"})
    party = "headend"
    content = HighPrice()


class PriceAtHome(ToManager):
    """AMI-31: a price from the gateway."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-31/ESI-CEMS",)
    predicates = frozenset({"notifies", "writes"})
    party = "esi"
    content = HighPrice()


class CriticalPriceByHeadend(PriceByHeadend):
    """AMI-27: the price of a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-27/HE-ESI",)
    predicates = frozenset({"commands", "notifies", "writes"})


class CriticalPriceAtHome(PriceAtHome):
    """AMI-31: the price of a critical peak."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.3/AMI-31/ESI-CEMS",)
    predicates = frozenset({"commands", "notifies", "writes"})


class ResponseByAggregator(ToGateway):
    """AMI-21, derived: an aggregator issues the commands by which its customers respond to a price."""

    rows: ClassVar[tuple[str, ...]] = ("5.3.2/AMI-21/Aggr-ESI/d1",)
    predicates = frozenset({"commands"})
    party = "aggregator"
    primacy = 3
    content = LoadControl()
