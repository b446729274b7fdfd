"""Services of DER to the grid as controls and curves of 2030.5, from their quantities."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.sep2.der import CurveData, DERControlBase, DERCurve, FixedVar, FreqDroop
from drivers.sep2.vocabulary import CurveType

_OF_MAX_VAR = 2
"""``DERUnitRefType``: per cent of the greatest reactive power as configured."""


def fixed_var(share: float) -> DERControlBase:
    """Reactive power of ``share`` (-1 to 1, positive injected) of the greatest one."""
    return DERControlBase(fixed_var=FixedVar(reference=_OF_MAX_VAR, value=round(share * 10_000)))


def frequency_droop(droop: float, dead_band_hz: float, response_s: float) -> DERControlBase:
    """The same droop (per unit) and dead band above and below nominal frequency."""
    dead_band, slope = round(dead_band_hz * 1000), round(droop * 1000)
    wanted = FreqDroop(
        db_over=dead_band, db_under=dead_band, k_over=slope, k_under=slope, open_loop=round(response_s * 100)
    )
    return DERControlBase(freq_droop=wanted)


def volt_var_curve(
    mrid: bytes, created: int, points: Sequence[tuple[float, float]], response_s: float | None = None
) -> DERCurve:
    """``points``: % of nominal voltage, % of the greatest reactive power (positive injected)."""
    return DERCurve(
        mrid=mrid,
        created=created,
        points=tuple(CurveData(x=round(volts * 100), y=round(percent * 100)) for volts, percent in points),
        kind=CurveType.VOLT_VAR,
        open_loop=None if response_s is None else round(response_s * 100),
        x_multiplier=-2,
        y_multiplier=-2,
        y_reference=_OF_MAX_VAR,
    )
