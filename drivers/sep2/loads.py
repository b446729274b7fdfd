"""Demand response and load control (schema 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    BOOLEAN,
    HEX32,
    INT16,
    PER_CENT,
    UINT8,
    UINT16,
    Resource,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.codec import UINT32 as _UINT32
from drivers.sep2.events import Identified, ListLink, RandomizableEvent, SepList


@dataclass(frozen=True, kw_only=True)
class ApplianceLoadReduction(Resource):
    """0: delay the load; 1: reduce it for a short time."""

    kind: int = element("type", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class DutyCycle(Resource):
    """Share of the time for which the device may run, in per cent; the off part of each cycle comes first."""

    normal: int = element("normalValue", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class Offset(Resource):
    """Offsets: temperatures in tenths of a degree, load in hundredths of a per cent."""

    cooling: int | None = element("coolingOffset", UINT8)
    heating: int | None = element("heatingOffset", UINT8)
    load: int | None = element("loadAdjustmentPercentageOffset", PER_CENT)


@dataclass(frozen=True, kw_only=True)
class SetPoint(Resource):
    """Temperatures in hundredths of a degree Celsius."""

    cooling: int | None = element("coolingSetpoint", INT16)
    heating: int | None = element("heatingSetpoint", INT16)


@dataclass(frozen=True, kw_only=True)
class TargetReduction(Resource):
    """By how much a load is to go down, in the unit of `drivers.sep2.vocabulary.UnitType`."""

    unit: int = element("type", UINT8, required=True)
    value: int = element("value", UINT16, required=True)


@dataclass(frozen=True, kw_only=True)
class EndDeviceControl(RandomizableEvent):
    """A control of loads of the categories named. ``mandatory``: the customer may not opt out."""

    reduction: ApplianceLoadReduction | None = part("ApplianceLoadReduction", lambda: ApplianceLoadReduction)
    category: bytes = element("deviceCategory", HEX32, required=True)
    mandatory: bool = element("drProgramMandatory", BOOLEAN, required=True, default=False)
    duty_cycle: DutyCycle | None = part("DutyCycle", lambda: DutyCycle)
    shift_forward: bool = element("loadShiftForward", BOOLEAN, required=True, default=False)
    offset: Offset | None = part("Offset", lambda: Offset)
    override: int | None = element("overrideDuration", UINT16)
    set_point: SetPoint | None = part("SetPoint", lambda: SetPoint)
    target: TargetReduction | None = part("TargetReduction", lambda: TargetReduction)


@dataclass(frozen=True, kw_only=True)
class EndDeviceControlList(SepList):
    """Controls of one program, earliest first."""

    subscribable: int | None = attribute("subscribable", UINT8)
    members: tuple[EndDeviceControl, ...] = parts("EndDeviceControl", lambda: EndDeviceControl)


@dataclass(frozen=True, kw_only=True)
class DemandResponseProgram(Identified):
    """A program of load control."""

    controls: ListLink | None = part("EndDeviceControlListLink", lambda: ListLink)
    primacy: int = element("primacy", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class DemandResponseProgramList(SepList):
    """Programs."""

    poll_rate: int | None = attribute("pollRate", _UINT32)
    members: tuple[DemandResponseProgram, ...] = parts("DemandResponseProgram", lambda: DemandResponseProgram)
