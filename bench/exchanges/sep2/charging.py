"""4.3.2: the charging of a customer's vehicle is managed: how fast it charges, and how much it feeds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.access.sep2 import Sep2Access
from bench.exchanges.sep2_events import ChargingControl
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.exchanges.witness import Wiring
from drivers.sep2.events import Event

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class _OfVehicle(Sep2Exchange):
    """The vehicle at the charger of the energy management (PIXIT ``sep2.charger`` of that: the charger's seat)."""

    @property
    def charger(self) -> str:
        """The charger's seat; empty where the station has none."""
        manager = self.station.lab.seat_for_actor("Customer EMS")
        named = "" if manager is None else str(Sep2Access(self.station, manager.name).pixit("charger", ""))
        return named if named in self.station.lab.seats else ""

    async def block(self, blocked: bool) -> bool:
        """There is no vehicle."""
        if not self.charger:
            return False
        await self.station.box.do(self.charger, "plug", connected=not blocked)
        return True

    def event_for_blocked(self, duration_s: int) -> Event:
        """To feed back, for which it takes a vehicle."""
        return self.new_event(duration_s=duration_s, base=ChargingControl(-0.5).base)


class ChargingByHeadend(_OfVehicle, ToGateway):
    """AMI-27: the headend's signal, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-27/HE-ESI",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "headend"
    content = ChargingControl()


class ChargingByAggregator(_OfVehicle, ToGateway):
    """AMI-21: the aggregator's own signal, past the utility."""

    rows = ("4.3.2/AMI-21/Aggr-ESI", "4.3.2/AMI-21/Aggr-ESI/d1")
    predicates = frozenset({"returns", "commands", "writes"})
    party = "aggregator"
    primacy = 3
    content = ChargingControl()


class ChargingToVehicle(ChargingByHeadend):
    """AMI-33: what the gateway offers to the vehicle, which the bench plays."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-33/ESI-EV/d1",)


class ChargingAtHome(_OfVehicle, ToManager):
    """AMI-31: the gateway's signal, at the vehicle's charger."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-31/ESI-CEMS/d1",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "esi"
    content = ChargingControl()

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.wiring = Wiring(station, self.charger or seat)
        self._usual_w = 0.0

    @property
    def usual_w(self) -> float:
        """What the vehicle drew while nothing was asked of it."""
        return self._usual_w

    async def prepare(self) -> None:
        """Besides, look what the vehicle draws by itself."""
        await super().prepare()
        power = await self.power()
        self._usual_w = 0.0 if power is None else power.value
