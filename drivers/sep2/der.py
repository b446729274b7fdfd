"""Distributed energy resources (schema 2018): programs, controls, curves, default control, status."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    BOOLEAN,
    HEX8,
    HEX32,
    INT8,
    INT16,
    INT32,
    PER_CENT,
    SIGNED_PER_CENT,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    Resource,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.events import Addressed, Identified, Link, ListLink, RandomizableEvent, SepList


@dataclass(frozen=True, kw_only=True)
class FixedPoint(Resource):
    """``value`` times ten to the power of ``multiplier``; in W, var or what the element says."""

    multiplier: int = element("multiplier", INT8, required=True)
    value: int = element("value", INT16, required=True)

    @property
    def number(self) -> float:
        return float(self.value * 10.0**self.multiplier)

    @classmethod
    def of(cls, number: float) -> FixedPoint:
        """The nearest fixed point."""
        multiplier = 0
        while abs(round(number / 10.0**multiplier)) > 32_767:
            multiplier += 1
        return cls(multiplier=multiplier, value=round(number / 10.0**multiplier))


@dataclass(frozen=True, kw_only=True)
class PowerFactor(Resource):
    """``PowerFactorWithExcitation``: displacement times ten to the power of multiplier; excitation true is over-excited
    when injecting.
    """

    displacement: int = element("displacement", UINT16, required=True)
    excitation: bool = element("excitation", BOOLEAN, required=True)
    multiplier: int = element("multiplier", INT8, required=True)


@dataclass(frozen=True, kw_only=True)
class FixedVar(Resource):
    """Reactive power in hundredths of a per cent of what ``reference`` says (DERUnitRefType)."""

    reference: int = element("refType", UINT8, required=True)
    value: int = element("value", SIGNED_PER_CENT, required=True)


@dataclass(frozen=True, kw_only=True)
class FreqDroop(Resource):
    """Frequency droop: dead bands in mHz (dBOF, dBUF), droops in thousandths (kOF, kUF), time in hundredths of a s."""

    db_over: int = element("dBOF", UINT32, required=True)
    db_under: int = element("dBUF", UINT32, required=True)
    k_over: int = element("kOF", UINT16, required=True)
    k_under: int = element("kUF", UINT16, required=True)
    open_loop: int = element("openLoopTms", UINT16, required=True)


CSIP_AUS = "https://csipaus.org/ns"
"""Namespace of the limits at the point of connection (CSIP-AUS, its schema csipaus-ext)."""


@dataclass(frozen=True, kw_only=True)
class DERControlBase(Resource):
    """What a DER is to do. Percentages in hundredths of a per cent, ``ramp`` in hundredths of a s.

    ``export_limit`` and ``import_limit`` (W) hold at the customer's point of connection: an extension of CSIP-AUS.
    """

    connect: bool | None = element("opModConnect", BOOLEAN)
    energize: bool | None = element("opModEnergize", BOOLEAN)
    pf_absorb: PowerFactor | None = part("opModFixedPFAbsorbW", lambda: PowerFactor)
    pf_inject: PowerFactor | None = part("opModFixedPFInjectW", lambda: PowerFactor)
    fixed_var: FixedVar | None = part("opModFixedVar", lambda: FixedVar)
    fixed_w: int | None = element("opModFixedW", SIGNED_PER_CENT)
    freq_droop: FreqDroop | None = part("opModFreqDroop", lambda: FreqDroop)
    freq_watt: Link | None = part("opModFreqWatt", lambda: Link)
    hv_must_trip: Link | None = part("opModHVRTMustTrip", lambda: Link)
    lv_must_trip: Link | None = part("opModLVRTMustTrip", lambda: Link)
    max_lim_w: int | None = element("opModMaxLimW", PER_CENT)
    target_var: FixedPoint | None = part("opModTargetVar", lambda: FixedPoint)
    target_w: FixedPoint | None = part("opModTargetW", lambda: FixedPoint)
    volt_var: Link | None = part("opModVoltVar", lambda: Link)
    volt_watt: Link | None = part("opModVoltWatt", lambda: Link)
    watt_pf: Link | None = part("opModWattPF", lambda: Link)
    watt_var: Link | None = part("opModWattVar", lambda: Link)
    ramp: int | None = element("rampTms", UINT16)
    import_limit: FixedPoint | None = part("opModImpLimW", lambda: FixedPoint, space=CSIP_AUS)
    export_limit: FixedPoint | None = part("opModExpLimW", lambda: FixedPoint, space=CSIP_AUS)


@dataclass(frozen=True, kw_only=True)
class DERControl(RandomizableEvent):
    """A control with a beginning and an end."""

    base: DERControlBase = part("DERControlBase", lambda: DERControlBase, required=True)
    category: bytes | None = element("deviceCategory", HEX32)


@dataclass(frozen=True, kw_only=True)
class DERControlList(SepList):
    """Controls of one program, earliest first."""

    subscribable: int | None = attribute("subscribable", UINT8)
    members: tuple[DERControl, ...] = parts("DERControl", lambda: DERControl)


@dataclass(frozen=True, kw_only=True)
class DefaultDERControl(Identified):
    """What holds while no control does. ``set_grad_w`` in hundredths of a per cent of the rating a second."""

    base: DERControlBase = part("DERControlBase", lambda: DERControlBase, required=True)
    es_delay: int | None = element("setESDelay", UINT32)
    es_high_freq: int | None = element("setESHighFreq", UINT16)
    es_high_volt: int | None = element("setESHighVolt", INT16)
    es_low_freq: int | None = element("setESLowFreq", UINT16)
    es_low_volt: int | None = element("setESLowVolt", INT16)
    es_ramp: int | None = element("setESRampTms", UINT32)
    es_random_delay: int | None = element("setESRandomDelay", UINT32)
    grad_w: int | None = element("setGradW", UINT16)
    soft_grad_w: int | None = element("setSoftGradW", UINT16)


@dataclass(frozen=True, kw_only=True)
class CurveData(Resource):
    """A point of a curve, before the multipliers."""

    excitation: bool | None = element("excitation", BOOLEAN)
    x: int = element("xvalue", INT32, required=True)
    y: int = element("yvalue", INT32, required=True)


@dataclass(frozen=True, kw_only=True)
class DERCurve(Identified):
    """A curve: x and y times ten to the power of their multipliers; ``y_reference`` says of what y is a share."""

    autonomous_vref: bool | None = element("autonomousVRefEnable", BOOLEAN)
    vref_time: int | None = element("autonomousVRefTimeConstant", UINT32)
    created: int = element("creationTime", TIME, required=True)
    points: tuple[CurveData, ...] = parts("CurveData", lambda: CurveData)
    kind: int = element("curveType", UINT8, required=True)
    open_loop: int | None = element("openLoopTms", UINT16)
    vref: int | None = element("vRef", PER_CENT)
    x_multiplier: int = element("xMultiplier", INT8, required=True)
    y_multiplier: int = element("yMultiplier", INT8, required=True)
    y_reference: int = element("yRefType", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class DERCurveList(SepList):
    """Curves of one program."""

    members: tuple[DERCurve, ...] = parts("DERCurve", lambda: DERCurve)


@dataclass(frozen=True, kw_only=True)
class DERProgram(Identified):
    """A program. Of two controls the one of the program with the lower ``primacy`` goes first."""

    default_control: Link | None = part("DefaultDERControlLink", lambda: Link)
    controls: ListLink | None = part("DERControlListLink", lambda: ListLink)
    curves: ListLink | None = part("DERCurveListLink", lambda: ListLink)
    primacy: int = element("primacy", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class DERProgramList(SepList):
    """Programs."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[DERProgram, ...] = parts("DERProgram", lambda: DERProgram)


@dataclass(frozen=True, kw_only=True)
class StatusValue(Resource):
    """A status with the time of its last change."""

    at: int = element("dateTime", TIME, required=True)
    value: int = element("value", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class ConnectStatus(Resource):
    """``ConnectStatusType``: an octet of bits with the time of its last change."""

    at: int = element("dateTime", TIME, required=True)
    value: bytes = element("value", HEX8, required=True)

    @property
    def bits(self) -> int:
        return int.from_bytes(self.value, "big")


@dataclass(frozen=True, kw_only=True)
class SocValue(Resource):
    """State of charge in hundredths of a per cent, with its time."""

    at: int = element("dateTime", TIME, required=True)
    value: int = element("value", PER_CENT, required=True)


@dataclass(frozen=True, kw_only=True)
class DERStatus(Addressed):
    """How a DER fares. Alarm bits as in the schema; ``connected`` bit 0 connected, 1 available, 2 operating."""

    alarms: bytes | None = element("alarmStatus", HEX32)
    connected: ConnectStatus | None = part("genConnectStatus", lambda: ConnectStatus)
    inverter: StatusValue | None = part("inverterStatus", lambda: StatusValue)
    operational: StatusValue | None = part("operationalModeStatus", lambda: StatusValue)
    read_at: int = element("readingTime", TIME, required=True)
    charge: SocValue | None = part("stateOfChargeStatus", lambda: SocValue)


@dataclass(frozen=True, kw_only=True)
class DERCapability(Addressed):
    """Rating of a DER."""

    modes: bytes = element("modesSupported", HEX32, required=True)
    max_w: FixedPoint = part("rtgMaxW", lambda: FixedPoint, required=True)
    kind: int = element("type", UINT8, required=True)


@dataclass(frozen=True, kw_only=True)
class DER(Addressed):
    """A DER of an end device."""

    capability: Link | None = part("DERCapabilityLink", lambda: Link)
    status: Link | None = part("DERStatusLink", lambda: Link)


@dataclass(frozen=True, kw_only=True)
class DERList(SepList):
    """DERs of an end device."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[DER, ...] = parts("DER", lambda: DER)
