"""Keywords of 4.3.1: what whoever watches a customer's DER is told of them, against what the instruments see.

The chain between the inverters and the watcher is the station's own; the bench stands at the end that the row is about.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.access.der_watch import DersTold, DerWatcher, OfficeWatcher, ServerWatcher
from bench.access.sep2 import Sep2Access
from bench.der.bands import POWER_PU, Band, around
from bench.der.scene import DerScene
from bench.der.trace import Generated
from bench.exchanges.office.give_signal import GiveSignal
from bench.exchanges.sep2_exchange import Sep2Exchange
from bench.keywords.banded import record_in_band
from bench.keywords.home_ders import der_in
from bench.keywords.process import ProcessLibrary
from drivers.der import ConstantReactivePower, LimitActivePower, Priority, SetActivePower
from drivers.sep2.monitoring import DerPowers

ACTIVE, REACTIVE = "active power as it is told", "reactive power as it is told"
DATED = "active power as it is told, by the time of its reading"
CHARGE, AGE = "state of charge as it is told", "age of what is told"
FIRST = "from the first question to the first reading"
_EVERY_S = 60
_SETUP_S, _LOOK_S, _SETTLES_S = 900.0, 30.0, 20.0
_GUARD_S = 3600.0
_CHARGE_PERCENT = 1.0
"""Accuracy of a state of charge told, of its capacity: what the energy of one report may move it, and its rounding."""


@dataclass(frozen=True)
class _Watched:
    """A DER under watch: its name in reports, and its rig."""

    name: str
    scene: DerScene
    calls: DerCalls
    rating: float

    def band(self, reference: float) -> Band:
        """Around what the witness sees: IEEE 1547, table 3."""
        return around(reference, POWER_PU * self.rating, factor=1.0)


@library(scope="TEST", auto_keywords=False)
class WatchedDers(ProcessLibrary):
    """Watches by whichever system the row is about."""

    @property
    def home(self) -> Sep2Access:
        """The customer's energy management."""
        return Sep2Access(self.station, self.seat_of("Customer EMS"))

    # -- the scene ---------------------------------------------------------------------------------------------------

    def _under_watch(self) -> list[_Watched]:
        """The DER that the energy management is declared to tell of (PIXIT ``sep2.monitored``), with their seats."""
        found: list[_Watched] = []
        for name, seat in dict(self.home.pixit("monitored", {})).items():
            access = der_in(self.station, seat)
            rating = float(access.pixit("sunspec", {})["ratings"]["apparent_power_va"])
            found.append(_Watched(name, DerScene(access), DerCalls(access), rating))
        return found

    @asynccontextmanager
    async def _watcher(self) -> AsyncIterator[DerWatcher]:
        exchange = self.exchange
        if isinstance(exchange, GiveSignal):
            home = self.seat_of("ESI/HAN Gateway")
            yield OfficeWatcher(exchange.access, exchange.sender, home, _EVERY_S)
            return
        assert isinstance(exchange, Sep2Exchange)
        try:
            await exchange.prepare()
            yield ServerWatcher(exchange.counterpart, _EVERY_S)
        finally:
            await exchange.close()

    async def _at_work(self, stack: AsyncExitStack, ders: list[_Watched]) -> None:
        """Each in a state that a mistake would show: the sign, the unit, active taken for apparent power."""
        for der in ders:
            if _charges(der):
                await der.calls.apply(SetActivePower(True, power_percent=-60.0))
                stack.push_async_callback(der.calls.apply, SetActivePower(False))
            else:
                running = await stack.enter_async_context(der.scene.running())
                base = (await running.read(ConstantReactivePower)).base
                setting = ConstantReactivePower(True, 40.0, base, Priority.REACTIVE)
                await stack.enter_async_context(der.scene.with_setting(running, setting))
                await stack.enter_async_context(der.scene.with_setting(running, LimitActivePower(True, 70.0)))
        await self.wait(_SETTLES_S)

    # -- watching ----------------------------------------------------------------------------------------------------

    @keyword("The Customer's DER Are Watched While They Work")
    def watch(self) -> None:
        """An inverter with both powers under a limit, a storage that charges; then each in another state. What is told
        is recorded with what the power analysers see.

        Example: | The Customer's DER Are Watched While They Work |
        """
        self.run(self._watch(), _GUARD_S)

    async def _watch(self) -> None:
        ders = self._under_watch()
        if not ders:
            raise SkipExecution("the device file of the energy management names no DER (PIXIT sep2.monitored)")
        async with AsyncExitStack() as stack:
            await self._at_work(stack, ders)
            watcher = await stack.enter_async_context(self._watcher())
            told = await self._first(watcher, ders)
            seen = {der.name: await der.scene.generated() for der in ders}
            for der in ders:
                self._record(der, told.powers.get(der.name), seen[der.name], "at first")
            await self._record_charge(ders, told)
            await self._change(ders)
            await self._follow(watcher, ders, seen)

    async def _first(self, watcher: DerWatcher, ders: list[_Watched]) -> DersTold:
        began = self.clock.now()
        told = await watcher.look()
        while not _complete(told, ders) and self.clock.now() < began + _SETUP_S:
            await self.wait(_LOOK_S)
            told = await watcher.look()
        self.recorder.observe(FIRST, _complete(told, ders), after_s=round(self.clock.now() - began))
        return told

    async def _change(self, ders: list[_Watched]) -> None:
        """Other powers, set at the DER themselves."""
        for der in ders:
            if _charges(der):
                await der.calls.apply(SetActivePower(True, power_percent=45.0))
            else:
                await der.calls.apply(LimitActivePower(True, 25.0))
        await self.wait(_SETTLES_S)

    async def _follow(self, watcher: DerWatcher, ders: list[_Watched], before: dict[str, Generated]) -> None:
        """Ask until the new powers are told: how long that takes, and whether each reading is dated as it should be."""
        changed_at = self.clock.now()
        seen = {der.name: await der.scene.generated() for der in ders}
        waiting = {der.name: der for der in ders}
        limit_s = 2.0 * self.bound("t_evt")
        while waiting and self.clock.now() <= changed_at + limit_s:
            told = await watcher.look()
            for name, der in list(waiting.items()):
                powers = told.powers.get(name)
                if powers is None or powers.active_w is None:
                    continue
                self._record_dated(der, powers, before[name], seen[name], changed_at)
                band = der.band(seen[name].active_w)
                if band.low <= powers.active_w <= band.high:
                    self.recorder.observe_duration(AGE, self.clock.now() - changed_at + _SETTLES_S, what=name)
                    self._record(der, powers, seen[name], "after a change")
                    del waiting[name]
            await self.wait(_LOOK_S)
        for name in waiting:
            self.recorder.observe_duration(AGE, self.clock.now() - changed_at, what=f"{name}: never told")

    # -- recording ---------------------------------------------------------------------------------------------------

    def _record(self, der: _Watched, told: DerPowers | None, seen: Generated, what: str) -> None:
        powers = told if told is not None else DerPowers(der.name, None, None, 0.0)
        for series, value, reference, unit, u in (
            (ACTIVE, powers.active_w, seen.active_w, "W", seen.active_u),
            (REACTIVE, powers.reactive_var, seen.reactive_var, "var", seen.reactive_u),
        ):
            self._record_value(series, value, unit, u, der.band(reference), f"{der.name}, {what}")

    def _record_dated(
        self, der: _Watched, told: DerPowers, before: Generated, after: Generated, changed_at: float
    ) -> None:
        """A reading dated after the change is one of the new power, an older one of the old power."""
        if changed_at - 2.0 * _SETTLES_S < told.at < changed_at:
            return  # while the power was on its way
        seen, when = (after, "after") if told.at >= changed_at else (before, "before")
        what = f"{der.name}, dated {when} the change"
        self._record_value(DATED, told.active_w, "W", seen.active_u, der.band(seen.active_w), what)

    def _record_value(self, series: str, value: float | None, unit: str, u: float, band: Band, what: str) -> None:
        if value is None:
            self.recorder.could_not_look(series, f"{what}: nothing was told")
            return
        record_in_band(self.recorder, series, value, unit, u, band, what, "the report, against the power analyser")

    async def _record_charge(self, ders: list[_Watched], told: DersTold) -> None:
        storage = next((der for der in ders if _charges(der)), None)
        if storage is None:
            return
        own = (await storage.calls.measurements()).state_of_charge_percent
        if own is None:
            self.recorder.could_not_look(CHARGE, "the storage itself tells none")
            return
        self._record_value(
            CHARGE, told.charge_percent, "%", 0.0, around(own, _CHARGE_PERCENT, factor=1.0), storage.name
        )

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("What Is Told Of The DER Should Be True And Fresh")
    def true_and_fresh(self) -> None:
        """Within the accuracy of IEEE 1547, table 3; dated as it was read; no older than t_evt.

        Example: | What Is Told Of The DER Should Be True And Fresh |
        """
        self.check("every DER is told of", "always", FIRST)
        self.check("active power is told as it is", "in_1547_band", ACTIVE)
        self.check("reactive power is told as it is", "in_1547_band", REACTIVE)
        if any(one.series == CHARGE for one in self.recorder.observations):
            self.check("the state of charge is told as it is", "in_1547_band", CHARGE)
        self.check("each reading bears the time at which it was true", "in_1547_band", DATED)
        self.check("nothing that is told is too old", "at_most", AGE, limit=self.bound("t_evt"))


def _charges(der: _Watched) -> bool:
    return bool(der.scene.access.pixit("sunspec", {}).get("ratings", {}).get("charge_w"))


def _complete(told: DersTold, ders: list[_Watched]) -> bool:
    return all(der.name in told.powers for der in ders)
