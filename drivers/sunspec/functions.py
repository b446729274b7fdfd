"""Functions of IEEE 1547-2018 on models 703 and 704: settings as points, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from drivers.der import (
    AntiIslanding,
    ConstantPowerFactor,
    ConstantPowerFactorCharging,
    ConstantReactivePower,
    EnterService,
    Excitation,
    LimitActivePower,
    Priority,
    RampRates,
    ReactiveBase,
    Reversion,
    SetActivePower,
    UnsupportedFunctionError,
)
from drivers.sunspec.adoption import Patience
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.model import Model
from drivers.sunspec.values import Value

ENTER_SERVICE, CONTROLS, CAPACITY = 703, 704, 702
EXCITATIONS = {0: Excitation.OVER, 1: Excitation.UNDER}
PRIORITIES = {0: Priority.ACTIVE, 1: Priority.REACTIVE, 2: Priority.VENDOR}
BASES = {
    0: ReactiveBase.ACTIVE_POWER,
    1: ReactiveBase.REACTIVE_POWER,
    2: ReactiveBase.AVAILABLE,
    3: ReactiveBase.APPARENT_POWER,
}
_VARS = 4

Points = dict[str, Value | None]


class Function(ABC):
    """One function on one model. ``timer``: the points of its reversion timer (set, remaining)."""

    kind: type[Any]
    model: int
    key: str
    """A point that a device with this function implements."""
    timer: tuple[str, str] | None = None

    @abstractmethod
    async def read(self, device: SunSpecDevice) -> Any:
        """The setting in force."""

    @abstractmethod
    async def apply(self, device: SunSpecDevice, setting: Any, reversion: Reversion | None, patience: Patience) -> None:
        """Write it."""

    async def present(self, device: SunSpecDevice) -> Model:
        """The function's model, as it is now. Raises UnsupportedFunctionError where the device lacks the function."""
        model = await device.read_model(self.model)
        if self.key not in model:
            raise UnsupportedFunctionError(
                f"{self.kind.__name__}: the device does not implement {self.key} of model {self.model}"
            )
        return model

    def no_reversion(self, reversion: Reversion | None) -> None:
        """Raise UnsupportedFunctionError where a reversion is wanted of a function without."""
        if reversion is not None:
            raise UnsupportedFunctionError(f"{self.kind.__name__} has no reversion timer (model {self.model})")


class ControlFunction(Function):
    """A function that is points of model 704."""

    model = CONTROLS

    async def read(self, device: SunSpecDevice) -> Any:
        return await self.told(device, await self.present(device))

    @abstractmethod
    async def told(self, device: SunSpecDevice, model: Model) -> Any:
        """The setting, from the model."""

    @abstractmethod
    def points(self, setting: Any, suffix: str = "") -> Points:
        """The points of a setting without what enables it; ``suffix`` Rvrt: those that it reverts to."""

    async def apply(self, device: SunSpecDevice, setting: Any, reversion: Reversion | None, patience: Patience) -> None:
        values = self.points(setting)
        enable: Points = {self.key: int(setting.enabled)}
        if reversion is not None:
            if self.timer is None:
                self.no_reversion(reversion)
                return
            enable[self.timer[0]] = reversion.after_s
            if reversion.to is not None:
                values |= self.points(reversion.to, "Rvrt")
                enable[f"{self.key}Rvrt"] = int(getattr(reversion.to, "enabled", False))
        groups = {path: value for path, value in values.items() if "." in path}
        if groups:  # they stand apart: the set-point is there before it is enabled
            await device.write_points(self.model, groups)
        rest = {path: value for path, value in values.items() if "." not in path}
        await device.write_points(self.model, {**rest, **enable}, at_once=True)


class Limit(ControlFunction):
    """704, WMaxLimPct."""

    kind, key, timer = LimitActivePower, "WMaxLimPctEna", ("WMaxLimPctRvrtTms", "WMaxLimPctRvrtRem")

    async def told(self, device: SunSpecDevice, model: Model) -> LimitActivePower:
        return LimitActivePower(model.raw(self.key) == 1, model.optional("WMaxLimPct"))

    def points(self, setting: LimitActivePower, suffix: str = "") -> Points:
        return _given({f"WMaxLimPct{suffix}": setting.limit_percent})


class SetPower(ControlFunction):
    """704, WSet and WSetPct, the one in force as WSetMod says."""

    kind, key, timer = SetActivePower, "WSetEna", ("WSetRvrtTms", "WSetRvrtRem")

    async def told(self, device: SunSpecDevice, model: Model) -> SetActivePower:
        enabled = model.raw(self.key) == 1
        if model.symbol("WSetMod") == "WATTS":
            return SetActivePower(enabled, power_w=model.optional("WSet"))
        return SetActivePower(enabled, power_percent=model.optional("WSetPct"))

    def points(self, setting: SetActivePower, suffix: str = "") -> Points:
        if setting.power_w is not None:
            found: Points = {f"WSet{suffix}": setting.power_w}
        else:
            found = _given({f"WSetPct{suffix}": setting.power_percent})
        if found and not suffix:
            found["WSetMod"] = "WATTS" if setting.power_w is not None else "W_MAX_PCT"
        return found


class PowerFactor(ControlFunction):
    """704, PFWInj."""

    kind: type[Any] = ConstantPowerFactor
    key, timer = "PFWInjEna", ("PFWInjRvrtTms", "PFWInjRvrtRem")
    group = "PFWInj"

    async def told(self, device: SunSpecDevice, model: Model) -> Any:
        excitation = model.raw(f"{self.group}.Ext")
        return self.kind(
            model.raw(self.key) == 1,
            model.optional(f"{self.group}.PF"),
            EXCITATIONS.get(int(excitation)) if excitation is not None else None,
        )

    def points(self, setting: Any, suffix: str = "") -> Points:
        found = _given({f"{self.group}{suffix}.PF": setting.power_factor})
        if setting.excitation is not None:
            found[f"{self.group}{suffix}.Ext"] = number_of(EXCITATIONS, setting.excitation)
        return found


class PowerFactorCharging(PowerFactor):
    """704, PFWAbs."""

    kind = ConstantPowerFactorCharging
    key, timer = "PFWAbsEna", ("PFWAbsRvrtTms", "PFWAbsRvrtRem")
    group = "PFWAbs"


class ReactivePower(ControlFunction):
    """704, VarSetPct with its base in VarSetMod."""

    kind, key, timer = ConstantReactivePower, "VarSetEna", ("VarSetRvrtTms", "VarSetRvrtRem")

    async def told(self, device: SunSpecDevice, model: Model) -> ConstantReactivePower:
        mode = model.raw("VarSetMod")
        priority = model.raw("VarSetPri")
        percent = model.optional("VarSetPct")
        base = BASES.get(int(mode)) if mode is not None else None
        if mode == _VARS:
            full = (await device.read_model(CAPACITY)).number("VAMax")
            percent, base = 100.0 * model.number("VarSet") / full, ReactiveBase.APPARENT_POWER
        return ConstantReactivePower(
            model.raw(self.key) == 1, percent, base, PRIORITIES.get(int(priority)) if priority is not None else None
        )

    def points(self, setting: ConstantReactivePower, suffix: str = "") -> Points:
        found = _given({f"VarSetPct{suffix}": setting.reactive_percent})
        if not suffix:
            if setting.base is not None:
                found["VarSetMod"] = number_of(BASES, setting.base)
            if setting.priority is not None:
                found["VarSetPri"] = number_of(PRIORITIES, setting.priority)
        return found


class Ramps(Function):
    """704, WRmp and VarRmp: whole percents a second."""

    kind, model, key = RampRates, CONTROLS, "WRmp"

    async def read(self, device: SunSpecDevice) -> RampRates:
        model = await self.present(device)
        return RampRates(model.optional("WRmp"), model.optional("VarRmp"))

    async def apply(
        self, device: SunSpecDevice, setting: RampRates, reversion: Reversion | None, patience: Patience
    ) -> None:
        self.no_reversion(reversion)
        values = _given({"WRmp": setting.active_percent_per_s, "VarRmp": setting.reactive_percent_per_s})
        await device.write_points(self.model, values)


class IslandDetection(Function):
    """704, AntiIslEna."""

    kind, model, key = AntiIslanding, CONTROLS, "AntiIslEna"

    async def read(self, device: SunSpecDevice) -> AntiIslanding:
        return AntiIslanding((await self.present(device)).raw(self.key) == 1)

    async def apply(
        self, device: SunSpecDevice, setting: AntiIslanding, reversion: Reversion | None, patience: Patience
    ) -> None:
        self.no_reversion(reversion)
        await device.write_points(self.model, {self.key: int(setting.enabled)})


class ServiceEntry(Function):
    """703."""

    kind, model, key = EnterService, ENTER_SERVICE, "ES"
    _POINTS: Mapping[str, str] = {
        "voltage_high_percent": "ESVHi",
        "voltage_low_percent": "ESVLo",
        "frequency_high_hz": "ESHzHi",
        "frequency_low_hz": "ESHzLo",
        "delay_s": "ESDlyTms",
        "random_delay_s": "ESRndTms",
        "ramp_s": "ESRmpTms",
    }

    async def read(self, device: SunSpecDevice) -> EnterService:
        model = await self.present(device)
        told = {name: model.optional(path) for name, path in self._POINTS.items()}
        return EnterService(model.raw(self.key) == 1, **told)

    async def apply(
        self, device: SunSpecDevice, setting: EnterService, reversion: Reversion | None, patience: Patience
    ) -> None:
        self.no_reversion(reversion)
        values = _given({path: getattr(setting, name) for name, path in self._POINTS.items()})
        await device.write_points(self.model, {self.key: int(setting.permitted), **values})


def _given(values: Mapping[str, Value | None]) -> Points:
    return {path: value for path, value in values.items() if value is not None}


def number_of(names: Mapping[int, Any], value: Any) -> int:
    """The enumeration's number of ``value``."""
    return next(number for number, known in names.items() if known is value)


CONTROL_FUNCTIONS: tuple[Function, ...] = (
    Limit(),
    SetPower(),
    PowerFactor(),
    PowerFactorCharging(),
    ReactivePower(),
    Ramps(),
    IslandDetection(),
    ServiceEntry(),
)
