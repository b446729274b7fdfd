"""Responses and mirrored metering: what a device tells its server (schema 2018)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.sep2.codec import (
    HEX16,
    HEX128,
    HEX160,
    INT8,
    INT48,
    TIME,
    UINT8,
    UINT16,
    UINT32,
    attribute,
    element,
    part,
    parts,
)
from drivers.sep2.events import Addressed, DateTimeInterval, Identified, ListLink, SepList
from drivers.sep2.loads import TargetReduction
from drivers.sep2.vocabulary import UnitType


@dataclass(frozen=True, kw_only=True)
class Response(Addressed):
    """What the device ``lfdi`` says of the event ``subject``; ``status``: `vocabulary.ResponseStatus`."""

    created: int | None = element("createdDateTime", TIME)
    lfdi: bytes = element("endDeviceLFDI", HEX160, required=True)
    status: int | None = element("status", UINT8)
    subject: bytes = element("subject", HEX128, required=True)


@dataclass(frozen=True, kw_only=True)
class DERControlResponse(Response):
    """To a DER control."""


@dataclass(frozen=True, kw_only=True)
class PriceResponse(Response):
    """To a tariff interval."""


@dataclass(frozen=True, kw_only=True)
class TextResponse(Response):
    """To a text."""


@dataclass(frozen=True, kw_only=True)
class DrResponse(Response):
    """To a control of loads. ``applied``: by how much the device draws less; ``override``: for how many s the customer
    did not take part."""

    applied: TargetReduction | None = part("AppliedTargetReduction", lambda: TargetReduction)
    override: int | None = element("overrideDuration", UINT16)


_LARGEST = 0xFFFF


def reduction_of(power_w: float) -> TargetReduction:
    """A reduction by ``power_w``, in W as far as the element can say it, else in kW."""
    if round(power_w) <= _LARGEST:
        return TargetReduction(unit=UnitType.WATTS, value=round(power_w))
    return TargetReduction(unit=UnitType.KILOWATTS, value=min(_LARGEST, round(power_w / 1000.0)))


def reduced_by_w(response: Response) -> float | None:
    """By how many W a device says that it draws less; None where it says nothing of power."""
    if not isinstance(response, DrResponse) or response.applied is None:
        return None
    scales = {int(UnitType.WATTS): 1.0, int(UnitType.KILOWATTS): 1000.0}
    scale = scales.get(response.applied.unit)
    return None if scale is None else response.applied.value * scale


@dataclass(frozen=True, kw_only=True)
class ResponseSet(Identified):
    """Where responses go."""

    responses: ListLink | None = part("ResponseListLink", lambda: ListLink)


@dataclass(frozen=True, kw_only=True)
class ResponseSetList(SepList):
    """The sets of a server."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[ResponseSet, ...] = parts("ResponseSet", lambda: ResponseSet)


RESPONSES: dict[str, type[Response]] = {
    cls.__name__: cls for cls in (Response, DERControlResponse, PriceResponse, TextResponse, DrResponse)
}
"""Every kind of response by the name of its element."""


@dataclass(frozen=True, kw_only=True)
class ReadingType(Addressed):
    """What a reading measures: flow 1 forward (to the customer), 19 reverse; unit as in the schema (38 W, 72 Wh)."""

    accumulation: int | None = element("accumulationBehaviour", UINT8)
    commodity: int | None = element("commodity", UINT8)
    flow: int | None = element("flowDirection", UINT8)
    kind: int | None = element("kind", UINT8)
    multiplier: int | None = element("powerOfTenMultiplier", INT8)
    unit: int | None = element("uom", UINT8)


@dataclass(frozen=True, kw_only=True)
class Reading(Addressed):
    """One value."""

    quality: bytes | None = element("qualityFlags", HEX16)
    period: DateTimeInterval | None = part("timePeriod", lambda: DateTimeInterval)
    value: int | None = element("value", INT48)


@dataclass(frozen=True, kw_only=True)
class MirrorMeterReading(Identified):
    """Values of one kind."""

    updated: int | None = element("lastUpdateTime", TIME)
    reading: Reading | None = part("Reading", lambda: Reading)
    reading_type: ReadingType | None = part("ReadingType", lambda: ReadingType)


@dataclass(frozen=True, kw_only=True)
class MirrorUsagePoint(Identified):
    """Metering that a device posts to its server. ``status`` 1 is on."""

    roles: bytes = element("roleFlags", HEX16, required=True)
    service: int = element("serviceCategoryKind", UINT8, required=True, default=0)
    status: int = element("status", UINT8, required=True, default=1)
    lfdi: bytes = element("deviceLFDI", HEX160, required=True)
    readings: tuple[MirrorMeterReading, ...] = parts("MirrorMeterReading", lambda: MirrorMeterReading)
    post_rate: int | None = element("postRate", UINT32)


@dataclass(frozen=True, kw_only=True)
class MirrorUsagePointList(SepList):
    """Metering that a device has posted."""

    members: tuple[MirrorUsagePoint, ...] = parts("MirrorUsagePoint", lambda: MirrorUsagePoint)
