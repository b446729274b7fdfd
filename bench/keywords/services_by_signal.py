"""Keywords of 5.3.4 along the chain: services of the home's inverter, each chosen by a signal and ended by another.

The bench gives the signal where the row is; what stands between there and the inverter is the station's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from robot.api.deco import keyword, library

from bench.access.der import DerAccess, DerCalls
from bench.access.sep2 import Sep2Access
from bench.der.bands import FREQUENCY_HZ, POWER_PU, VOLTAGE_PU, Band, along, around
from bench.der.expected import droop, interpolated, told
from bench.der.scene import DerScene
from bench.der.trace import Generated, Trace
from bench.exchanges.der_orders import DerGiver, giver_of
from bench.keywords.banded import record_in_band
from bench.keywords.home_ders import der_in
from bench.keywords.process import ProcessLibrary
from drivers.cim.der_signals import DerRequest, Service
from drivers.cim.signals import SignalKind
from drivers.der import FrequencyDroop, Ratings

ACTIVE, REACTIVE = "active power under the service", "reactive power under the service"
DEFAULT_P, DEFAULT_Q = "active power by default", "reactive power by default"
ACTIVE_AFTER = "from the start of the service to its effect"
TOO_EARLY = "the service was there before its start"
_SUN, _AHEAD_S, _DURATION_S, _CHAIN_S = 0.6, 240.0, 1800, 240.0
_LEAD_S = 5.0
"""How long before its start the witness's log begins."""
_POINTS = ((92.0, 100.0), (98.0, 0.0), (102.0, 0.0), (108.0, -100.0))
"""Per cent of nominal voltage and of the greatest reactive power: IEEE 1547-2018, table 8, category B."""
_RESPONSE_S, _DROOP, _DEAD_BAND_HZ = 5.0, 0.05, 0.036
_SETTLES_S = 30.0
_GUARD_S = 3600.0


@dataclass(frozen=True)
class _Called:
    """A service as it is called for, the grid that shows it, and where the witness must see it."""

    what: str
    asked: DerRequest
    voltage_pu: float
    frequency_hz: float
    reactive: Band | None = None
    active: Band | None = None

    def shown(self, watts: float, var: float) -> bool:
        """Whether powers are those of the service."""
        for value, band in ((watts, self.active), (var, self.reactive)):
            if band is not None and not band.low <= value <= band.high:
                return False
        return True


@library(scope="TEST", auto_keywords=False)
class ServicesBySignal(ProcessLibrary):
    """At 60 % of sun, so that there is apparent power for both powers; the home's inverter has a witness of its own."""

    @property
    def _access(self) -> DerAccess:
        """The inverter that the energy management steers (PIXIT ``sep2.der``)."""
        home = Sep2Access(self.station, self.seat_of("Customer EMS"))
        return der_in(self.station, str(home.pixit("der", "")))

    @asynccontextmanager
    async def _scene(self) -> AsyncIterator[tuple[DerScene, DerCalls, Ratings]]:
        rig = DerScene(self._access)
        async with rig.running() as der:
            await rig.sun(_SUN)
            await rig.wait(_SETTLES_S)
            yield rig, der, (await der.nameplate()).ratings

    # -- one service -------------------------------------------------------------------------------------------------

    async def _call_for(self, rig: DerScene, giver: DerGiver, called: _Called, ratings: Ratings) -> None:
        """Default, the service from its start on, the default again."""
        await rig.grid(called.voltage_pu, called.frequency_hz)
        await rig.wait(_SETTLES_S)
        before = await rig.generated()
        self._see_default(before, before, ratings, f"{called.what}: before")
        start = float(round(self.clock.now() + _AHEAD_S))
        await giver.give(SignalKind.SERVICE, called.asked, start, _DURATION_S)
        trace = await self._watch_start(rig, start)
        self._record_start(trace, called)
        self._record(await rig.generated(), called)
        await giver.default()
        await rig.wait(_CHAIN_S)
        self._see_default(await rig.generated(), before, ratings, f"{called.what}: after the default was called for")
        await rig.grid()

    async def _watch_start(self, rig: DerScene, start: float) -> Trace:
        await self.wait_until(start - _LEAD_S)
        analyser = await rig.analyser()
        await analyser.start_power_log()
        await self.wait_until(start + self.bound("t_act") + _SETTLES_S)
        return Trace(await analyser.power_log(), start)

    def _record_start(self, trace: Trace, called: _Called) -> None:
        points = list(trace.points())
        early = any(called.shown(watts, var) for at, watts, var in points if at < 0.0)
        self.recorder.observe(TOO_EARLY, early, what=called.what, source="power analyser")
        there = next((at for at, watts, var in points if at >= 0.0 and called.shown(watts, var)), None)
        if there is None:
            self.recorder.could_not_look(ACTIVE_AFTER, f"{called.what}: never seen")
        else:
            self.recorder.observe_duration(ACTIVE_AFTER, there, what=called.what)

    # -- recording ---------------------------------------------------------------------------------------------------

    def _record(self, seen: Generated, called: _Called) -> None:
        if called.active is not None:
            self._in_band(ACTIVE, seen.active_w, "W", seen.active_u, called.active, called.what)
        if called.reactive is not None:
            self._in_band(REACTIVE, seen.reactive_var, "var", seen.reactive_u, called.reactive, called.what)

    def _see_default(self, seen: Generated, before: Generated, ratings: Ratings, what: str) -> None:
        """By default it feeds in what there is, at a power factor of one."""
        accuracy = POWER_PU * told(ratings.apparent_power_va, "its apparent power")
        self._in_band(DEFAULT_P, seen.active_w, "W", seen.active_u, around(before.active_w, accuracy), what)
        self._in_band(DEFAULT_Q, seen.reactive_var, "var", seen.reactive_u, around(0.0, accuracy), what)

    def _in_band(self, series: str, value: float, unit: str, u: float, band: Band, what: str) -> None:
        record_in_band(self.recorder, series, value, unit, u, band, what)

    # -- keywords ----------------------------------------------------------------------------------------------------

    @keyword("Call For Voltage Support Along The Chain")
    def support_voltage(self) -> None:
        """Volt-var of category B, at 105 % of the voltage. Example: | Call For Voltage Support Along The Chain |"""
        self.run(self._support_voltage(), _GUARD_S)

    async def _support_voltage(self) -> None:
        async with self._scene() as (rig, _der, ratings), self._giver() as giver:
            most = told(ratings.reactive_injection_var, "its reactive power")
            points = [(volts / 100, percent / 100 * most) for volts, percent in _POINTS]
            accuracy = POWER_PU * told(ratings.apparent_power_va, "its apparent power")
            kinks = [volts for volts, _ in points]
            band = along(lambda at: interpolated(points, at), 1.05, VOLTAGE_PU, accuracy, kinks)
            asked = DerRequest(service=Service.VOLT_VAR, points=_POINTS, response=_RESPONSE_S)
            called = _Called("volt-var at 1.05 pu", asked, 1.05, self._access.nominal_hz, reactive=band)
            await self._call_for(rig, giver, called, ratings)

    @keyword("Call For Fixed Reactive Power Along The Chain")
    def fix_reactive_power(self) -> None:
        """All that may be injected, then all that may be absorbed.

        Example: | Call For Fixed Reactive Power Along The Chain |
        """
        self.run(self._fix_reactive_power(), _GUARD_S)

    async def _fix_reactive_power(self) -> None:
        async with self._scene() as (rig, _der, ratings), self._giver() as giver:
            accuracy = POWER_PU * told(ratings.apparent_power_va, "its apparent power")
            for sign, rating in ((1.0, ratings.reactive_injection_var), (-1.0, ratings.reactive_absorption_var)):
                band = around(sign * told(rating, "its reactive power"), accuracy, factor=1.0)
                asked = DerRequest(service=Service.FIXED_VAR, reactive=sign)
                called = _Called(f"fixed {100 * sign:+g} %", asked, 1.0, self._access.nominal_hz, reactive=band)
                await self._call_for(rig, giver, called, ratings)

    @keyword("Call For Frequency Support Along The Chain")
    def support_frequency(self) -> None:
        """Droop of 5 %, dead band of 36 mHz, response time of 5 s, half a hertz above nominal.

        Example: | Call For Frequency Support Along The Chain |
        """
        self.run(self._support_frequency(), _GUARD_S)

    async def _support_frequency(self) -> None:
        async with self._scene() as (rig, _der, ratings), self._giver() as giver:
            nominal_hz = self._access.nominal_hz
            wanted = FrequencyDroop(True, _DEAD_BAND_HZ, _DEAD_BAND_HZ, _DROOP, _DROOP, _RESPONSE_S)
            before_w = (await rig.generated()).active_w
            curve = droop(wanted, ratings, nominal_hz, before_w, told(ratings.active_power_w, "its power"))
            accuracy = POWER_PU * told(ratings.apparent_power_va, "its apparent power")
            kinks = [nominal_hz - _DEAD_BAND_HZ, nominal_hz + _DEAD_BAND_HZ]
            band = along(curve, nominal_hz + 0.5, FREQUENCY_HZ, accuracy, kinks)
            asked = DerRequest(service=Service.DROOP, droop=_DROOP, dead_band=_DEAD_BAND_HZ, response=_RESPONSE_S)
            called = _Called(f"droop at {nominal_hz + 0.5:g} Hz", asked, 1.0, nominal_hz + 0.5, active=band)
            await self._call_for(rig, giver, called, ratings)

    def _giver(self) -> AbstractAsyncContextManager[DerGiver]:
        return giver_of(self.exchange, self.seat_of("ESI/HAN Gateway"))

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("The Inverter Should Give The Service")
    def given(self) -> None:
        """In the band of IEEE 1547.1, within t_act of its start and not before.

        Example: | The Inverter Should Give The Service |
        """
        recorded = {one.series for one in self.recorder.observations}
        for series in (ACTIVE, REACTIVE):
            if series in recorded:
                self.check(f"{series} settles within the band", "in_1547_band", series)
        self.check("the service is active in time", "at_most", ACTIVE_AFTER, limit=self.bound("t_act"))
        self.check("and not before", "never", TOO_EARLY)

    @keyword("The Inverter's Default Should Hold Before And After")
    def default_holds(self) -> None:
        """Without a service, and when the default was called for.

        Example: | The Inverter's Default Should Hold Before And After |
        """
        self.check("active power by default", "in_1547_band", DEFAULT_P)
        self.check("reactive power by default", "in_1547_band", DEFAULT_Q)
