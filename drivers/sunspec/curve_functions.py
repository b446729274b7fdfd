"""Functions of IEEE 1547-2018 whose setting is a stored curve: models 705 to 712."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields, replace
from typing import Any

from drivers.der import (
    Curve,
    FrequencyDroop,
    HighFrequencyTrip,
    HighVoltageTrip,
    LowFrequencyTrip,
    LowVoltageTrip,
    Reversion,
    VoltVar,
    VoltWatt,
    WattVar,
)
from drivers.sunspec.adoption import CurveNames, Patience, adopt, curve_to_write, room_for, write_curve
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.functions import BASES, PRIORITIES, Function, Points, number_of
from drivers.sunspec.model import Model

_TOGGLES = frozenset({"enabled"})


class CurveFunction(Function):
    """A function with curves of which the first is in force."""

    key = "Ena"
    names = CurveNames()

    @abstractmethod
    def told(self, model: Model, curve: str, enabled: bool) -> Any:
        """The setting that a curve is; ``curve`` is its path with a dot."""

    @abstractmethod
    def points(self, model: Model, setting: Any) -> Points:
        """A setting as points of a curve, by their paths within. Raises CurveSpaceError."""

    async def read(self, device: SunSpecDevice) -> Any:
        model = await self.present(device)
        return self.told(model, f"{self.names.group}[1].", model.raw(self.key) == 1)

    async def apply(self, device: SunSpecDevice, setting: Any, reversion: Reversion | None, patience: Patience) -> None:
        if self.timer is None:
            self.no_reversion(reversion)
        model = await self.present(device)
        enabled = model.raw(self.key) == 1
        if enabled and not setting.enabled:  # a function that is to rest rests before its curve changes
            await device.write_points(self.model, {self.key: 0})
        if reversion is not None and self.timer is not None:
            await self._prepare_reversion(device, model, reversion, self.timer[0])
        if _says_more(setting):
            whole = _completed(setting, self.told(model, f"{self.names.group}[1].", enabled))
            curve = curve_to_write(model, self.names, await self._reverts_to(device))
            await write_curve(device, model, self.names, curve, self.points(model, whole))
            await adopt(device, model, self.names, curve, patience)
        if setting.enabled and not enabled:
            await device.write_points(self.model, {self.key: 1})

    async def _reverts_to(self, device: SunSpecDevice) -> int:
        if self.timer is None:
            return 0
        return int((await device.read_points(self.model, [self.names.reversion]))[self.names.reversion] or 0)

    async def _prepare_reversion(self, device: SunSpecDevice, model: Model, reversion: Reversion, timer: str) -> None:
        if reversion.to is not None:
            curve = int(model.optional(self.names.reversion) or 0)
            if curve < 2:
                curve = curve_to_write(model, self.names)
            whole = _completed(reversion.to, self.told(model, f"{self.names.group}[1].", True))
            await write_curve(device, model, self.names, curve, self.points(model, whole))
            await device.write_points(self.model, {self.names.reversion: curve})
        await device.write_points(self.model, {timer: reversion.after_s})


def _says_more(setting: Any) -> bool:
    """Whether a setting is more than on or off."""
    return any(getattr(setting, item.name) is not None for item in fields(setting) if item.name not in _TOGGLES)


def _completed(setting: Any, present: Any) -> Any:
    """A setting with what it leaves open as it is now."""
    told = {item.name: getattr(present, item.name) for item in fields(setting) if getattr(setting, item.name) is None}
    return replace(setting, **told)


def _read_points(model: Model, curve: str, x: str, y: str) -> Curve:
    active = int(model.optional(f"{curve}ActPt") or 0)
    return tuple(
        (model.number(f"{curve}Pt[{point}].{x}"), model.number(f"{curve}Pt[{point}].{y}"))
        for point in range(1, active + 1)
    )


def _points(model: Model, points: Curve, x: str, y: str, line: str = "") -> Points:
    room_for(model, len(points))
    found: Points = {f"{line}ActPt": len(points)}
    for place, (first, second) in enumerate(points, 1):
        found |= {f"{line}Pt[{place}].{x}": first, f"{line}Pt[{place}].{y}": second}
    return found


def _choice(model: Model, path: str, names: dict[int, Any]) -> Any:
    raw = model.raw(path)
    return names.get(int(raw)) if raw is not None else None


def _chosen(path: str, names: dict[int, Any], value: Any) -> Points:
    return {} if value is None else {path: number_of(names, value)}


class VoltVarCurve(CurveFunction):
    """705."""

    kind, model, timer = VoltVar, 705, ("RvrtTms", "RvrtRem")

    def told(self, model: Model, curve: str, enabled: bool) -> VoltVar:
        automatic = model.raw(f"{curve}VRefAutoEna")
        return VoltVar(
            enabled,
            _read_points(model, curve, "V", "Var"),
            model.optional(f"{curve}RspTms"),
            model.optional(f"{curve}VRef"),
            None if automatic is None else automatic == 1,
            model.optional(f"{curve}VRefAutoTms"),
            _choice(model, f"{curve}DeptRef", BASES),
            _choice(model, f"{curve}Pri", PRIORITIES),
        )

    def points(self, model: Model, setting: VoltVar) -> Points:
        found = _points(model, setting.points or (), "V", "Var")
        found |= _chosen("DeptRef", BASES, setting.base) | _chosen("Pri", PRIORITIES, setting.priority)
        values = {
            "RspTms": setting.response_time_s,
            "VRef": setting.reference_percent,
            "VRefAutoTms": setting.autonomous_reference_s,
        }
        if setting.autonomous_reference is not None:
            found["VRefAutoEna"] = int(setting.autonomous_reference)
        return found | {path: value for path, value in values.items() if value is not None}


class VoltWattCurve(CurveFunction):
    """706. Its percentages are of the configured active power (DeptRef W_MAX_PCT)."""

    kind, model, timer = VoltWatt, 706, ("RvrtTms", "RvrtRem")

    def told(self, model: Model, curve: str, enabled: bool) -> VoltWatt:
        return VoltWatt(enabled, _read_points(model, curve, "V", "W"), model.optional(f"{curve}RspTms"))

    def points(self, model: Model, setting: VoltWatt) -> Points:
        found = _points(model, setting.points or (), "V", "W") | {"DeptRef": "W_MAX_PCT"}
        return found | ({} if setting.response_time_s is None else {"RspTms": setting.response_time_s})


class WattVarCurve(CurveFunction):
    """712."""

    kind, model, timer = WattVar, 712, ("RvrtTms", "RvrtRem")

    def told(self, model: Model, curve: str, enabled: bool) -> WattVar:
        return WattVar(
            enabled,
            _read_points(model, curve, "W", "Var"),
            _choice(model, f"{curve}DeptRef", BASES),
            _choice(model, f"{curve}Pri", PRIORITIES),
        )

    def points(self, model: Model, setting: WattVar) -> Points:
        found = _points(model, setting.points or (), "W", "Var")
        return found | _chosen("DeptRef", BASES, setting.base) | _chosen("Pri", PRIORITIES, setting.priority)


class DroopControl(CurveFunction):
    """711: controls instead of curves, with names of their own."""

    kind, model, timer = FrequencyDroop, 711, ("RvrtTms", "RvrtRem")
    names = CurveNames("Ctl", "AdptCtlReq", "AdptCtlRslt", "RvrtCtl")
    _POINTS = (
        ("dead_band_over_hz", "DbOf"),
        ("dead_band_under_hz", "DbUf"),
        ("droop_over", "KOf"),
        ("droop_under", "KUf"),
        ("response_time_s", "RspTms"),
        ("minimum_power_percent", "PMin"),
    )

    def told(self, model: Model, curve: str, enabled: bool) -> FrequencyDroop:
        return FrequencyDroop(enabled, **{name: model.optional(curve + path) for name, path in self._POINTS})

    def points(self, model: Model, setting: FrequencyDroop) -> Points:
        values = ((path, getattr(setting, name)) for name, path in self._POINTS)
        return {path: value for path, value in values if value is not None}


class TripCurves(CurveFunction):
    """707 to 710: three lines of points a set. They have no reversion timer."""

    _LINES = (("must_trip", "MustTrip"), ("may_trip", "MayTrip"), ("momentary_cessation", "MomCess"))

    def __init__(self, kind: type[Any], model: int, quantity: str) -> None:
        self.kind, self.model, self.quantity = kind, model, quantity

    def told(self, model: Model, curve: str, enabled: bool) -> Any:
        lines = {name: _read_points(model, f"{curve}{line}.", self.quantity, "Tms") for name, line in self._LINES}
        return self.kind(enabled, **lines)

    def points(self, model: Model, setting: Any) -> Points:
        found: Points = {}
        for name, line in self._LINES:
            points = getattr(setting, name)
            if points is not None:
                found |= _points(model, points, self.quantity, "Tms", f"{line}.")
        return found


CURVE_FUNCTIONS: tuple[Function, ...] = (
    VoltVarCurve(),
    VoltWattCurve(),
    TripCurves(LowVoltageTrip, 707, "V"),
    TripCurves(HighVoltageTrip, 708, "V"),
    TripCurves(LowFrequencyTrip, 709, "Hz"),
    TripCurves(HighFrequencyTrip, 710, "Hz"),
    DroopControl(),
    WattVarCurve(),
)
