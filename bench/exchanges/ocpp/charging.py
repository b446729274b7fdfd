"""AMI-33 over OCPP: the customer's energy management, or the gateway, limits what a vehicle may draw at its charger."""

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

    rows: ClassVar[tuple[str, ...]] = ("4.3.2/AMI-33/CEMS-EV", "4.3.2/AMI-33/ESI-EV/d1")
    predicates: ClassVar[frozenset[str]] = frozenset({"returns", "commands", "writes"})
    limit_a = LIMIT_A

    def profile(self, limit_a: float | None = None) -> ChargingProfile:
        """The row's profile."""
        schedule = Schedule((Period(0, self.limit_a if limit_a is None else limit_a),), start=self._now - 1.0)
        return ChargingProfile(LIMIT_PROFILE, Purpose.TX_DEFAULT, schedule, 1, Kind.ABSOLUTE)

    @property
    def _now(self) -> float:
        return self.station.clock.now()

    def call(self, limit_a: float | None = None) -> tuple[str, dict[str, Any]]:
        """The row's message: action and payload."""
        wire = profile_to_wire(self.profile(limit_a), self.version)
        if self.version.is_old:
            return "SetChargingProfile", {"connectorId": 1, "csChargingProfiles": wire}
        return "SetChargingProfile", {"evseId": 1, "chargingProfile": wire}

    async def perform(self, access: Any = None) -> Any:
        """Set the limit as the station's CSMS. Raises ChargerRefusedError, and what a call raises."""
        await self.role.set_profile(self.profile(), 1)

    async def observe(self) -> Effect:
        """Whether the vehicle keeps to it, once it has had its time."""
        await self.station.advance(self.settle_s)
        return await self.draws(self.limit_a)
