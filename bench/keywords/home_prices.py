"""Keywords of 5.3.2 and 5.3.3: prices of load management, and what a home does at them by its energy management's rule.

The rule is declared (PIXIT ``sep2.price``): above ``limit`` the load switch leaves ``share`` of its load, from
``comfort`` on appliances shed and storages discharge with ``discharge`` of their rating, from ``critical`` on loads are
off and storages give all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.cta2045 import Cta2045Access
from bench.keywords.home_loads import CHAIN_S, HomeLoads, in_words
from drivers.cim.signals import Path, Signal, SignalKind
from drivers.sep2.vocabulary import ResponseStatus

LOADS, GIVEN = "what loads draw at a price, of their rating", "what the storage gives at a price, of its rating"
ANSWERED, NOTICE = "what load management knows of the home's answers", "the home had the price before it began"
EARLY, STARTED = "loads moved before the price began", "time from the start of the price until loads had moved"
LATE, BACK = "time from the end of the price until loads were back", "what loads draw after the price, of their rating"
CANCELLED, OTHERS = "loads moved at a price that was cancelled", "loads moved at a price for others"
SOME = "loads moved at a price for them"
_PRICES = (0.30, 0.60, 0.90)
_CRITICAL = 1.50
_NEAR = 0.05
_AHEAD_S, _DURATION_S, _RANDOM_S = 600.0, 1200, 120
_GUARD_S = 14_400.0


@library(scope="TEST", auto_keywords=False)
class HomePrices(HomeLoads):
    """Gives prices at load management and looks at the home."""

    # -- what the home does by its rule ------------------------------------------------------------------------------

    @property
    def rule(self) -> Mapping[str, float]:
        """The declared rule."""
        return dict(self.home.pixit("price", {}))

    @property
    def storage(self) -> str:
        """The seat of the home's storage. A home without one skips the test."""
        seat = dict(self.home.pixit("monitored", {})).get("storage", "")
        if not seat:
            raise SkipExecution("the device file of the energy management names no storage (PIXIT sep2.monitored)")
        return str(seat)

    @property
    def _storage_w(self) -> float:
        device = self.station.lab.seat(self.storage).device
        return float(device.pixit["sunspec"]["ratings"]["active_power_w"]) if device is not None else 0.0

    @property
    def _seats(self) -> tuple[str, ...]:
        return (self.home.seat, self.storage, *self.managed.values())

    def _shares(self, powers: Mapping[str, float], idle_w: float) -> dict[str, float]:
        """What each draws of its rating; of the storage, what it gives."""
        load_w = float(self.home.pixit("load_w"))
        found = {self.home.seat: 1.0 + (powers[self.home.seat] - idle_w) / load_w}
        found[self.storage] = -powers[self.storage] / self._storage_w
        return found | {seat: powers[seat] / self.rated_w(seat) for seat in self.managed.values()}

    def _expected(self, price: float) -> dict[str, float]:
        rule = self.rule
        critical, comfort = price >= rule["critical"], price >= rule["comfort"]
        switch = 0.0 if critical else rule["share"] if price > rule["limit"] else 1.0
        gives = 1.0 if critical else rule["discharge"] if comfort else 0.0
        appliances = dict.fromkeys(self.managed.values(), 0.0 if comfort else 1.0)
        return {self.home.seat: switch, self.storage: gives, **appliances}

    async def _look(self, idle_w: float) -> dict[str, float]:
        return self._shares({seat: await self.power_w(seat) for seat in self._seats}, idle_w)

    async def _is_as(self, price: float, idle_w: float) -> bool:
        wanted, shares = self._expected(price), await self._look(idle_w)
        return all(abs(shares[seat] - wanted[seat]) < _NEAR for seat in wanted)

    async def _until(self, price: float, idle_w: float, within_s: float, step_s: float = 10.0) -> float | None:
        """Seconds until the home does what the rule says at this price; None: not in time."""
        since = self.clock.now()
        while not await self._is_as(price, idle_w):
            if self.clock.now() - since >= within_s:
                return None
            await self.wait(step_s)
        return self.clock.now() - since

    @property
    def _back_s(self) -> float:
        appliances = max(Cta2045Access(self.station, seat).back_s for seat in self.managed.values())
        return appliances + float(self.home.pixit("dwell_s", 0.0)) + CHAIN_S

    def _record(self, shares: Mapping[str, float], price: float, what: str) -> None:
        wanted = self._expected(price)
        for seat, share in shares.items():
            series = GIVEN if seat == self.storage else LOADS
            self.recorder.observe(
                series, share, reference=wanted[seat], what=f"{what}: {seat}", source="power analyser"
            )

    async def _in_use(self) -> float:
        """Everything runs; what the home itself draws then."""
        await self.used(*self.managed.values())
        return await self.power_w(self.home.seat)

    def _price(self, price: float, **more: object) -> Signal:
        return Signal(kind=SignalKind.PRICE, homes=(self.home_name,), price=price, duration=_DURATION_S, **more)  # type: ignore[arg-type]

    # -- real-time prices --------------------------------------------------------------------------------------------

    @keyword("Load Management Gives Prices In Turn")
    def give_prices(self) -> None:
        """Low, high, and one at which comfort is given up; each by another path.

        Example: | Load Management Gives Prices In Turn |
        """
        self.run(self._give_prices(), _GUARD_S)

    async def _give_prices(self) -> None:
        idle_w = await self._in_use()
        for price, path in zip(_PRICES, self.paths, strict=True):
            async with self.given(self._price(price, path=path)) as number:
                await self.wait(CHAIN_S)
                self._record(await self._look(idle_w), price, f"{price:.2f} by {path}")
                told = await self.told(number)
                for due in (ResponseStatus.RECEIVED, ResponseStatus.STARTED):
                    self.recorder.observe(ANSWERED, int(due) in told, what=f"{price:.2f} by {path}: {due.name.lower()}")
            await self.wait(CHAIN_S)  # one that still held would go before the next one
            await self._until(0.0, idle_w, self._back_s, step_s=30.0)

    @keyword("Loads Should Follow The Rule")
    def loads_follow(self) -> None:
        """Switch and appliances. Example: | Loads Should Follow The Rule |"""
        self.check("loads draw what the declared rule says", "close_to_reference", LOADS, limit=_NEAR)

    @keyword("The Storage Should Follow The Rule")
    def storage_follows(self) -> None:
        """By its power analyser. Example: | The Storage Should Follow The Rule |"""
        self.check("the storage gives what the declared rule says", "close_to_reference", GIVEN, limit=_NEAR)

    @keyword("Each Price Should Have Been Acknowledged")
    def acknowledged(self) -> None:
        """By the home, to load management. Example: | Each Price Should Have Been Acknowledged |"""
        self.check("each hop acknowledges the price", "always", ANSWERED)

    # -- critical peaks ----------------------------------------------------------------------------------------------

    @keyword("Load Management Announces A Critical Peak")
    def announce(self) -> None:
        """In ten minutes, for twenty, both ends random. Example: | Load Management Announces A Critical Peak |"""
        self.run(self._announce(), _GUARD_S)

    async def _announce(self) -> None:
        idle_w = await self._in_use()
        start = round(self.clock.now() + _AHEAD_S)
        told_start = datetime.fromtimestamp(start, UTC).isoformat()
        peak = self._price(
            _CRITICAL, path=Path.HEADEND, start=told_start, random_start=_RANDOM_S, random_duration=_RANDOM_S
        )
        async with self.given(peak) as number:
            while self.clock.now() < start - 60.0:
                await self.wait(60.0)
                shares = await self._look(idle_w)
                self.recorder.observe(EARLY, not await self._is_as(0.0, idle_w), seen=in_words(shares))
            told = await self.told(number)
            self.recorder.observe(NOTICE, int(ResponseStatus.RECEIVED) in told, told=[*told])
            await self.wait_until(start)
            await self._until(_CRITICAL, idle_w, _RANDOM_S + CHAIN_S)
            self.recorder.observe_duration(STARTED, self.clock.now() - start)
            self._record(await self._look(idle_w), _CRITICAL, "critical peak")
            await self.wait_until(start + _DURATION_S)
            await self._until(0.0, idle_w, 2.0 * _RANDOM_S + self._back_s)
            self.recorder.observe_duration(LATE, self.clock.now() - start - _DURATION_S)
            for seat, share in (await self._look(idle_w)).items():
                if seat != self.storage:
                    self.recorder.observe(BACK, share, what=seat, source="power analyser")

    @keyword("The Home Should Act From Start To End")
    def acted(self) -> None:
        """With notice ahead, within the random parts. Example: | The Home Should Act From Start To End |"""
        act_s = self.bound("t_act")
        self.check("the home has the price before it begins", "always", NOTICE)
        self.check("nothing moves before it begins", "never", EARLY)
        self.check("it begins within its random part and t_act", "at_most", STARTED, limit=_RANDOM_S + act_s)
        self.loads_follow()
        ends_s = 2.0 * _RANDOM_S + self._back_s
        self.check("it ends within its random part and the dwell of the loads", "at_most", LATE, limit=ends_s)
        self.check("loads are back at the end", "at_least", BACK, limit=1.0 - _NEAR)

    @keyword("Load Management Cancels Critical Peaks")
    def cancel(self) -> None:
        """One before it begins, one while it holds. Example: | Load Management Cancels Critical Peaks |"""
        self.run(self._cancel(), _GUARD_S)

    async def _cancel(self) -> None:
        idle_w = await self._in_use()
        start = datetime.fromtimestamp(self.clock.now() + _AHEAD_S, UTC).isoformat(timespec="seconds")
        async with self.given(self._price(_CRITICAL, start=start)) as number:
            await self.wait(CHAIN_S)
            await self.ended(number)
            await self.wait(_AHEAD_S)
            moved = not await self._is_as(0.0, idle_w)
            self.recorder.observe(CANCELLED, moved, what="before it began", seen=in_words(await self._look(idle_w)))
        async with self.given(self._price(_CRITICAL)) as number:
            reached = await self._until(_CRITICAL, idle_w, CHAIN_S)
            self.recorder.observe(SOME, reached is not None, what="before it was cancelled")
            await self.ended(number)
            await self._until(0.0, idle_w, self._back_s)
            moved = not await self._is_as(0.0, idle_w)
            self.recorder.observe(CANCELLED, moved, what="while it held", seen=in_words(await self._look(idle_w)))

    @keyword("The Cancellation Should Be Honoured")
    def honoured(self) -> None:
        """Both times. Example: | The Cancellation Should Be Honoured |"""
        self.check("the peak was followed where it was not cancelled", "always", SOME)
        self.check("nothing moves, or is back, once it is cancelled", "never", CANCELLED)

    @keyword("Load Management Gives A Critical Peak To Some And To All")
    def give_to_some(self) -> None:
        """To another home, this one, both. Example: | Load Management Gives A Critical Peak To Some And To All |"""
        self.run(self._give_to_some(), _GUARD_S)

    async def _give_to_some(self) -> None:
        idle_w = await self._in_use()
        building, flats = self.building
        await self.station.box.do(flats, "use", on=True, member="01")
        await self.watched((flats,), _AHEAD_S, lambda powers: powers[flats] > 0.0)
        one_w = await self.power_w(flats)
        for homes in ((building,), (self.home_name,), (self.home_name, building)):
            what = " and ".join(homes)
            peak = Signal(kind=SignalKind.PRICE, homes=homes, price=_CRITICAL, duration=_DURATION_S)
            async with self.given(peak):
                await self.wait(CHAIN_S)
                moved = {
                    self.home_name: await self._is_as(_CRITICAL, idle_w),
                    building: await self.power_w(flats) < 1.0,
                }
                if self.home_name not in homes:
                    moved[self.home_name] = not await self._is_as(0.0, idle_w)
                for home, has in moved.items():
                    self.recorder.observe(SOME if home in homes else OTHERS, has, what=f"{what}: {home}")
            await self._until(0.0, idle_w, self._back_s, step_s=30.0)
            await self.watched((flats,), self._back_s, lambda powers: powers[flats] > 0.5 * one_w)

    @keyword("Those For Whom It Is Should Have Acted")
    def some_acted(self) -> None:
        """And nobody else. Example: | Those For Whom It Is Should Have Acted |"""
        self.check("those for whom it is act", "always", SOME)
        self.check("others do not", "never", OTHERS)
