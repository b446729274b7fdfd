"""Metering (schema 2018): what is measured in a home, as its server shows it, and that made of what devices mirror.

A meter that is itself no server posts a `MirrorUsagePoint` (`drivers.sep2.responses`); whoever is to show usage finds
it on the server as a `UsagePoint` with its readings. Here every device of the home finds those of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.sep2.codec import HEX16, HEX160, UINT8, UINT32, Resource, attribute, element, part, parts
from drivers.sep2.events import DateTimeInterval, Identified, Link, ListLink, SepList
from drivers.sep2.lists import page
from drivers.sep2.responses import MirrorMeterReading, MirrorUsagePoint, Reading, ReadingType
from drivers.sep2.server import HttpRequest

USAGE_POINTS = "upt"
"""First part of the paths."""


@dataclass(frozen=True, kw_only=True)
class UsagePoint(Identified):
    """Where something is measured. ``lfdi``: of the device that mirrors it; ``status`` 1 is on."""

    roles: bytes = element("roleFlags", HEX16, required=True)
    service: int = element("serviceCategoryKind", UINT8, required=True, default=0)
    status: int = element("status", UINT8, required=True, default=1)
    lfdi: bytes | None = element("deviceLFDI", HEX160)
    readings: ListLink | None = part("MeterReadingListLink", lambda: ListLink)


@dataclass(frozen=True, kw_only=True)
class UsagePointList(SepList):
    """What is measured in a home."""

    poll_rate: int | None = attribute("pollRate", UINT32)
    members: tuple[UsagePoint, ...] = parts("UsagePoint", lambda: UsagePoint)


@dataclass(frozen=True, kw_only=True)
class MeterReading(Identified):
    """Values of one kind."""

    reading: Link | None = part("ReadingLink", lambda: Link)
    reading_type: Link = part("ReadingTypeLink", lambda: Link, required=True)


@dataclass(frozen=True, kw_only=True)
class MeterReadingList(SepList):
    """The kinds of values of one usage point."""

    members: tuple[MeterReading, ...] = parts("MeterReading", lambda: MeterReading)


def usage_view(request: HttpRequest, mirrored: Sequence[MirrorUsagePoint], rest: Sequence[str]) -> Resource | None:
    """The resource at ``/upt/rest``; None where there is none."""
    if not rest:
        shown = [_point(one) for one in mirrored]
        return UsagePointList(href=f"/{USAGE_POINTS}", **page(request, shown))
    point = next((one for one in mirrored if one.mrid.hex() == rest[0]), None)
    if point is None:
        return None
    if len(rest) == 1:
        return _point(point)
    if rest[1] != "mr":
        return None
    base = f"/{USAGE_POINTS}/{rest[0]}/mr"
    if len(rest) == 2:
        return MeterReadingList(href=base, **page(request, [_values(base, one) for one in point.readings]))
    values = next((one for one in point.readings if one.mrid.hex() == rest[2]), None)
    return None if values is None else _of_values(base, values, list(rest[3:]))


def _point(point: MirrorUsagePoint) -> UsagePoint:
    href = f"/{USAGE_POINTS}/{point.mrid.hex()}"
    return UsagePoint(
        href=href,
        mrid=point.mrid,
        description=point.description,
        roles=point.roles,
        service=point.service,
        status=point.status,
        lfdi=point.lfdi,
        readings=ListLink(href=f"{href}/mr", all=len(point.readings)),
    )


def _values(base: str, values: MirrorMeterReading) -> MeterReading:
    href = f"{base}/{values.mrid.hex()}"
    return MeterReading(
        href=href,
        mrid=values.mrid,
        description=values.description,
        reading=Link(href=f"{href}/r"),
        reading_type=Link(href=f"{href}/rt"),
    )


def _of_values(base: str, values: MirrorMeterReading, below: list[str]) -> Resource | None:
    found: dict[str, Resource | None] = {
        "": _values(base, values),
        "r": _dated(values),
        "rt": values.reading_type or ReadingType(),
    }
    return found.get("/".join(below))


def _dated(values: MirrorMeterReading) -> Reading | None:
    """The reading with when it was taken, so that whoever shows it knows how old it is."""
    reading = values.reading
    if reading is None or reading.period is not None or values.updated is None:
        return reading
    when = DateTimeInterval(start=values.updated, duration=0)
    return Reading(quality=reading.quality, period=when, value=reading.value)
