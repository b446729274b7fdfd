"""Stored curves: writing one, asking the device to adopt it, waiting for its answer (SunSpec 705 to 712).

Curve 1 is in force and only read. Another one is written point by point; the device looks at it as a whole when it is
asked to adopt it, and says IN_PROGRESS, COMPLETED or FAILED.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.errors import CurvePendingError, CurveRefusedError, CurveSpaceError
from drivers.sunspec.model import Model
from drivers.sunspec.values import Value

IN_PROGRESS, COMPLETED, FAILED = range(3)
_RETIRED = 1
"""ReadOnly: R."""


@dataclass(frozen=True)
class CurveNames:
    """How a model names its curves, and the points with which they are adopted."""

    group: str = "Crv"
    request: str = "AdptCrvReq"
    result: str = "AdptCrvRslt"
    reversion: str = "RvrtCrv"


@dataclass(frozen=True)
class Patience:
    """How long a result is awaited, and how often it is asked for; s of station time."""

    timeout_s: float = 10.0
    poll_s: float = 0.25


def writable_curves(model: Model, names: CurveNames) -> list[int]:
    """The numbers of the curves that can be written, those first that nothing reverts to."""
    curves = [
        curve
        for curve in range(2, model.count(names.group) + 1)
        if model[f"{names.group}[{curve}].ReadOnly"] != _RETIRED
    ]
    reverts_to = model.optional(names.reversion)
    return sorted(curves, key=lambda curve: curve == reverts_to)


async def write_curve(
    device: SunSpecDevice, model: Model, names: CurveNames, curve: int, values: Mapping[str, Value | None]
) -> None:
    """Write points of a stored curve; ``values`` by their path within the curve."""
    await device.write_points(model.id, {f"{names.group}[{curve}].{path}": value for path, value in values.items()})


async def adopt(
    device: SunSpecDevice, model: Model, names: CurveNames, curve: int, patience: Patience = Patience()
) -> None:
    """Have the device put a stored curve into force. Raises CurveRefusedError, CurvePendingError."""
    await device.write_points(model.id, {names.request: curve})
    deadline = device.clock.now() + patience.timeout_s
    while True:
        result = (await device.read_points(model.id, [names.result]))[names.result]
        if result == COMPLETED:
            return
        where = f"model {model.id} at address {model.address}"
        if result == FAILED:
            raise CurveRefusedError(
                f"{where}: the device refuses to adopt curve {curve} ({names.result} is FAILED); one of its points is "
                "out of what the device allows",
                model.id,
                model.address,
            )
        now = device.clock.now()
        if now >= deadline:
            raise CurvePendingError(
                f"{where}: {names.result} is still {model.layout[names.result].definition.symbol(int(result or 0))} "
                f"{patience.timeout_s:g} s after curve {curve} was to be adopted; look at the device's own display",
                model.id,
                model.address,
            )
        await device.clock.sleep_until(min(deadline, now + patience.poll_s))


def curve_to_write(model: Model, names: CurveNames, but: int = 0) -> int:
    """A stored curve that can be written, not number ``but``. Raises CurveSpaceError."""
    for curve in writable_curves(model, names):
        if curve != but:
            return curve
    raise CurveSpaceError(
        f"model {model.id} at address {model.address} has no (further) curve that can be written",
        model.id,
        model.address,
    )


def room_for(model: Model, points: int) -> None:
    """Raise CurveSpaceError where a curve has fewer points than are needed."""
    room = model.integer("NPt")
    if points > room:
        raise CurveSpaceError(
            f"model {model.id} at address {model.address} has room for {room} points, {points} are needed",
            model.id,
            model.address,
        )
