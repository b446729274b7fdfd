"""What a DER is expected to do at an operating point, from the settings that it tells (`drivers.der`).

Reactive power is positive when injected, active power when generated. A setting that the DER
does not tell in full cannot be judged: `NotToldError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from drivers.der import (
    Excitation,
    FrequencyDroop,
    Ratings,
    ReactiveBase,
    VoltVar,
    VoltWatt,
    WattVar,
)

Points = Sequence[tuple[float, float]]


class NotToldError(Exception):
    """The DER does not tell a parameter that the expectation needs."""


def told(value: float | None, what: str) -> float:
    """``value``, unless the DER does not tell it. Raises NotToldError."""
    if value is None:
        raise NotToldError(f"the DER does not tell {what}")
    return value


def interpolated(points: Points, at: float) -> float:
    """The piecewise linear curve through ``points`` (ascending), held beyond its ends."""
    if at <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left) if right > left else high
    return points[-1][1]


def base_var(base: ReactiveBase | None, ratings: Ratings) -> float:
    """What 100 % of reactive power is, var. Raises NotToldError."""
    match base:
        case ReactiveBase.APPARENT_POWER:
            return told(ratings.apparent_power_va, "its apparent power")
        case ReactiveBase.ACTIVE_POWER:
            return told(ratings.active_power_w, "its active power")
        case ReactiveBase.REACTIVE_POWER:
            return told(ratings.reactive_injection_var, "its reactive power")
    raise NotToldError("the DER does not tell what its reactive power is a percentage of")


def volt_var(setting: VoltVar, ratings: Ratings, reference_pu: float = 1.0) -> Callable[[float], float]:
    """Injected var over voltage in per unit, with the curve moved to ``reference_pu``. Raises NotToldError."""
    points = _curve(setting.points, "its volt-var curve")
    base = base_var(setting.base, ratings)
    shifted = [(voltage / 100 + reference_pu - 1.0, share / 100 * base) for voltage, share in points]
    return lambda voltage_pu: interpolated(shifted, voltage_pu)


def volt_watt(setting: VoltWatt, ratings: Ratings) -> Callable[[float], float]:
    """Most W over voltage in per unit. Raises NotToldError."""
    rating = told(ratings.active_power_w, "its active power")
    points = [(voltage / 100, share / 100 * rating) for voltage, share in _curve(setting.points, "its volt-watt curve")]
    return lambda voltage_pu: interpolated(points, voltage_pu)


def watt_var(setting: WattVar, ratings: Ratings) -> Callable[[float], float]:
    """Injected var over generated W. Raises NotToldError."""
    rating = told(ratings.active_power_w, "its active power")
    base = base_var(setting.base, ratings)
    points = [
        (power / 100 * rating, share / 100 * base) for power, share in _curve(setting.points, "its watt-var curve")
    ]
    return lambda power_w: interpolated(points, power_w)


def power_factor(value: float, excitation: Excitation) -> Callable[[float], float]:
    """Injected var over generated W at a constant power factor."""
    slope = math.tan(math.acos(value)) * (1.0 if excitation is Excitation.OVER else -1.0)
    return lambda power_w: abs(power_w) * slope


def droop(
    setting: FrequencyDroop, ratings: Ratings, nominal_hz: float, before_w: float, available_w: float
) -> Callable[[float], float]:
    """Generated W over frequency, from ``before_w`` on, with ``available_w`` at most. Raises NotToldError."""
    rating = told(ratings.active_power_w, "its active power")
    over_hz = told(setting.dead_band_over_hz, "its dead band above nominal frequency")
    under_hz = told(setting.dead_band_under_hz, "its dead band below nominal frequency")
    k_over, k_under = told(setting.droop_over, "its droop"), told(setting.droop_under, "its droop")
    least = (setting.minimum_power_percent or 0.0) / 100 * rating
    most = min(rating, available_w)

    def power(frequency_hz: float) -> float:
        above = frequency_hz - nominal_hz - over_hz
        below = nominal_hz - frequency_hz - under_hz
        if above > 0:
            return max(least, before_w - above / (nominal_hz * k_over) * rating)
        if below > 0:
            return min(most, before_w + below / (nominal_hz * k_under) * rating)
        return before_w

    return power


def open_loop(before: float, after: float, elapsed_s: float, response_time_s: float) -> float:
    """On the way from ``before`` to ``after``: 90 % of it after one open-loop response time (IEEE 1547-2018, 3.1)."""
    return after + (before - after) * 10 ** (-elapsed_s / response_time_s)


def _curve(points: Points | None, what: str) -> Points:
    if not points:
        raise NotToldError(f"the DER does not tell {what}")
    return points
