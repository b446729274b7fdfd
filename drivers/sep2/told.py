"""Where devices tell a server things, as the server shows it: response sets and mirrored metering."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from drivers.sep2.events import ListLink
from drivers.sep2.lists import page
from drivers.sep2.responses import MirrorUsagePoint, MirrorUsagePointList, ResponseSet, ResponseSetList

if TYPE_CHECKING:
    from drivers.sep2.codec import Resource
    from drivers.sep2.resources import Device
    from drivers.sep2.server import HttpRequest

RESPONSE_SETS, MIRRORS = "rsps", "mup"
_SET_MRID = bytes.fromhex("52535053000000000000000000000001")


def told_view(request: HttpRequest, device: Device, first: str, rest: Sequence[str]) -> Resource | None:
    """The resource at ``/first/rest``; None where there is none."""
    if first == MIRRORS:
        return _mirrors(request, device, rest)
    the_set = ResponseSet(
        href=f"/{RESPONSE_SETS}/1", mrid=_SET_MRID, responses=ListLink(href=f"/{RESPONSE_SETS}/1/rsp", all=0)
    )
    if not rest:
        return ResponseSetList(href=f"/{RESPONSE_SETS}", **page(request, (the_set,)))
    return the_set if list(rest) == ["1"] else None


def _mirrors(request: HttpRequest, device: Device, rest: Sequence[str]) -> Resource | None:
    """What the device itself posted."""
    shown = [_placed(point) for point in device.meters.values()]
    if not rest:
        return MirrorUsagePointList(href=f"/{MIRRORS}", **page(request, shown))
    return next((point for point in shown if point.href == f"/{MIRRORS}/{'/'.join(rest)}"), None)


def _placed(point: MirrorUsagePoint) -> MirrorUsagePoint:
    return dataclasses.replace(point, href=f"/{MIRRORS}/{point.mrid.hex()}")
