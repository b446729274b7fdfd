"""Keywords of 5.3.4 on AMI-43: services of a DER to the grid, each chosen by a signal and cancelled to the default."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from robot.api.deco import keyword, library

from bench.access.der import DerCalls
from bench.der.bands import Band, along, around
from bench.der.expected import base_var, droop, told, volt_var
from bench.keywords.der_type_test import ACTIVE, REACTIVE, DerTypeTest
from drivers.der import (
    ConstantReactivePower,
    FrequencyDroop,
    Priority,
    Ratings,
    SetActivePower,
    SettingRefusedError,
    VoltVar,
)
from drivers.modbus.errors import ModbusError

DEFAULT_P, DEFAULT_Q = "active power by default", "reactive power by default"
ACTIVE_AFTER = "from the signal to the service"
REFUSED = "reactive power beyond the capability was refused"
_SUN = 0.6
_DROOP, _DEAD_BAND_HZ, _RESPONSE_S = 0.05, 0.036, 5.0
_STEPS_HZ = (0.5, -0.5)
_VOLTAGES = (0.95, 1.05)
_MOST_PERCENT, _TOO_MUCH_PERCENT = 44.0, 60.0
_SETTLES_S = 30.0
_HALF = 50.0


Service = VoltVar | ConstantReactivePower | FrequencyDroop


@library(scope="TEST", auto_keywords=False)
class DerGridServices(DerTypeTest):
    """At 60 % of sun, so that there is apparent power for both; the witness sees both powers."""

    @asynccontextmanager
    async def _service(self, der: DerCalls, setting: Service) -> AsyncIterator[None]:
        """The default mode, then the service, then the default again."""
        await self._see_default("before", await self._ratings(der))
        yield
        await der.apply(replace(setting, enabled=False))
        await self.rig.grid()
        await self.rig.wait(2 * _SETTLES_S)
        await self._see_default("cancelled", await self._ratings(der))

    async def _ratings(self, der: DerCalls) -> Ratings:
        return (await der.nameplate()).ratings

    async def _see_default(self, what: str, ratings: Ratings) -> None:
        """By default it feeds in what there is, at a power factor of one."""
        seen = await self.rig.generated()
        accuracy = self.power_accuracy(ratings)
        if what == "before":
            self._default_w = seen.active_w
        self.record_active(seen, around(self._default_w, accuracy), what, DEFAULT_P)
        self.record_reactive(seen, around(0.0, accuracy), what, DEFAULT_Q)

    async def _see_reactive(self, der: DerCalls, setting: Service, band: Band, what: str) -> None:
        """Give the signal, and record when the service was there and what it settles at."""
        await der.announce(setting)
        trace = await self.rig.traced(lambda: der.apply(setting), _SETTLES_S)
        seen = await self.rig.generated()
        self.record_reactive(seen, band, what)
        there = next((at for at, _watts, var in trace.points() if at >= 0.0 and band.low <= var <= band.high), None)
        self._record_delay(there, what)

    def _record_delay(self, there: float | None, what: str) -> None:
        if there is None:
            self.recorder.could_not_look(ACTIVE_AFTER, f"{what}: never seen")
        else:
            self.recorder.observe_duration(ACTIVE_AFTER, there, what=what)

    # -- services ----------------------------------------------------------------------------------------------------

    @keyword("Voltage Support Is Called For")
    def support_voltage(self) -> None:
        """Volt-var at a low and at a high voltage, by the points that the DER tells.

        Example: | Voltage Support Is Called For |
        """
        self.run(self._support_voltage())

    async def _support_voltage(self) -> None:
        async with self.rig.running() as der:
            await self.rig.sun(_SUN)
            await self.rig.wait(_SETTLES_S)
            ratings = await self._ratings(der)
            setting = replace(await der.read(VoltVar), enabled=True, autonomous_reference=False)
            curve, kinks = volt_var(setting, ratings), [voltage / 100 for voltage, _ in setting.points or ()]
            for voltage in _VOLTAGES:
                async with self._service(der, setting):
                    await self.rig.grid(voltage)
                    await self.rig.wait(_SETTLES_S)
                    accuracy = self.power_accuracy(ratings)
                    band = along(curve, voltage, self.voltage_accuracy_pu, accuracy, kinks)
                    await self._see_reactive(der, setting, band, f"volt-var at {voltage:g} pu")

    @keyword("Fixed Reactive Power Is Called For")
    def fix_reactive_power(self) -> None:
        """The most that may be injected and absorbed; then more than that, which must be refused.

        Example: | Fixed Reactive Power Is Called For |
        """
        self.run(self._fix_reactive_power())

    async def _fix_reactive_power(self) -> None:
        async with self.rig.running() as der:
            await self.rig.sun(_SUN)
            await self.rig.wait(_SETTLES_S)
            ratings = await self._ratings(der)
            base = (await der.read(ConstantReactivePower)).base
            for percent in (_MOST_PERCENT, -_MOST_PERCENT):
                setting = ConstantReactivePower(True, percent, base, Priority.REACTIVE)
                async with self._service(der, setting):
                    expected = percent / 100 * base_var(base, ratings)
                    band = around(expected, self.power_accuracy(ratings), factor=1.0)
                    await self._see_reactive(der, setting, band, f"fixed {percent:+g} %")
            for percent in (_TOO_MUCH_PERCENT, -_TOO_MUCH_PERCENT):
                await self._try(der, ConstantReactivePower(True, percent, base, Priority.REACTIVE), f"{percent:+g} %")

    async def _try(self, der: DerCalls, setting: ConstantReactivePower, what: str) -> None:
        try:
            await der.apply(setting)
        except (SettingRefusedError, ModbusError) as refusal:
            self.recorder.observe(REFUSED, True, what=what, answer=str(refusal))
        else:
            self.recorder.observe(REFUSED, False, what=what)
            await der.apply(replace(setting, enabled=False, reactive_percent=0.0))

    @keyword("Frequency Support Is Called For")
    def support_frequency(self) -> None:
        """Droop of 5 %, dead band of 36 mHz, response time of 5 s, from half of the power: above nominal, and below.

        Example: | Frequency Support Is Called For |
        """
        self.run(self._support_frequency())

    async def _support_frequency(self) -> None:
        half = SetActivePower(True, power_percent=_HALF)
        async with self.rig.running() as der, self.rig.with_setting(der, half):
            await self.rig.wait(_SETTLES_S)
            ratings = await self._ratings(der)
            setting = FrequencyDroop(True, _DEAD_BAND_HZ, _DEAD_BAND_HZ, _DROOP, _DROOP, _RESPONSE_S)
            nominal_hz = self.access.nominal_hz
            kinks = [nominal_hz - _DEAD_BAND_HZ, nominal_hz + _DEAD_BAND_HZ]
            before = await der.read(FrequencyDroop)
            try:
                for step in _STEPS_HZ:
                    async with self._service(der, setting):
                        await der.apply(setting)
                        curve = droop(
                            setting, ratings, nominal_hz, self._default_w, told(ratings.active_power_w, "power")
                        )
                        band = along(
                            curve, nominal_hz + step, self.frequency_accuracy_hz, self.power_accuracy(ratings), kinks
                        )
                        await self._see_active(nominal_hz + step, band)
            finally:
                await der.apply(before)

    async def _see_active(self, frequency_hz: float, band: Band) -> None:
        what = f"droop at {frequency_hz:g} Hz"
        trace = await self.rig.traced(lambda: self.rig.grid(1.0, frequency_hz), _SETTLES_S)
        self.record_active(await self.rig.generated(), band, what)
        there = next((at for at, watts, _var in trace.points() if at >= 0.0 and band.low <= watts <= band.high), None)
        self._record_delay(there, what)

    # -- judging -----------------------------------------------------------------------------------------------------

    @keyword("Reactive Power Should Be What Was Called For")
    def reactive_follows(self) -> None:
        """At rest. Example: | Reactive Power Should Be What Was Called For |"""
        self.in_band("reactive power settles within the band", REACTIVE)

    @keyword("Active Power Should Be What Was Called For")
    def active_follows(self) -> None:
        """At rest. Example: | Active Power Should Be What Was Called For |"""
        self.in_band("active power settles within the band", ACTIVE)

    @keyword("The Service Should Be Active In Time")
    def active_in_time(self) -> None:
        """Within t_act of the signal. Example: | The Service Should Be Active In Time |"""
        self.check("the service is active in time", "at_most", ACTIVE_AFTER, limit=self.bound("t_act"))

    @keyword("The Default Should Hold Before And After")
    def default_holds(self) -> None:
        """Without a service, and when it was cancelled. Example: | The Default Should Hold Before And After |"""
        self.in_band("active power by default", DEFAULT_P)
        self.in_band("reactive power by default", DEFAULT_Q)

    @keyword("What The DER Cannot Do Should Be Refused")
    def refuses(self) -> None:
        """Reactive power beyond its capability. Example: | What The DER Cannot Do Should Be Refused |"""
        self.check("reactive power beyond the capability is refused", "always", REFUSED)
