"""Keywords of smart charging over OCPP: which of several profiles holds, at the pilot and at the plug.

Within a purpose the valid profile with the highest stack level prevails; across purposes the lowest limit (OCPP 1.6,
3.13.2 and 3.13.3).
"""

from __future__ import annotations

from collections.abc import Sequence

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.exchanges.ocpp.charging import ChargingByProfile
from bench.keywords.charger_library import GUARD_S, LEAST, SOURCE, WITHIN_S, ChargerLibrary
from drivers.charging import ChargingProfile, Kind, Period, ProfileFilter, Purpose, Schedule

OVER, USED, COMPOSITE = "current beyond the limit that prevails", "share of it that is drawn", "composite schedule"
_FIRST = 200
_SHORT_S = 600
_STEPS: Sequence[tuple[str, Purpose, int, float, float]] = (
    ("a default", Purpose.TX_DEFAULT, 1, 20.0, 20.0),
    ("a default of a higher level, which is higher", Purpose.TX_DEFAULT, 3, 25.0, 25.0),
    ("a default of a lower level, which is lower", Purpose.TX_DEFAULT, 2, 10.0, 25.0),
    ("a transaction's, in the place of the defaults", Purpose.TX, 1, 32.0, 32.0),
    ("the station's, which is lower", Purpose.STATION_MAX, 1, 16.0, 16.0),
    ("a transaction's beyond the station's", Purpose.TX, 4, 40.0, 16.0),
    ("a transaction's below the station's", Purpose.TX, 5, 13.0, 13.0),
    ("a transaction's of a lower level, which is lower", Purpose.TX, 3, 9.0, 13.0),
)
"""What is installed, its purpose, stack level and limit (A), and what then holds (A)."""


@library(scope="TEST", auto_keywords=False)
class ChargingProfiles(ChargerLibrary):
    """Profiles of several purposes and stack levels."""

    @property
    def charging(self) -> ChargingByProfile:
        """The row's exchange. A station whose charger speaks no OCPP skips the test."""
        exchange = self.exchange
        if not isinstance(exchange, ChargingByProfile):
            raise SkipExecution("profiles are an affair of OCPP")
        return exchange

    @keyword("Install Profiles Of Several Purposes And Levels")
    def install(self) -> None:
        """One after the other; after each, what holds is looked at. A profile with an end gives way to the one below.

        Example: | Install Profiles Of Several Purposes And Levels |
        """
        exchange = self.charging
        self.run(self._install(exchange), GUARD_S)

    async def _install(self, exchange: ChargingByProfile) -> None:
        await exchange.prepare()
        try:
            await self._in_turn(exchange)
        finally:
            await exchange.role.clear_profiles(ProfileFilter())

    async def _in_turn(self, exchange: ChargingByProfile) -> None:
        running = exchange.there.backend.running
        transaction = running.number if running is not None else None
        for number, (what, purpose, level, limit_a, holds_a) in enumerate(_STEPS):
            schedule = Schedule((Period(0, limit_a),), start=self.clock.now() - 1.0)
            profile = ChargingProfile(
                _FIRST + number,
                purpose,
                schedule,
                level,
                Kind.ABSOLUTE,
                transaction=transaction if purpose is Purpose.TX else None,
            )
            await exchange.role.set_profile(profile)
            await self._look(exchange, holds_a, what)
        short = Schedule(
            (Period(0, 8.0), Period(_SHORT_S // 2, 10.0)), start=self.clock.now() - 1.0, duration_s=_SHORT_S
        )
        await exchange.role.set_profile(
            ChargingProfile(_FIRST + 50, Purpose.TX, short, 6, Kind.ABSOLUTE, transaction=transaction)
        )
        await self._look(exchange, 8.0, "a schedule of two periods, the first")
        await self.wait(_SHORT_S / 2.0)
        await self._look(exchange, 10.0, "a schedule of two periods, the second")
        await self.wait(_SHORT_S / 2.0)
        await self._look(exchange, _STEPS[-1][4], "when that is over")

    async def _look(self, exchange: ChargingByProfile, holds_a: float, what: str) -> None:
        await self.wait(WITHIN_S)
        seen = await self.outlet.look()
        self.record_current(OVER, seen, what, beyond_a=holds_a)
        self.recorder.observe(USED, seen.current.value / holds_a, what=what, source=SOURCE)
        told = await exchange.role.limit()
        self.recorder.observe(COMPOSITE, told, unit="A", reference=holds_a, what=what)

    @keyword("The Profile That Prevails Should Hold")
    def prevails(self) -> None:
        """At pilot and plug, and in the composite schedule. Example: | The Profile That Prevails Should Hold |"""
        self.check("no more flows than the profile allows that prevails", "at_most", OVER, limit=0.0)
        self.check("and not much less", "at_least", USED, limit=LEAST)
        self.check("the composite schedule says the same", "close_to_reference", COMPOSITE, limit=0.05)
