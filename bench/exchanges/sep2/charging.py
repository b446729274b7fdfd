"""4.3.2: the charging of a customer's vehicle is managed: how fast it charges, and how much it feeds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.sep2_events import ChargingControl
from bench.exchanges.sep2_exchange import ToGateway, ToManager
from bench.exchanges.witness import Wiring

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class ChargingByHeadend(ToGateway):
    """AMI-27: the headend's signal, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-27/HE-ESI",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "headend"
    content = ChargingControl()


class ChargingByAggregator(ToGateway):
    """AMI-21: the aggregator's own signal, past the utility."""

    rows = ("4.3.2/AMI-21/Aggr-ESI", "4.3.2/AMI-21/Aggr-ESI/d1")
    predicates = frozenset({"returns", "commands", "writes"})
    party = "aggregator"
    primacy = 3
    content = ChargingControl()


class ChargingToVehicle(ChargingByHeadend):
    """AMI-33: what the gateway offers to the vehicle, which the bench plays."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-33/ESI-EV/d1",)


class ChargingAtHome(ToManager):
    """AMI-31: the gateway's signal, at the charger of the energy management (PIXIT ``sep2.charger``: its seat)."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-31/ESI-CEMS/d1",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "esi"
    content = ChargingControl()

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.wiring = Wiring(station, str(self.access.pixit("charger", seat)))
