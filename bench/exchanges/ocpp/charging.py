"""AMI-33 over OCPP: the customer's energy management, or the gateway, limits what a vehicle may draw at its charger.

A rate of charging (4.2.1, 4.2.3, 4.3.2) is a default for the outlet's transactions; that nobody is to charge (4.2.2) is
a limit of the station as a whole, which no profile of a transaction and no choice of a driver goes above.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.ocpp_csms import Csms
from bench.exchanges.base import Effect
from bench.exchanges.charger_exchange import BadCommand, Course
from bench.exchanges.ocpp_exchange import OcppExchange
from drivers.charging import ChargingProfile, Kind, Period, ProfileFilter, Purpose, Schedule
from drivers.ocpp.charger import LIMIT_PROFILE
from drivers.ocpp.profiles import profile_to_wire
from drivers.ocpp.rpc import Call, encode
from drivers.ocpp.versions import Version

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station

LIMIT_A, OTHER_LIMIT_A = 10.0, 16.0
_CHOICE_PROFILE = 101
_NO_OUTLET, _NO_LEVEL = 99, 10_000
_AN_HOUR_S = 3600.0


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

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self._numbers = itertools.count(1)
        self._offers = False

    def profile(self, limit_a: float | None = None) -> ChargingProfile:
        """The row's profile."""
        schedule = Schedule((Period(0, self.limit_a if limit_a is None else limit_a),), start=self._now - 1.0)
        return ChargingProfile(LIMIT_PROFILE, self.purpose, schedule, 1, Kind.ABSOLUTE)

    @property
    def _now(self) -> float:
        return self.station.clock.now()

    def call(self, limit_a: float | None = None) -> tuple[str, dict[str, Any]]:
        """The row's message: action and payload."""
        wire, outlet = (
            profile_to_wire(self.profile(limit_a), self.version),
            int(self.purpose is not Purpose.STATION_MAX),
        )
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

    async def restore(self) -> None:
        """No limit of the bench holds, and no driver goes first."""
        await super().restore()
        if self._offers and self.there.session.alive:
            self._offers = not await self.role.clear_profiles(ProfileFilter(number=_CHOICE_PROFILE))

    # -- in time, and by others ------------------------------------------------------------------------------------

    async def hand_over(self, course: Course) -> bool:
        """All in one schedule, which the station keeps to by itself."""
        periods = tuple(Period(round(after_s), limit_a) for after_s, limit_a in course.steps)
        schedule = Schedule(periods, start=course.start, duration_s=round(course.lasting_s))
        await self.role.set_profile(replace(self.profile(), schedule=schedule))
        return True

    async def offer_choice(self, limit_a: float) -> bool:
        """By a profile for priority charging, which OCPP 2.1 alone has."""
        if self.version is not Version.V21:
            return False
        self._offers = True
        offered = replace(self.profile(limit_a), number=_CHOICE_PROFILE, purpose=Purpose.PRIORITY)
        await self.role.set_profile(offered)
        return True

    def choices(self) -> Sequence[bool]:
        """What the station has told of priority charging."""
        return [bool(told.payload["activated"]) for told in self.there.backend.calls("NotifyPriorityCharging")]

    # -- what nobody may carry out ---------------------------------------------------------------------------------

    def bad_commands(self) -> Sequence[BadCommand]:
        """Profiles of an unknown CSMS, for another outlet, of yesterday, of a level that there is not; one again."""
        good, yesterday = self.profile(), self._now - 24.0 * _AN_HOUR_S
        early = replace(good.schedule, start=yesterday, duration_s=round(_AN_HOUR_S))
        expired = replace(good, schedule=early, valid_from=yesterday, valid_to=yesterday + _AN_HOUR_S)
        far = replace(good, stack_level=_NO_LEVEL)
        return (
            BadCommand("of a wrong origin", self._as_stranger),
            BadCommand("for another outlet", lambda: self.role.set_profile(good, _NO_OUTLET), refused=True),
            BadCommand("of a time that is over", lambda: self.role.set_profile(expired)),
            BadCommand("out of range", lambda: self.role.set_profile(far), refused=True),
            BadCommand("played again", self._again),
        )

    async def _again(self) -> None:
        """The row's message, which is then taken back; and the same, to the letter, once more."""
        text = encode(Call(f"again-{next(self._numbers)}", *self.call()))
        await self.there.session.say(text)
        await self.observe()
        await self.restore()
        await self.station.advance(self.settle_s)
        await self.there.session.say(text)

    async def _as_stranger(self) -> None:
        """The row's message from a CSMS whose certificate nobody signed, while the right one is away."""
        await self.csms.vanish()
        stranger = Csms(self.access, version=self.version, credential=self.access.credential("csms_untrusted"))
        async with stranger:
            session = await stranger.connected()
            if session is not None:
                await session.call(*self.call())
                await self.observe()
        self.csms.reappear()
        await self.csms.send_here()
        await self.connect(after=self.csms.attempts)


class StopByProfile(ChargingByProfile):
    """Nobody charges at the station, until it is released."""

    rows: ClassVar[tuple[str, ...]] = ("4.2.2/AMI-33/ESI-EV",)
    predicates: ClassVar[frozenset[str]] = frozenset({"commands"})
    limit_a: ClassVar[float] = 0.0
    purpose: ClassVar[Purpose] = Purpose.STATION_MAX

    async def restore(self) -> None:
        """Whoever is there charges again."""
        await super().restore()
        await self.station.advance(self.starting_s)
