"""The bench in the place of the CSMS of a charging station.

    async with Csms(access, version=Version.V201) as csms:
        there = await csms.booted()
        await there.call("SetChargingProfile", {...})

Every message is in ``there.session.heard``; ``csms.server.alter`` changes answers to the station's calls, the taps of
``there.session.taps`` what goes over the link. Time is the station's.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Self

from bench.access.ocpp import CSMS, OcppAccess
from drivers.cim.credentials import Credential
from drivers.ocpp.charger import OcppCharger
from drivers.ocpp.csms import Admission, CsmsServer, Station
from drivers.ocpp.errors import OcppError
from drivers.ocpp.tls import server_context
from drivers.ocpp.versions import Version
from drivers.transport.base import CannotOpenError

if TYPE_CHECKING:
    from bench.lab.station import Station as Bench


class NoStationError(OcppError):
    """The station does not connect to its CSMS, or does not boot there."""


class Csms:
    """``version``: the only one offered (default: the first that is declared). ``profile``: of security, as declared.

    ``credential``: another one than the right CSMS's; ``context``: TLS of another kind; ``counted``: whether stations
    reach the bench directly, and count their bytes for a stepped clock (default: emulated ones on such a clock).
    """

    def __init__(
        self,
        access: OcppAccess,
        *,
        version: Version | None = None,
        profile: int | None = None,
        credential: Credential | None = None,
        context: ssl.SSLContext | None = None,
        admission: Admission | None = None,
        counted: bool | None = None,
    ) -> None:
        self.access = access
        self._counted = counted
        self.declared = access.declared
        self.version = version or Version(self.declared.versions[0])
        self.profile = profile or self.declared.security_profile
        self._credential = credential
        self._context = context
        self._admission = admission
        self.server: CsmsServer = self._make()
        self._told = False

    @property
    def bench(self) -> Bench:
        """The station of the bench."""
        return self.access.station

    @property
    def context(self) -> ssl.SSLContext | None:
        """How the bench meets the station in TLS; None in plaintext (security profile 1)."""
        if self.profile < 2:
            return None
        if self._context is None:
            self._context = server_context(self._credential or self.access.credential("csms"), ask=self.profile == 3)
        return self._context

    @property
    def admission(self) -> Admission:
        """Whom the bench lets in: as a CSMS of this profile does."""
        if self._admission is not None:
            return self._admission
        if self.profile == 3:
            return Admission(None, names_match=True)
        return Admission({self.declared.identity: self.access.secret("password")})

    @property
    def _counts(self) -> bool:
        if self._counted is not None:
            return self._counted
        return self.access.emulated and self.bench.clock.mode == "stepped"

    def _make(self) -> CsmsServer:
        host, port = self.access.listen
        return CsmsServer(
            self.bench.clock,
            host=host,
            port=port,
            versions=(self.version,),
            admission=self.admission,
            counted=self._counts,
        )

    # -- life --------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen, and have the station look for its CSMS here. Raises CannotOpenError, NoAddressError.

        Where nobody can tell the station, nothing is left to be taken back by `close`.
        """
        self.server.interval_s = self.declared.heartbeat_s
        try:
            self.server.open(self.context)
        except OSError as error:
            where = ":".join(map(str, self.access.listen))
            raise CannotOpenError(f"cannot listen at {where} (PIXIT ocpp.listen): {error.strerror}") from error
        try:
            await self.send_here()
        except BaseException:
            await self.server.close()
            raise
        self._told = True

    async def send_here(self) -> None:
        """Have the station connect to the bench, as after its installation."""
        await self.bench.box.do(self.access.seat, "server", server=CSMS, url=self.server.url)

    async def close(self) -> None:
        """Have the station go where it went before, and let go of the port."""
        try:
            if self._told:
                await self.bench.box.do(self.access.seat, "server", server=CSMS, url="")
        finally:
            self._told = False
            await self.server.close()

    async def vanish(self) -> None:
        """Nobody answers at the address any more; it stays the bench's."""
        await self.server.vanish()

    def reappear(self, context: ssl.SSLContext | None = None) -> None:
        """Answer again, with another TLS context where one is given."""
        self.server.open(context or self.context)

    # -- the station -------------------------------------------------------------------------------------------------

    @property
    def attempts(self) -> int:
        """How often somebody has tried to connect."""
        return len(self.server.attempts)

    async def connected(self, *, after: int = 0, within_s: float | None = None) -> Station | None:
        """The station, once it has connected after so many attempts; None when it does not in time."""
        limit_s = self.declared.connect_s if within_s is None else within_s
        return await self.server.connected(self.declared.identity, after=after, within_s=limit_s)

    async def booted(self, *, after: int = 0, within_s: float | None = None) -> Station:
        """The station, connected and with its boot told and the first states of its connectors.

        Raises NoStationError.
        """
        there = await self.connected(after=after, within_s=within_s)
        if there is None:
            tried = "; ".join(attempt.outcome for attempt in self.server.attempts[after:]) or "it did not try"
            raise NoStationError(f"{self.declared.identity} has not connected to the bench: {tried}")
        heard = await there.session.hears(
            lambda item: "StatusNotification" in item.text, within_s=self.declared.connect_s
        )
        if heard is None:
            raise NoStationError(f"{self.declared.identity} has connected and told no state of a connector")
        await self.bench.advance(0.1)
        return there

    def charger(self, there: Station) -> OcppCharger:
        """The role `drivers.roles.EvCharger` over this connection."""
        return OcppCharger(there, token=self.declared.token)
