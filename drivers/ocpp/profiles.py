"""Charging profiles as the versions write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.charging import ChargingProfile, Kind, Period, Purpose, RateUnit, Recurrency, Schedule
from drivers.ocpp.errors import BadPayloadError
from drivers.ocpp.times import from_text, to_text
from drivers.ocpp.versions import Version

Wire = Mapping[str, Any]

_OLD_STATION_MAX = "ChargePointMaxProfile"


def purpose_to_wire(purpose: Purpose, version: Version) -> str:
    """The purpose's name in a version."""
    return _OLD_STATION_MAX if version.is_old and purpose is Purpose.STATION_MAX else purpose.value


def purpose_from_wire(name: str) -> Purpose:
    """The purpose of a name. Raises BadPayloadError."""
    try:
        return Purpose.STATION_MAX if name == _OLD_STATION_MAX else Purpose(name)
    except ValueError as error:
        raise BadPayloadError(f"no purpose {name[:40]!r}") from error


# -- to the wire -----------------------------------------------------------------------------------------------------


def profile_to_wire(profile: ChargingProfile, version: Version) -> dict[str, Any]:
    """The object ``csChargingProfiles`` (1.6) or ``chargingProfile`` (2.x)."""
    wire: dict[str, Any] = {
        "chargingProfileId" if version.is_old else "id": profile.number,
        "stackLevel": profile.stack_level,
        "chargingProfilePurpose": purpose_to_wire(profile.purpose, version),
        "chargingProfileKind": profile.kind.value,
    }
    if profile.recurrency is not None:
        wire["recurrencyKind"] = profile.recurrency.value
    for name, at in (("validFrom", profile.valid_from), ("validTo", profile.valid_to)):
        if at is not None:
            wire[name] = to_text(at)
    if profile.transaction is not None:
        wire["transactionId"] = int(profile.transaction) if version.is_old else profile.transaction
    schedule = schedule_to_wire(profile.schedule)
    wire["chargingSchedule"] = schedule if version.is_old else [{"id": profile.number, **schedule}]
    return wire


def schedule_to_wire(schedule: Schedule) -> dict[str, Any]:
    """A charging schedule without what 2.x adds."""
    wire: dict[str, Any] = {
        "chargingRateUnit": schedule.unit.value,
        "chargingSchedulePeriod": [_period_to_wire(period) for period in schedule.periods],
    }
    if schedule.duration_s is not None:
        wire["duration"] = schedule.duration_s
    if schedule.start is not None:
        wire["startSchedule"] = to_text(schedule.start)
    if schedule.min_rate is not None:
        wire["minChargingRate"] = _tenths(schedule.min_rate)
    return wire


def _period_to_wire(period: Period) -> dict[str, Any]:
    wire: dict[str, Any] = {"startPeriod": period.start_s, "limit": _tenths(period.limit)}
    if period.phases is not None:
        wire["numberPhases"] = period.phases
    return wire


def _tenths(value: float) -> float:
    """Limits have one decimal (1.6, 7.13 ChargingSchedulePeriod)."""
    return round(value, 1)


# -- from the wire ---------------------------------------------------------------------------------------------------


def profile_from_wire(wire: Wire, version: Version) -> ChargingProfile:
    """The profile that an object of the schema says. Raises BadPayloadError for what no schema excludes."""
    given = wire["chargingSchedule"]
    schedules = [given] if version.is_old else given
    if len(schedules) != 1:
        raise BadPayloadError("several schedules in one profile are for ISO 15118 alone")
    recurrency = wire.get("recurrencyKind")
    kind = Kind(wire["chargingProfileKind"])
    if kind is Kind.RECURRING and recurrency is None:
        raise BadPayloadError("a recurring profile without recurrencyKind")
    transaction = wire.get("transactionId")
    return ChargingProfile(
        number=int(wire["chargingProfileId" if version.is_old else "id"]),
        purpose=purpose_from_wire(wire["chargingProfilePurpose"]),
        schedule=schedule_from_wire(schedules[0]),
        stack_level=int(wire["stackLevel"]),
        kind=kind,
        recurrency=Recurrency(recurrency) if recurrency is not None else None,
        valid_from=_moment(wire, "validFrom"),
        valid_to=_moment(wire, "validTo"),
        transaction=str(transaction) if transaction is not None else None,
    )


def schedule_from_wire(wire: Wire) -> Schedule:
    """The schedule that an object of the schema says. Raises BadPayloadError."""
    periods = tuple(_period_from_wire(period) for period in wire["chargingSchedulePeriod"])
    starts = [period.start_s for period in periods]
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise BadPayloadError("periods must start at 0 and follow each other")
    return Schedule(
        periods,
        RateUnit(wire["chargingRateUnit"]),
        _moment(wire, "startSchedule"),
        wire.get("duration"),
        wire.get("minChargingRate"),
    )


def _period_from_wire(wire: Wire) -> Period:
    limit = wire.get("limit", wire.get("setpoint"))
    if limit is None:
        raise BadPayloadError("a period without a limit")
    return Period(int(wire["startPeriod"]), float(limit), wire.get("numberPhases"))


def _moment(wire: Wire, name: str) -> float | None:
    return from_text(wire[name]) if name in wire else None
