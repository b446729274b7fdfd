"""A SunSpec inverter: its label, its map, its nameplate, what it lets be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from bench.access.sunspec import ITEM, access_of
from bench.controls.attempts import attempt
from bench.declarations.base import Comparison, Topic
from drivers import der

ROUNDING = 0.005
"""Of a rating, half of what a scale factor may cut off it."""
ANTI_ISLANDING = "anti_islanding_setting"


async def label(comparison: Comparison) -> None:
    """Manufacturer, model, serial number and version: model 1."""
    declared = comparison.device.identity
    async with access_of(comparison.station, comparison.seat).session() as inverter:
        told = await inverter.identity()
    comparison.hold_each(
        {
            "manufacturer": (declared.manufacturer, told.manufacturer or None),
            "model": (declared.model, told.model or None),
            "serial number": (declared.serial, told.serial_number or None),
            "firmware": (declared.firmware, told.version or None),
        }
    )


async def models(comparison: Comparison) -> None:
    """Where the map begins, which models it has, and that each is as long as its definition says."""
    access = access_of(comparison.station, comparison.seat)
    declared = access.declared
    async with access.session() as inverter:
        found = (await inverter.device.discover()).map
    comparison.hold_each(
        {
            "base address": (declared.base, found.base),
            "models": (list(declared.models), list(found.models)),
        }
    )
    comparison.hold("models with a wrong length", [], [str(problem) for problem in found.problems])


async def nameplate(comparison: Comparison) -> None:
    """Ratings and categories: model 702."""
    access = access_of(comparison.station, comparison.seat)
    declared = access.declared
    async with access.session() as inverter:
        told = await inverter.nameplate()
    comparison.hold_each(
        {
            "category of normal operating performance": (declared.normal_category, told.normal_category),
            "category of abnormal operating performance": (declared.abnormal_category, told.abnormal_category),
        }
    )
    shown = asdict(told.ratings)
    for name, value in declared.ratings.items():
        seen = shown[name]
        if seen is None:
            comparison.unseen(name, "the inverter does not implement it")
        else:
            comparison.hold(name, value, value if abs(seen - value) <= ROUNDING * abs(value) else seen)


async def island_detection(comparison: Comparison) -> None:
    """Whether a client may switch island detection off. It is switched on, which changes nothing."""
    declared = comparison.device.pics.state(ANTI_ISLANDING)
    if declared == "undeclared":
        comparison.undeclared(ANTI_ISLANDING)
        return
    async with access_of(comparison.station, comparison.seat).session() as inverter:
        present = await attempt(inverter.read(der.AntiIslanding))
        if not present.accepted or not present.value.enabled:
            comparison.unseen(ANTI_ISLANDING, present.text or "detection of islands is off already")
            return
        tried = await attempt(inverter.apply(der.AntiIslanding(True)))
    comparison.hold(ANTI_ISLANDING, declared, "supported" if tried.accepted else "not_supported")


TOPICS: Sequence[Topic] = (
    Topic("label", label, needs=ITEM),
    Topic("models", models, needs=ITEM),
    Topic("nameplate", nameplate, needs=ITEM),
    Topic("island detection", island_detection, needs=ITEM),
)
