"""`SunSpecInverter`: the role `drivers.roles.DerInverter` on models 701 to 715."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from drivers.der import (
    ControlState,
    DerIdentity,
    DerMeasurements,
    DerPhase,
    Nameplate,
    OperatingState,
    Operation,
    Ratings,
    Reversion,
    ReversionState,
    Setting,
    UnsupportedFunctionError,
)
from drivers.sunspec.adoption import Patience
from drivers.sunspec.curve_functions import CURVE_FUNCTIONS
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.functions import CAPACITY, CONTROL_FUNCTIONS, Function
from drivers.sunspec.model import Model
from drivers.sunspec.older_inverter import OlderSunSpecInverter
from drivers.sunspec.words import der_words, identity_of

if TYPE_CHECKING:
    from drivers.roles import DerInverter

MEASURE_AC, STORAGE, CONTROL = 701, 713, 715
_NORMAL = {0: "A", 1: "B"}
_ABNORMAL = {0: "I", 1: "II", 2: "III"}
_STATES = {
    0: OperatingState.OFF,
    1: OperatingState.SLEEPING,
    2: OperatingState.STARTING,
    3: OperatingState.RUNNING,
    4: OperatingState.THROTTLED,
    5: OperatingState.SHUTTING_DOWN,
    6: OperatingState.FAULT,
    7: OperatingState.STANDBY,
}
_OPERATIONS = {
    Operation.STOP: "STOP",
    Operation.START: "START",
    Operation.ENTER_STANDBY: "ENTER_STANDBY",
    Operation.EXIT_STANDBY: "EXIT_STANDBY",
}
_RATED = {
    "active_power_w": "WMaxRtg",
    "active_power_over_excited_w": "WOvrExtRtg",
    "power_factor_over_excited": "WOvrExtRtgPF",
    "active_power_under_excited_w": "WUndExtRtg",
    "power_factor_under_excited": "WUndExtRtgPF",
    "apparent_power_va": "VAMaxRtg",
    "reactive_injection_var": "VarMaxInjRtg",
    "reactive_absorption_var": "VarMaxAbsRtg",
    "charge_w": "WChaRteMaxRtg",
    "discharge_w": "WDisChaRteMaxRtg",
    "apparent_charge_va": "VAChaRteMaxRtg",
    "apparent_discharge_va": "VADisChaRteMaxRtg",
    "nominal_v": "VNomRtg",
    "maximum_v": "VMaxRtg",
    "minimum_v": "VMinRtg",
    "current_a": "AMaxRtg",
}
_CONFIGURED = {
    "active_power_w": "WMax",
    "active_power_over_excited_w": "WMaxOvrExt",
    "power_factor_over_excited": "WOvrExtPF",
    "active_power_under_excited_w": "WMaxUndExt",
    "power_factor_under_excited": "WUndExtPF",
    "apparent_power_va": "VAMax",
    "reactive_injection_var": "VarMaxInj",
    "reactive_absorption_var": "VarMaxAbs",
    "charge_w": "WChaRteMax",
    "discharge_w": "WDisChaRteMax",
    "apparent_charge_va": "VAChaRteMax",
    "apparent_discharge_va": "VADisChaRteMax",
    "nominal_v": "VNom",
    "maximum_v": "VMax",
    "minimum_v": "VMin",
    "current_a": "AMax",
}

AnySetting = TypeVar("AnySetting", bound=Setting)


class SunSpecInverter:
    """An inverter with models 701 to 715, as far as it has them. ``device`` can be used beside it for anything else.

    ``adopt_s``: how long a result is awaited where a curve is to be adopted, s.
    """

    def __init__(self, device: SunSpecDevice, adopt_s: float = Patience().timeout_s) -> None:
        self.device = device
        self._patience = Patience(adopt_s)
        self._functions = {function.kind: function for function in (*CONTROL_FUNCTIONS, *CURVE_FUNCTIONS)}

    # -- what it is and does -------------------------------------------------------------------------------------

    async def identity(self) -> DerIdentity:
        """Model 1."""
        return identity_of(await self.device.common())

    async def nameplate(self) -> Nameplate:
        """Model 702."""
        with der_words("nameplate"):
            model = await self.device.read_model(CAPACITY)
        normal, abnormal = model.optional("NorOpCatRtg"), model.optional("AbnOpCatRtg")
        return Nameplate(
            _ratings(model, _RATED),
            None if normal is None else _NORMAL.get(int(normal)),
            None if abnormal is None else _ABNORMAL.get(int(abnormal)),
            model.optional("ReactSusceptRtg"),
            model.flags("CtrlModes"),
        )

    async def configuration(self) -> Ratings:
        """Model 702, the settings."""
        with der_words("configuration"):
            return _ratings(await self.device.read_model(CAPACITY), _CONFIGURED)

    async def configure(self, ratings: Ratings) -> None:
        """Model 702, the settings."""
        values = {path: getattr(ratings, name) for name, path in _CONFIGURED.items()}
        with der_words("configuration"):
            await self.device.write_points(CAPACITY, {path: one for path, one in values.items() if one is not None})

    async def measurements(self) -> DerMeasurements:
        """Model 701, and 713 where there is a battery, read together."""
        with der_words("measurements"):
            wanted = [MEASURE_AC, *([STORAGE] if STORAGE in await self.device.map() else [])]
            models = await self.device.read_models(*wanted)
        return _measured(models[MEASURE_AC], models.get(STORAGE), self.device.clock.now())

    # -- functions -----------------------------------------------------------------------------------------------

    async def functions(self) -> frozenset[type[Setting]]:
        """Those whose model the device has, and whose points it implements."""
        present = await self.device.map()
        models = {function.model for function in self._functions.values() if function.model in present}
        read = await self.device.read_models(*sorted(models))
        return frozenset(
            kind
            for kind, function in self._functions.items()
            if function.model in read and function.key in read[function.model]
        )

    async def read(self, kind: type[AnySetting]) -> AnySetting:
        """The setting in force."""
        with der_words(kind.__name__):
            return cast(AnySetting, await self._function(kind).read(self.device))

    async def apply(self, setting: Setting, reversion: Reversion | None = None) -> None:
        """Write a setting; where it is a curve, have it adopted and wait for the result."""
        with der_words(type(setting).__name__):
            await self._function(type(setting)).apply(self.device, setting, reversion, self._patience)

    async def reversion(self, kind: type[Setting]) -> ReversionState:
        """The timer of a function."""
        function = self._function(kind)
        if function.timer is None:
            raise UnsupportedFunctionError(f"{kind.__name__} has no reversion timer (model {function.model})")
        with der_words(kind.__name__):
            told = await self.device.read_points(function.model, function.timer)
        after, remaining = (told[path] for path in function.timer)
        if after is None:
            raise UnsupportedFunctionError(f"{kind.__name__}: the device has no reversion timer")
        return ReversionState(float(after), float(remaining or 0.0))

    def _function(self, kind: type[Any]) -> Function:
        if kind not in self._functions:
            raise UnsupportedFunctionError(f"{kind.__name__} is no function of SunSpec's models")
        return self._functions[kind]

    # -- the whole device ----------------------------------------------------------------------------------------

    async def operate(self, operation: Operation) -> None:
        """Model 715, OpCtl."""
        with der_words(operation.value):
            await self.device.write_points(CONTROL, {"OpCtl": _OPERATIONS[operation]})

    async def control(self) -> ControlState:
        """Model 715."""
        with der_words("control"):
            model = await self.device.read_model(CONTROL)
        place = model.symbol("LocRemCtl")
        beat, controller = model.optional("DERHb"), model.optional("ControllerHb")
        return ControlState(
            None if place is None else place == "REMOTE",
            None if beat is None else int(beat),
            None if controller is None else int(controller),
        )

    async def beat(self, count: int) -> None:
        """Model 715, ControllerHb."""
        with der_words("controller heartbeat"):
            await self.device.write_points(CONTROL, {"ControllerHb": count})

    async def reset_alarms(self) -> None:
        """Model 715, AlarmReset."""
        with der_words("alarm reset"):
            await self.device.write_points(CONTROL, {"AlarmReset": 1})


def _ratings(model: Model, names: Mapping[str, str]) -> Ratings:
    return Ratings(**{name: model.optional(path) for name, path in names.items()})


def _measured(model: Model, storage: Model | None, at: float) -> DerMeasurements:
    state, connected = model.optional("InvSt"), model.optional("ConnSt")
    phases = [
        DerPhase(volts, model.optional(f"A{line}"), model.optional(f"W{line}"), model.optional(f"Var{line}"))
        for line in ("L1", "L2", "L3")
        if (volts := model.optional(f"V{line}")) is not None
    ]
    return DerMeasurements(
        at=at,
        active_power_w=model.optional("W"),
        reactive_power_var=model.optional("Var"),
        apparent_power_va=model.optional("VA"),
        power_factor=model.optional("PF"),
        frequency_hz=model.optional("Hz"),
        voltage_v=model.optional("LNV"),
        current_a=model.optional("A"),
        phases=tuple(phases),
        state=None if state is None else _STATES.get(int(state)),
        connected=None if connected is None else connected == 1,
        alarms=model.flags("Alrm"),
        throttled_by=model.flags("ThrotSrc"),
        throttled_percent=model.optional("ThrotPct"),
        energy_injected_wh=model.optional("TotWhInj"),
        energy_absorbed_wh=model.optional("TotWhAbs"),
        state_of_charge_percent=storage.optional("SoC") if storage is not None else None,
        cabinet_c=model.optional("TmpCab"),
    )


async def inverter_of(device: SunSpecDevice, adopt_s: float = Patience().timeout_s) -> DerInverter:
    """The driver that fits the device's map: `SunSpecInverter` where it has model 701, else the older models'."""
    if MEASURE_AC in await device.map():
        return SunSpecInverter(device, adopt_s)
    return OlderSunSpecInverter(device)
