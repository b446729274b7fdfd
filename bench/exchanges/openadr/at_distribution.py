"""4.3.1 and 4.3.2: an aggregator has distribution management, a VEN of its VTN, manage a customer's DER (AMI-23)."""

from __future__ import annotations

from typing import ClassVar

from bench.access.sep2 import Sep2Access
from bench.exchanges.openadr_exchange import OadrToGateway
from bench.exchanges.sep2.charging import OfVehicle
from bench.exchanges.sep2_events import ChargingControl, Content, GenerationLimit
from drivers.sep2.der import DERControl
from drivers.sep2.events import Event

_HEADEND = "AMI Headend"
_HOME = "esi"
"""The home that the aggregator manages, in whose gateway's place the bench looks."""


class _AtHeadend(Sep2Access):
    """What the headend offers to homes; the bench's credentials are those of distribution management's device file."""

    @property
    def own_server(self) -> str:
        headend = self.station.lab.seat_for_actor(_HEADEND)
        return Sep2Access(self.station, headend.name).own_server if headend is not None else ""


class OadrManagedByDistribution(OadrToGateway):
    """What a home finds at the headend, the next hop, shows it."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.1/AMI-23/Aggr-DMS",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "aggregator"
    primacy = 3
    outlives_device = True
    content: Content = GenerationLimit()

    @property
    def home(self) -> Sep2Access:
        return _AtHeadend(self.station, self.seat)

    @property
    def home_device(self) -> str:
        return _HOME

    def same(self, found: Event, event: Event) -> bool:
        """The headend's own event, with the same mRID: at the same time, for the same power."""
        assert isinstance(found, DERControl)
        assert isinstance(event, DERControl)
        return (found.interval, found.base) == (event.interval, event.base)


class OadrChargingByDistribution(OfVehicle, OadrManagedByDistribution):
    """How a vehicle charges."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-23/Aggr-DMS",)
    content = ChargingControl()
