"""Keywords of limits that travel the whole chain: given to one office system, seen as watts of the home."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from robot.api.deco import keyword, library

from bench.access.office import OfficeAccess
from bench.der.bands import POWER_PU, around
from bench.exchanges.office.give_signal import GiveSignal
from bench.exchanges.sep2_events import GenerationLimit, idle_w
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.exchanges.witness import Wiring
from bench.keywords.banded import record_in_band
from bench.keywords.managed_home import ACKNOWLEDGED, CHAIN_S, DURATION_S, GUARD_S, REFUSED, ManagedHome
from drivers.cim.signals import SignalKind
from drivers.scpi.measurement import Measurement
from drivers.sep2.der import DERControlBase
from drivers.sep2.events import Event

LIMITED, BACK = "power of the home under the limit", "power of the home after the limit"
BY_BOTH = "power of the home by the other path"
HAPPENED = "the home's power changed"
_SHARE, _LOW_SHARE = 0.4, 0.2


@library(scope="TEST", auto_keywords=False)
class ManagedGeneration(ManagedHome):
    """Limits what a home feeds in, by whichever system the row is about."""

    # -- the home ----------------------------------------------------------------------------------------------------

    @property
    def _accuracy_w(self) -> float:
        return POWER_PU * float(self.home.pixit("generator_w", 0.0))

    async def _power(self) -> Measurement:
        return await (await Wiring(self.station, self.home.seat).analyser()).active_power()

    async def _record_power(self, series: str, share: float | None, what: str) -> float:
        """Record what the analyser sees of the home, with the band around what a limit of ``share`` leaves."""
        expected = idle_w(self.home) if share is None else GenerationLimit(share).power_w(self.home)
        band = around(expected, self._accuracy_w)
        power = await self._power()
        record_in_band(self.recorder, series, power.value, "W", power.standard_uncertainty, band, what)
        await self._record_der(series, share, what)
        return float(power.value)

    async def _record_der(self, series: str, share: float | None, what: str) -> None:
        """The same of the DER that the energy management steers (PIXIT ``sep2.der``: its seat), where there is one."""
        seat = str(self.home.pixit("der", ""))
        if seat not in self.station.lab.seats:
            return
        device = self.station.lab.seat(seat).device
        ratings = device.pixit.get("sunspec", {}).get("ratings", {}) if device is not None else {}
        rating = float(ratings["active_power_w"])
        band = around((1.0 if share is None else share) * rating, POWER_PU * float(ratings["apparent_power_va"]))
        power = await (await Wiring(self.station, seat).analyser()).active_power()
        fed_in_w = -power.value  # the analyser counts import
        record_in_band(self.recorder, series, fed_in_w, "W", power.standard_uncertainty, band, f"{what}, {seat}")

    async def _released(self) -> None:
        await self.wait(CHAIN_S + float(self.home.pixit("dwell_s", 0.0)))

    def _given(self, access: OfficeAccess, party: str) -> AbstractAsyncContextManager[str]:
        return self.given_to_home(access, party, SignalKind.GENERATION, _SHARE)

    # -- by one system -----------------------------------------------------------------------------------------------

    @property
    def order(self) -> GiveSignal:
        """The row's exchange."""
        exchange = self.exchange
        assert isinstance(exchange, GiveSignal)
        return exchange

    @keyword("Limit The Home's Generation")
    def limit(self) -> None:
        """To 40 % for half an hour, ended before that; the home's power and its answers are recorded.

        Example: | Limit The Home's Generation |
        """
        by_event = isinstance(self.exchange, Sep2Exchange)
        self.run(self._limit_directly() if by_event else self._limit(), GUARD_S)

    async def _limit_directly(self) -> None:
        """Where the row's sender distributes events."""
        async with self.own_server() as exchange:
            await self._limit_by_event(exchange, f"by {exchange.party}")

    async def _limit_by_event(self, exchange: Sep2Exchange, what: str) -> None:
        event = exchange.offer(self._event(_SHARE))
        await exchange.arrived(event)
        await self.wait(CHAIN_S)
        await self._record_power(LIMITED, _SHARE, what)
        await self.take_back(exchange, event, what)
        await self._released()
        await self._record_power(BACK, None, what)

    async def _limit(self) -> None:
        async with self._given(self.order.access, self.order.sender) as signal:
            await self.wait(CHAIN_S)
            await self._record_power(LIMITED, _SHARE, f"by {self.order.seat}")
            await self.record_answers(self.order.access, self.order.sender, signal)
        await self._released()
        await self._record_power(BACK, None, f"by {self.order.seat}")

    @keyword("Somebody Without A Say Limits The Home's Generation")
    def limit_elsewhere(self) -> None:
        """An aggregator that manages other homes (PIXIT ``x_other_aggregator``), then the one that may.

        Example: | Somebody Without A Say Limits The Home's Generation |
        """
        self.need_other_aggregator()
        self.run(self._limit_elsewhere(), GUARD_S)

    async def _limit_elsewhere(self) -> None:
        other = str(self.order.access.pixit("x_other_aggregator", "aggregator-2"))
        before = await self._record_power(BACK, None, "before")
        request = self._given(self.order.access, other)
        await self.ask_without_a_say(request, other, lambda: self._compare(before, other))
        await self._released()
        await self._limit()

    async def _compare(self, before: float, who: str) -> None:
        await self.wait(CHAIN_S)
        now = await self._power()
        moved = abs(now.value - before) > self._accuracy_w
        self.recorder.observe(HAPPENED, moved, what=who, source="power analyser", detail=str(now))

    # -- by two ------------------------------------------------------------------------------------------------------

    def _event(self, share: float) -> Event:
        base = DERControlBase(max_lim_w=round(share * 10_000))
        return self.direct.new_event(duration_s=DURATION_S, base=base)

    @keyword("Limit The Home's Generation By Both Paths In Turn")
    def limit_by_both(self) -> None:
        """The same limit by the aggregator's own server, then by distribution management.

        Example: | Limit The Home's Generation By Both Paths In Turn |
        """
        self.run(self._limit_by_both(), GUARD_S)

    async def _limit_by_both(self) -> None:
        async with self.own_server() as exchange:
            await self._limit_by_event(exchange, "by the aggregator itself")
            async with self._given(self.office("DMS Applications"), "aggregator"):
                await self.wait(CHAIN_S)
                await self._record_power(BY_BOTH, _SHARE, "by the utility")
        await self._released()
        await self._record_power(BACK, None, "by the utility")

    @keyword("Two Limits Contradict Each Other")
    def contradict(self) -> None:
        """The aggregator's own of 20 %, then the utility's of 40 %, whose program goes first.

        Example: | Two Limits Contradict Each Other |
        """
        self.run(self._contradict(), GUARD_S)

    async def _contradict(self) -> None:
        async with self.own_server() as exchange:
            event = exchange.offer(self._event(_LOW_SHARE))
            await exchange.arrived(event)
            await self.wait(CHAIN_S)
            await self._record_power(LIMITED, _LOW_SHARE, "the aggregator's alone")
            async with self._given(self.office("DMS Applications"), "aggregator"):
                await self.wait(CHAIN_S)
                await self._record_power(LIMITED, _SHARE, "the utility's goes first")

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Home Should Feed In What The Limit Allows")
    def followed(self) -> None:
        """While the limit holds, and all of it again.

        Example: | The Home Should Feed In What The Limit Allows |
        """
        self.check("power settles within the band", "in_1547_band", LIMITED)
        if any(one.series == BACK for one in self.recorder.observations):
            self.check("and goes back within it", "in_1547_band", BACK)

    @keyword("The Home's Answers Should Come Back")
    def answered(self) -> None:
        """Received and started. Example: | The Home's Answers Should Come Back |"""
        self.check("the home's answers come back to who gave the limit", "always", ACKNOWLEDGED)

    @keyword("Both Paths Should Act Alike")
    def alike(self) -> None:
        """In the same band. Example: | Both Paths Should Act Alike |"""
        self.check("the other path does the same", "in_1547_band", BY_BOTH)

    @keyword("Who Has No Say Should Be Refused")
    def refused(self) -> None:
        """And nothing happens at the home. Example: | Who Has No Say Should Be Refused |"""
        self.check("an aggregator of other sites is refused", "always", REFUSED)
        self.check("nothing happens at the home", "never", HAPPENED)
