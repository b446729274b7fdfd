"""4.3.1: an aggregator has distribution management limit what a customer feeds in (AMI-23), which has the headend do it
(AMI-6)."""

from __future__ import annotations

from bench.access.sep2 import Sep2Access
from bench.exchanges.office.give_signal import GiveGenerationSignal

_HEADEND = "AMI Headend"


class ManageGeneration(GiveGenerationSignal):
    """AMI-23. What a home then finds at the headend, the next hop, shows it."""

    rows = ("4.3.1/AMI-23/Aggr-DMS",)
    predicates = frozenset({"returns", "commands", "writes"})
    sender = "aggregator"
    relays_to = _HEADEND

    @property
    def _offering(self) -> Sep2Access:
        """Where homes look: the headend."""
        headend = self.station.lab.seat_for_actor(_HEADEND)
        return Sep2Access(self.station, headend.name if headend is not None else self.seat)


class OfferForDistribution(GiveGenerationSignal):
    """AMI-6."""

    rows = ("4.3.1/AMI-6/DMS-HE",)
    predicates = frozenset({"returns", "commands", "writes"})
    sender = "dms"
