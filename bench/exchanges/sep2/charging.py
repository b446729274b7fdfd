"""4.3.2: the charging of a customer's vehicle is managed: how fast it charges, and how much it feeds back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bench.exchanges.blocking import block_vehicle, charger_behind
from bench.exchanges.sep2_events import ChargingControl
from bench.exchanges.sep2_exchange import Sep2Exchange, ToGateway, ToManager
from bench.exchanges.witness import Wiring
from drivers.sep2.events import Event

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


class OfVehicle(Sep2Exchange):
    """The vehicle at the charger of the energy management (PIXIT ``sep2.charger`` of that: the charger's seat)."""

    async def block(self, blocked: bool) -> bool:
        """There is no vehicle."""
        return await block_vehicle(self.station, blocked)

    def event_for_blocked(self, duration_s: int) -> Event:
        """To feed back, for which it takes a vehicle."""
        return self.new_event(duration_s=duration_s, base=ChargingControl(-0.5).base)


class ChargingByHeadend(OfVehicle, ToGateway):
    """AMI-27: the headend's signal, on an aggregator's behalf."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-27/HE-ESI",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "headend"
    content = ChargingControl()


class ChargingByAggregator(OfVehicle, ToGateway):
    """AMI-21: the aggregator's own signal, past the utility."""

    rows = ("4.3.2/AMI-21/Aggr-ESI", "4.3.2/AMI-21/Aggr-ESI/d1")
    predicates = frozenset({"returns", "commands", "writes"})
    party = "aggregator"
    primacy = 3
    content = ChargingControl()


class ChargingToVehicle(ChargingByHeadend):
    """AMI-33: what the gateway offers to the vehicle, which the bench plays."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-33/ESI-EV/d1",)


class AtVehicle(OfVehicle, ToManager):
    """The device is an energy management system: the power of the vehicle at its charger shows what it does."""

    content = ChargingControl()

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.wiring = Wiring(station, charger_behind(station) or seat)
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


class ChargingAtHome(AtVehicle):
    """AMI-31: the gateway's signal."""

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-31/ESI-CEMS/d1",)
    predicates = frozenset({"returns", "commands", "writes"})
    party = "esi"
