"""Keywords of 5.3, manage in-home DG: the energy management starts, stops, limits a DER, within its protection."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.der import DerAccess
from bench.der.scene import DerScene
from bench.keywords.life_cycle import LifeCycleLibrary
from drivers.der import LimitActivePower, Operation

FED, STOPPED = "what the DER feeds in follows the limit", "what the DER feeds in after a stop"
STARTED, EARLY = "the DER feeds in again after a start", "it feeds in although its protection forbids it"
_LIMITS = (40.0,)
_SETTLED_S, _START_S, _LOOK_S = 30.0, 900.0, 100.0
_NEAR_SHARE, _OFF_SHARE, _RUNNING_SHARE = 0.03, 0.01, 0.2
_WATCHED_S = 30.0
_OUTSIDE = {"overvoltage": (1.15, None), "underfrequency": (1.0, 58.9)}
"""Voltages (in shares of the nominal one) and frequencies (Hz, of a grid of 60 Hz) at which no DER may enter service by
IEEE 1547-2018, table 4."""
_GUARD_S = 3600.0


@library(scope="TEST", auto_keywords=False)
class ManagedDer(LifeCycleLibrary):
    """The bench is the energy management; the power analyser at the DER is the witness."""

    @cached_property
    def rig(self) -> DerScene:
        """The DER between its instruments."""
        return DerScene(DerAccess(self.station, self.session.planned.iut, self.session.planned.link))

    @keyword("Start Stop And Limit The DER")
    def manage(self) -> None:
        """In full sun, on a grid as it should be. Example: | Start Stop And Limit The DER |"""
        self.run(self._manage(), _GUARD_S)

    async def _manage(self) -> None:
        rig = self.rig
        async with rig.running() as der:
            rated_w = (await der.nameplate()).ratings.active_power_w or 0.0
            for percent in _LIMITS:
                async with rig.with_setting(der, LimitActivePower(True, percent)):
                    await rig.wait(_SETTLED_S)
                    seen = (await rig.generated()).active_w / rated_w
                    near = abs(seen - percent / 100.0) < _NEAR_SHARE
                    self.recorder.observe(FED, near, what=f"limit {percent:g} %", of_rating=round(seen, 4))
            await der.operate(Operation.STOP)
            await rig.wait(_SETTLED_S)
            share = (await rig.generated()).active_w / rated_w
            self.recorder.observe(STOPPED, abs(share) < _OFF_SHARE, of_rating=round(share, 4))
            await der.operate(Operation.START)
            self.recorder.observe(STARTED, await self._runs(rated_w))

    async def _runs(self, rated_w: float) -> bool:
        """Let time pass until it feeds in, at most as long as entering service may take."""
        until = self.clock.now() + _START_S
        while self.clock.now() < until:
            if (await self.rig.generated()).active_w > _RUNNING_SHARE * rated_w:
                return True
            await self.rig.wait(_LOOK_S)
        return False

    @keyword("It Should Do As It Is Told")
    def told(self) -> None:
        """Example: | It Should Do As It Is Told |"""
        self.check("limits are kept", "always", FED)
        self.check("a stop stops it", "always", STOPPED)
        self.check("a start starts it", "always", STARTED)

    @keyword("Start The DER On A Grid That Its Protection Refuses")
    def start_outside(self) -> None:
        """Overvoltage, underfrequency; then the grid is as it should be.

        Example: | Start The DER On A Grid That Its Protection Refuses |
        """
        self.run(self._start_outside(), _GUARD_S)

    async def _start_outside(self) -> None:
        rig = self.rig
        async with rig.running() as der:
            rated_w = (await der.nameplate()).ratings.active_power_w or 0.0
            for what, (voltage_pu, frequency_hz) in _OUTSIDE.items():
                await der.operate(Operation.STOP)
                await rig.grid(voltage_pu, frequency_hz)
                trace = await rig.traced(lambda: der.operate(Operation.START), _WATCHED_S)
                most_w = max(watts for at, watts, _ in trace.points() if at > 0.0) if trace.points() else 0.0
                most_w = max(most_w, trace.generated_w(_WATCHED_S))
                self.recorder.observe(EARLY, most_w > _OFF_SHARE * rated_w, what=what, most_w=round(most_w, 1))
            await rig.grid()
            self.recorder.observe(STARTED, await self._runs(rated_w), what="on a good grid")

    @keyword("Its Protection Should Come First")
    def protected(self) -> None:
        """Example: | Its Protection Should Come First |"""
        self.check("no start overrides the protection", "never", EARLY)
        self.check("the start counts once the grid is as it should be", "always", STARTED)
