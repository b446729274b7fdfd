"""Exchanges with a charging station over OCPP, which the bench manages as its CSMS.

The station connects to the bench when the scene is set, and stays there until the exchange is closed. Its vehicle is
plugged in and charges in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.ocpp import OcppAccess
from bench.access.ocpp_csms import Csms
from bench.exchanges.base import Effect, Exchange
from bench.exchanges.charger_exchange import draws
from bench.exchanges.witness import Wiring
from drivers.charging import ChargerRefusedError, ProfileFilter
from drivers.ocpp.backend import Backend
from drivers.ocpp.charger import LIMIT_PROFILE, OcppCharger
from drivers.ocpp.csms import Station as Session
from drivers.ocpp.versions import Version

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

_STARTING_S = 10.0
_USUAL_SHARE = (0.85, 1.0)


class OcppExchange(Exchange):
    """``there`` is the station's connection once the scene is set, ``csms`` the bench's end of it."""

    link: ClassVar[str] = "ocpp"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = OcppAccess(station, seat)
        self.wiring = Wiring(station, seat)
        self.version = Version(self.access.declared.versions[0])
        self._csms: Csms | None = None
        self._there: Session | None = None
        self._known: dict[tuple[str, Version], Backend] = {}
        """What the bench knew of the station when it was its CSMS last."""

    @property
    def message(self) -> str:
        """Rows of one stimulus class send the same."""
        return ""

    # -- the connection ----------------------------------------------------------------------------------------------

    @property
    def csms(self) -> Csms:
        """The bench as the CSMS. `prepare` opens it."""
        if self._csms is None:
            raise RuntimeError("the scene is not set: call prepare")
        return self._csms

    @property
    def there(self) -> Session:
        """The station's connection. A station that came back has another one, which `connect` awaits."""
        if self._there is None:
            raise RuntimeError("the scene is not set: call prepare")
        return self.csms.server.stations.get(self._there.identity, self._there)

    @property
    def role(self) -> OcppCharger:
        """The station in the words of the role `drivers.roles.EvCharger`."""
        return self.csms.charger(self.there)

    async def connect(self, after: int = 0) -> Session:
        """The station, connected and booted, in an attempt after that number. Raises NoStationError."""
        if self._csms is None:
            self._csms = Csms(self.access, version=self.version)
            self._csms.server.backends.update(self._known)
            await self._csms.open()
        within_s = self.access.declared.connect_s + self.access.declared.retry_s
        self._there = await self._csms.booted(after=after, within_s=within_s)
        return self._there

    async def close(self) -> None:
        """The station goes where it went before."""
        csms, self._csms, self._there = self._csms, None, None
        if csms is not None:
            self._known = csms.server.backends
            await csms.close()

    # -- the scene ---------------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """The station is connected, no limit of the bench holds, and a vehicle charges in a transaction."""
        if self._csms is None or not self.there.session.alive:
            await self.connect(after=0 if self._csms is None else self._csms.attempts)
        await self.restore()
        await self.vehicle(True)

    async def vehicle(self, there: bool) -> None:
        """A vehicle is plugged in and has a transaction, or its plug is pulled."""
        await self.station.box.do(self.seat, "plug", connected=there)
        await self.station.advance(_STARTING_S)
        if there and self.there.backend.running is None:
            await self._begin()
            await self.station.advance(self.starting_s)

    async def _begin(self) -> None:
        """A transaction. One that runs and was begun at another CSMS of the bench is told of again, in 2.x."""
        try:
            await self.role.start()
        except ChargerRefusedError:
            if not self.version.is_old:
                evse = {"requestedMessage": "TransactionEvent", "evse": {"id": 1}}
                await self.there.call("TriggerMessage", evse)

    async def restore(self) -> None:
        """No limit of the bench holds."""
        if self._csms is not None and self.there.session.alive:
            await self.role.clear_profiles(ProfileFilter(number=LIMIT_PROFILE))

    # -- what is declared --------------------------------------------------------------------------------------------

    @property
    def stated(self) -> Mapping[str, Any]:
        """PIXIT ``charger``, with what ``ocpp`` says of the same."""
        device = self.station.lab.seat(self.seat).device
        table: Mapping[str, Any] = device.pixit.get("charger", {}) if device is not None else {}
        return {"discharges": self.access.declared.discharges, **table}

    @property
    def rated_a(self) -> float:
        """What charger and cable can, A for each phase."""
        return self.access.declared.max_a

    @property
    def settle_s(self) -> float:
        """How long a limit may take from its acceptance."""
        return self.access.declared.apply_s

    @property
    def dwell_s(self) -> float:
        """PIXIT ``minimum_dwell_s``."""
        device = self.station.lab.seat(self.seat).device
        return float(device.pixit.get("minimum_dwell_s", 0.0)) if device is not None else 0.0

    @property
    def starting_s(self) -> float:
        """How long it takes until a vehicle charges that may."""
        return _STARTING_S + self.dwell_s

    # -- the witness -------------------------------------------------------------------------------------------------

    async def draws(self, limit_a: float) -> Effect:
        """Whether the vehicle draws what a limit allows, and not much less."""
        return await draws(self.wiring, limit_a, self.stated.get("draws", _USUAL_SHARE))

    @asynccontextmanager
    async def charger(self) -> AsyncIterator[OcppCharger]:
        """The station in the words of its role."""
        yield self.role

    async def prepare_both_ways(self) -> None:
        """Over OCPP 2.1, which alone has limits below zero, where the station speaks it and can feed back."""
        declared = self.access.declared
        if declared.discharges and Version.V21.value in declared.versions and self.version is not Version.V21:
            await self.close()
            self.version = Version.V21
        await self.prepare()

    async def leave(self) -> None:
        """The CSMS is gone from now on."""
        await self.csms.vanish()

    async def leave_with(self, limit_a: float) -> float | None:
        """The CSMS sets a limit and is gone from then on. OCPP 1.6, 3.13.6: what was set goes on."""
        await self.role.set_limit(limit_a)
        await self.leave()
        return None

    async def come_back(self) -> None:
        """The CSMS is there again, and the station has come back to it."""
        before = self.csms.attempts
        self.csms.reappear()
        await self.connect(after=before)
