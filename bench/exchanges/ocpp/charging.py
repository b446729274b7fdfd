"""AMI-33 over OCPP: the customer's energy management, or the gateway, limits what a vehicle may draw at its charger.

A rate of charging (4.2.1, 4.2.3, 4.3.2) is a default for the outlet's transactions; that nobody is to charge (4.2.2) is a
limit of the station as a whole, which no profile of a transaction and no choice of a driver goes above.
"""

from __future__ import annotations

from typing import Any, ClassVar

from bench.exchanges.base import Effect
from bench.exchanges.ocpp_exchange import OcppExchange
from drivers.charging import ChargingProfile, Kind, Period, Purpose, Schedule
from drivers.ocpp.charger import LIMIT_PROFILE
from drivers.ocpp.profiles import profile_to_wire

LIMIT_A, OTHER_LIMIT_A = 10.0, 16.0


class ChargingByProfile(OcppExchange):
    """A charging profile, which the vehicle keeps. ``limit_a``: what it says."""

    rows: ClassVar[tuple[str, ...]] = (
        "4.2.1/AMI-33/ESI-EV",
        "4.2.3/AMI-33/ESI-EV",
        "4.3.2/AMI-33/CEMS-EV",
        "4.3.2/AMI-33/ESI-EV/d1",
    )
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})
    limit_a: ClassVar[float] = LIMIT_A
    purpose: ClassVar[Purpose] = Purpose.TX_DEFAULT

    def profile(self, limit_a: float | None = None) -> ChargingProfile:
        """The row's profile."""
        schedule = Schedule((Period(0, self.limit_a if limit_a is None else limit_a),), start=self._now - 1.0)
        return ChargingProfile(LIMIT_PROFILE, self.purpose, schedule, 1, Kind.ABSOLUTE)

    @property
    def _now(self) -> float:
        return self.station.clock.now()

    def call(self, limit_a: float | None = None) -> tuple[str, dict[str, Any]]:
        """The row's message: action and payload."""
        wire, outlet = profile_to_wire(self.profile(limit_a), self.version), int(self.purpose is not Purpose.STATION_MAX)
        if self.version.is_old:
            return "SetChargingProfile", {"connectorId": outlet, "csChargingProfiles": wire}
        return "SetChargingProfile", {"evseId": outlet, "chargingProfile": wire}

    async def perform(self, access: Any = None) -> Any:
        """Set the limit as the station's CSMS. Raises ChargerRefusedError, and what a call raises."""
        await self.role.set_profile(self.profile())

    async def observe(self) -> Effect:
        """Whether the vehicle keeps to it, once it has had its time."""
        await self.station.advance(self.settle_s)
        return await self.draws(self.limit_a)


class StopByProfile(ChargingByProfile):
    """Nobody charges at the station, until it is released."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-33/ESI-EV",)
    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})
    limit_a: ClassVar[float] = 0.0
    purpose: ClassVar[Purpose] = Purpose.STATION_MAX
