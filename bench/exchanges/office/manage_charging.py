"""4.3.2: an aggregator has distribution management set how a customer's vehicle charges (AMI-23), which has the headend
do it (AMI-6)."""

from __future__ import annotations

from bench.exchanges.office.manage_generation import ManageGeneration, OfferForDistribution
from drivers.cim.signals import SignalKind


class ManageCharging(ManageGeneration):
    """AMI-23. What a home then finds at the headend, the next hop, shows it."""

    rows = ("4.3.2/AMI-23/Aggr-DMS",)
    kind = SignalKind.CHARGING


class OfferChargingForDistribution(OfferForDistribution):
    """AMI-6."""

    rows = ("4.3.2/AMI-6/DMS-HE",)
    kind = SignalKind.CHARGING
