"""Keywords of 4.2.3: limits of what a customer feeds in or draws at the point of connection.

The witnesses are the power analysers of all circuits behind the point: the home's own, and those of its DER.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.der.bands import POWER_PU, around
from bench.exchanges.der_orders import giver_of
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.exchanges.witness import Wiring
from bench.keywords.banded import record_in_band
from bench.keywords.managed_home import DURATION_S, GUARD_S, ManagedHome
from drivers.cim.der_signals import DerRequest
from drivers.cim.signals import SignalKind

FED_IN, DRAWN = "power fed in at the point of connection", "power drawn at the point of connection"
FED_IN_AGAIN, DRAWN_AGAIN = "power fed in after the limit", "power drawn after the limit"
ROOM = "the home passes the limit by itself"
_SHARE = 0.5
"""Of what the home feeds in by itself, so much may be fed in."""
_LITTLE_GENERATION = 0.05
_DRAWN_SHARE = 0.5
_CHAIN_S = 240.0
"""From a system to the watts, with the steps by which a limit at the point of connection is approached."""


@library(scope="TEST", auto_keywords=False)
class SiteLimits(ManagedHome):
    """Limits in force for minutes, each ended by whoever gave it."""

    @property
    def _accuracy_w(self) -> float:
        return POWER_PU * float(self.home.pixit("generator_w", 0.0))

    def _circuits(self) -> list[str]:
        """The home's own, and those of the DER behind the same point (PIXIT ``sep2.monitored``)."""
        return [self.home.seat, *dict(self.home.pixit("monitored", {})).values()]

    async def _drawn(self) -> tuple[float, float]:
        """What flows at the point, W, with its standard uncertainty; what is fed in is negative."""
        analysers = [await Wiring(self.station, seat).analyser() for seat in self._circuits()]
        readings = [await analyser.active_power() for analyser in analysers]
        return sum(one.value for one in readings), math.hypot(*(one.standard_uncertainty for one in readings))

    async def _record(self, series: str, expected: float, sign: float, what: str) -> None:
        drawn, uncertainty = await self._drawn()
        band = around(expected, self._accuracy_w)
        source = "the power analysers of all circuits"
        record_in_band(self.recorder, series, sign * drawn, "W", uncertainty, band, what, source)

    @asynccontextmanager
    async def _ended(self, series: str, sign: float, what: str) -> AsyncIterator[float]:
        """What flows without the limit; afterwards that it flows again."""
        before = sign * (await self._drawn())[0]
        yield before
        await self.wait(_CHAIN_S + float(self.home.pixit("dwell_s", 0.0)))
        await self._record(series, before, sign, what)

    def _need_signals(self) -> None:
        exchange = self.exchange
        if isinstance(exchange, Sep2Exchange) and not exchange.limits_sites:
            raise SkipExecution(f"{exchange.link} has no signal for a limit at the point of connection")

    # -- limits ------------------------------------------------------------------------------------------------------

    @keyword("Limit What The Home Feeds In")
    def limit_export(self) -> None:
        """To half of what it feeds in by itself. Example: | Limit What The Home Feeds In |"""
        self._need_signals()
        self.run(self._limit_export(), GUARD_S)

    async def _limit_export(self) -> None:
        what = f"given to {self.exchange.seat}"
        async with self._ended(FED_IN_AGAIN, -1.0, what) as free_w:
            limit_w = round(_SHARE * free_w)
            self.recorder.observe(ROOM, free_w - limit_w > 2.0 * self._accuracy_w, what=f"{free_w:.0f} W fed in")
            async with giver_of(self.exchange, self.seat_of("ESI/HAN Gateway")) as giver:
                asked = DerRequest(power=float(limit_w))
                await giver.give(SignalKind.EXPORT, asked, self.clock.now(), DURATION_S)
                await self.wait(_CHAIN_S)
                await self._record(FED_IN, limit_w, -1.0, what)

    @keyword("Limit What The Home Draws")
    def limit_import(self) -> None:
        """While its generation is limited to 5 %, so that it draws; then to half of what it draws so.

        Example: | Limit What The Home Draws |
        """
        self._need_signals()
        self.run(self._limit_import(), GUARD_S)

    async def _limit_import(self) -> None:
        what = f"given to {self.exchange.seat}"
        async with giver_of(self.exchange, self.seat_of("ESI/HAN Gateway")) as giver:
            await giver.limit(_LITTLE_GENERATION, self.clock.now(), 2 * DURATION_S)
            await self.wait(_CHAIN_S)
            free_w = (await self._drawn())[0]
            limit_w = round(_DRAWN_SHARE * free_w)
            self.recorder.observe(ROOM, free_w - limit_w > 1.5 * self._accuracy_w, what=f"{free_w:.0f} W drawn")
            asked = DerRequest(power=float(limit_w))
            await giver.give(SignalKind.IMPORT, asked, self.clock.now(), round(_CHAIN_S) + 60)
            await self.wait(_CHAIN_S)
            await self._record(DRAWN, limit_w, 1.0, what)
            await self.wait(_CHAIN_S)
            await self._record(DRAWN_AGAIN, free_w, 1.0, f"{what}, when its time is over")

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Home Should Feed In No More Than The Limit")
    def export_kept(self) -> None:
        """And no less than it may. Example: | The Home Should Feed In No More Than The Limit |"""
        self.check("without the limit the home feeds in more", "always", ROOM)
        self.check("what is fed in settles within the band of the limit", "in_1547_band", FED_IN)
        self.check("and goes back when the limit ends", "in_1547_band", FED_IN_AGAIN)

    @keyword("The Home Should Draw No More Than The Limit")
    def import_kept(self) -> None:
        """And no less than it may. Example: | The Home Should Draw No More Than The Limit |"""
        self.check("without the limit the home draws more", "always", ROOM)
        self.check("what is drawn settles within the band of the limit", "in_1547_band", DRAWN)
        self.check("and goes back when the limit ends", "in_1547_band", DRAWN_AGAIN)
