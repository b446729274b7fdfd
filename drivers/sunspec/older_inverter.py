"""`OlderSunSpecInverter`: the role `drivers.roles.DerInverter` on models 101 to 103 or 111 to 113 and 120 to 124.

These models were made before IEEE 1547-2018: a limit of active power, a power factor, reactive power, and connect or
disconnect are all that they have in common with it. Their reversion timers end a function and cannot name another
value; what is left of them is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from drivers.der import (
    ConstantPowerFactor,
    ConstantReactivePower,
    ControlState,
    DerIdentity,
    DerMeasurements,
    DerPhase,
    Excitation,
    LimitActivePower,
    Nameplate,
    OperatingState,
    Operation,
    Ratings,
    ReactiveBase,
    Reversion,
    ReversionState,
    Setting,
    UnsupportedFunctionError,
)
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.model import Model
from drivers.sunspec.words import der_words, identity_of

MEASURE = (101, 102, 103, 111, 112, 113)
NAMEPLATE, SETTINGS, STATUS, CONTROLS, STORAGE = 120, 121, 122, 123, 124
_STATES = {
    1: OperatingState.OFF,
    2: OperatingState.SLEEPING,
    3: OperatingState.STARTING,
    4: OperatingState.RUNNING,
    5: OperatingState.THROTTLED,
    6: OperatingState.SHUTTING_DOWN,
    7: OperatingState.FAULT,
    8: OperatingState.STANDBY,
}
_MODES = {
    ReactiveBase.ACTIVE_POWER: (1, "VArWMaxPct"),
    ReactiveBase.REACTIVE_POWER: (2, "VArMaxPct"),
    ReactiveBase.AVAILABLE: (3, "VArAvalPct"),
}
_TIMERS: Mapping[type[Any], str] = {
    LimitActivePower: "WMaxLimPct_RvrtTms",
    ConstantPowerFactor: "OutPFSet_RvrtTms",
    ConstantReactivePower: "VArPct_RvrtTms",
}
_KEYS: Mapping[type[Any], str] = {
    LimitActivePower: "WMaxLim_Ena",
    ConstantPowerFactor: "OutPFSet_Ena",
    ConstantReactivePower: "VArPct_Ena",
}
_OPPOSITE = {Excitation.OVER: Excitation.UNDER, Excitation.UNDER: Excitation.OVER}

AnySetting = TypeVar("AnySetting", bound=Setting)


class OlderSunSpecInverter:
    """An inverter with the models before 701.

    ``positive_power_factor``: what a positive OutPFSet means. The models say "EEI sign convention", which devices read
    differently (`unverified`): the device's manual tells.
    """

    def __init__(self, device: SunSpecDevice, positive_power_factor: Excitation = Excitation.UNDER) -> None:
        self.device = device
        self._positive = positive_power_factor

    # -- what it is and does -------------------------------------------------------------------------------------

    async def identity(self) -> DerIdentity:
        """Model 1."""
        return identity_of(await self.device.common())

    async def nameplate(self) -> Nameplate:
        """Model 120, which knows no categories."""
        with der_words("nameplate"):
            model = await self.device.read_model(NAMEPLATE)
        return Nameplate(
            Ratings(
                active_power_w=model.optional("WRtg"),
                apparent_power_va=model.optional("VARtg"),
                reactive_injection_var=_size(model, "VArRtgQ1"),
                reactive_absorption_var=_size(model, "VArRtgQ4"),
                power_factor_over_excited=_size(model, "PFRtgQ1"),
                power_factor_under_excited=_size(model, "PFRtgQ4"),
                charge_w=model.optional("MaxChaRte"),
                discharge_w=model.optional("MaxDisChaRte"),
                current_a=model.optional("ARtg"),
            )
        )

    async def configuration(self) -> Ratings:
        """Model 121."""
        with der_words("configuration"):
            model = await self.device.read_model(SETTINGS)
        return Ratings(
            active_power_w=model.optional("WMax"),
            apparent_power_va=model.optional("VAMax"),
            reactive_injection_var=_size(model, "VArMaxQ1"),
            reactive_absorption_var=_size(model, "VArMaxQ4"),
            power_factor_over_excited=_size(model, "PFMinQ1"),
            power_factor_under_excited=_size(model, "PFMinQ4"),
            nominal_v=model.optional("VRef"),
            maximum_v=model.optional("VMax"),
            minimum_v=model.optional("VMin"),
        )

    async def configure(self, ratings: Ratings) -> None:
        """Model 121: powers and voltages."""
        absorbed = ratings.reactive_absorption_var
        values = {
            "WMax": ratings.active_power_w,
            "VAMax": ratings.apparent_power_va,
            "VArMaxQ1": ratings.reactive_injection_var,
            "VArMaxQ4": None if absorbed is None else -absorbed,
            "VRef": ratings.nominal_v,
            "VMax": ratings.maximum_v,
            "VMin": ratings.minimum_v,
        }
        with der_words("configuration"):
            await self.device.write_points(SETTINGS, {path: one for path, one in values.items() if one is not None})

    async def measurements(self) -> DerMeasurements:
        """One of 101 to 113, with the connection status of 122 and the charge of 124 where they are there."""
        with der_words("measurements"):
            measure = await self.device.first_of(*MEASURE)
            present = await self.device.map()
            beside = [model for model in (STATUS, STORAGE) if model in present]
            models = await self.device.read_models(measure, *beside)
        return _measured(models[measure], models.get(STATUS), models.get(STORAGE), self.device.clock.now())

    # -- functions -----------------------------------------------------------------------------------------------

    async def functions(self) -> frozenset[type[Setting]]:
        """Those of model 123 that the device implements."""
        if CONTROLS not in await self.device.map():
            return frozenset()
        model = await self.device.read_model(CONTROLS)
        return frozenset(kind for kind, key in _KEYS.items() if key in model)

    async def read(self, kind: type[AnySetting]) -> AnySetting:
        """The setting in force."""
        readers: Mapping[type[Any], Callable[[Model], Any]] = {
            LimitActivePower: _limit,
            ConstantPowerFactor: self._power_factor,
            ConstantReactivePower: _reactive,
        }
        if kind not in readers:
            raise UnsupportedFunctionError(f"{kind.__name__} is not in the models before 701")
        with der_words(kind.__name__):
            return cast(AnySetting, readers[kind](await self.device.read_model(CONTROLS)))

    async def apply(self, setting: Setting, reversion: Reversion | None = None) -> None:
        """Write a setting with one request where nothing that is only read stands between."""
        if isinstance(setting, LimitActivePower):
            values: dict[str, float | str | None] = {"WMaxLimPct": setting.limit_percent}
        elif isinstance(setting, ConstantPowerFactor):
            values = {"OutPFSet": self._signed(setting)}
        elif isinstance(setting, ConstantReactivePower):
            base = setting.base or (await self.read(ConstantReactivePower)).base or ReactiveBase.REACTIVE_POWER
            if base not in _MODES:
                raise UnsupportedFunctionError(f"reactive power in percent of {base.value} is not in model {CONTROLS}")
            mode, path = _MODES[base]
            values = {path: setting.reactive_percent, "VArPct_Mod": mode}
        else:
            raise UnsupportedFunctionError(f"{type(setting).__name__} is not in the models before 701")
        if reversion is not None:
            if reversion.to is not None:
                raise UnsupportedFunctionError("a timer of model 123 ends a function; it has no other value to go to")
            values[_TIMERS[type(setting)]] = reversion.after_s
        values = {path: value for path, value in values.items() if value is not None}
        with der_words(type(setting).__name__):
            if setting.enabled:  # the value is there before it is in force
                await self.device.write_points(CONTROLS, values)
            await self.device.write_points(CONTROLS, {_KEYS[type(setting)]: int(setting.enabled)})
            if not setting.enabled and values:
                await self.device.write_points(CONTROLS, values)

    async def reversion(self, kind: type[Setting]) -> ReversionState:
        """The timer as it is set; the models do not tell what is left of it."""
        if kind not in _TIMERS:
            raise UnsupportedFunctionError(f"{kind.__name__} has no timer in model {CONTROLS}")
        with der_words(kind.__name__):
            told = await self.device.read_points(CONTROLS, [_TIMERS[kind]])
        after = told[_TIMERS[kind]]
        if after is None:
            raise UnsupportedFunctionError(f"{kind.__name__}: the device has no timer")
        return ReversionState(float(after), None)

    def _power_factor(self, model: Model) -> ConstantPowerFactor:
        value = model.optional("OutPFSet")
        excitation = None if value is None else self._positive if value >= 0.0 else _OPPOSITE[self._positive]
        return ConstantPowerFactor(model.raw("OutPFSet_Ena") == 1, None if value is None else abs(value), excitation)

    def _signed(self, setting: ConstantPowerFactor) -> float | None:
        if setting.power_factor is None:
            return None
        return setting.power_factor if setting.excitation in (None, self._positive) else -setting.power_factor

    # -- the whole device ----------------------------------------------------------------------------------------

    async def operate(self, operation: Operation) -> None:
        """Model 123, Conn: connect or disconnect."""
        if operation not in (Operation.START, Operation.STOP):
            raise UnsupportedFunctionError(f"{operation.value} is not in the models before 701")
        with der_words(operation.value):
            await self.device.write_points(CONTROLS, {"Conn": int(operation is Operation.START)})

    async def control(self) -> ControlState:
        """The models before 701 tell none of it."""
        raise UnsupportedFunctionError("local or remote, and heartbeats, are not in the models before 701")

    async def beat(self, count: int) -> None:
        """The models before 701 have no heartbeat."""
        raise UnsupportedFunctionError("heartbeats are not in the models before 701")

    async def reset_alarms(self) -> None:
        """The models before 701 have no such command."""
        raise UnsupportedFunctionError("an alarm reset is not in the models before 701")


def _size(model: Model, path: str) -> float | None:
    value = model.optional(path)
    return None if value is None else abs(value)


def _limit(model: Model) -> LimitActivePower:
    return LimitActivePower(model.raw("WMaxLim_Ena") == 1, model.optional("WMaxLimPct"))


def _reactive(model: Model) -> ConstantReactivePower:
    mode = model.raw("VArPct_Mod")
    for base, (number, path) in _MODES.items():
        if mode == number:
            return ConstantReactivePower(model.raw("VArPct_Ena") == 1, model.optional(path), base)
    return ConstantReactivePower(model.raw("VArPct_Ena") == 1)


def _measured(model: Model, status: Model | None, storage: Model | None, at: float) -> DerMeasurements:
    state = model.optional("St")
    connected = status.optional("ECPConn") if status is not None else None
    phases = tuple(
        DerPhase(volts, model.optional(f"Aph{letter}"))
        for letter in "ABC"
        if (volts := model.optional(f"PhVph{letter}")) is not None
    )
    voltages = [phase.voltage_v for phase in phases if phase.voltage_v is not None]
    percent = model.optional("PF")
    return DerMeasurements(
        at=at,
        active_power_w=model.optional("W"),
        reactive_power_var=model.optional("VAr"),
        apparent_power_va=model.optional("VA"),
        power_factor=None if percent is None else percent / 100.0,
        frequency_hz=model.optional("Hz"),
        voltage_v=sum(voltages) / len(voltages) if voltages else None,
        current_a=model.optional("A"),
        phases=phases,
        state=None if state is None else _STATES.get(int(state)),
        connected=None if connected is None else connected == 1,
        alarms=model.flags("Evt1"),
        throttled_by=frozenset(),
        throttled_percent=None,
        energy_injected_wh=model.optional("WH"),
        energy_absorbed_wh=None,
        state_of_charge_percent=storage.optional("ChaState") if storage is not None else None,
        cabinet_c=model.optional("TmpCab"),
    )
