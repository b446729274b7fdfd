"""What an oscilloscope sees of a control pilot, and what a vehicle may draw by it.

Duty cycles as the manual of Fluke's FEV300 (page 12) has them, which cites IEC 61851-1; levels of the states as
OpenEVSE's firmware has them for A and D, those of B and C are unverified.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from drivers.scpi.waveform import Waveform

PERIOD_S = 1e-3
_LEVELS = {12.0: "A", 9.0: "B", 6.0: "C", 3.0: "D"}
_NEAR_V = 1.5
_DC_SPREAD_V = 3.0


class Meaning(StrEnum):
    """What a duty cycle tells a vehicle."""

    NONE = "no charging"
    DIGITAL = "digital communication decides"
    CURRENT = "a current"
    ERROR = "an error: no charging"


@dataclass(frozen=True)
class Decoded:
    """``current_a``: what a vehicle may draw on each phase; 0 where the duty cycle allows none."""

    meaning: Meaning
    current_a: float = 0.0


def decode(duty_percent: float) -> Decoded:
    """What a vehicle makes of a duty cycle; 100 is a steady voltage."""
    d = duty_percent
    if d >= 99.95:
        return Decoded(Meaning.NONE)
    if d < 3.0 or 7.0 < d < 8.0 or d > 97.0:
        return Decoded(Meaning.ERROR)
    if d <= 7.0:
        return Decoded(Meaning.DIGITAL)
    if d < 10.0:
        return Decoded(Meaning.CURRENT, 6.0)
    if d <= 85.0:
        return Decoded(Meaning.CURRENT, 0.6 * d)
    return Decoded(Meaning.CURRENT, 80.0 if d > 96.0 else 2.5 * (d - 64.0))


@dataclass(frozen=True)
class PilotSeen:
    """A pilot as it was captured: levels in V, duty cycle in % with its standard uncertainty."""

    high_v: float
    low_v: float
    duty_percent: float
    duty_uncertainty: float

    @property
    def state(self) -> str:
        """The state of IEC 61851-1, A to F; ``?`` for levels that none has."""
        if abs(self.high_v) < _NEAR_V and abs(self.low_v) < _NEAR_V:
            return "E"
        if self.high_v < -12.0 + _NEAR_V:
            return "F"
        return next((name for level, name in _LEVELS.items() if abs(self.high_v - level) < _NEAR_V), "?")

    @property
    def is_square(self) -> bool:
        """Whether there is a square wave at all."""
        return self.duty_percent < 100.0

    @property
    def decoded(self) -> Decoded:
        """What a vehicle makes of it."""
        return decode(self.duty_percent)

    @property
    def current_uncertainty(self) -> float:
        """Standard uncertainty of the decoded current, A; 0 where a whole band of duty cycles says the same."""
        low, high = (decode(self.duty_percent + sign * self.duty_uncertainty).current_a for sign in (-1.0, 1.0))
        return abs(high - low) / 2.0


def read_pilot(wave: Waveform) -> PilotSeen:
    """Levels and duty cycle from a record of a few periods. Raises ValueError for one without a whole period."""
    values = wave.values
    high, low = _mean_top(values), _mean_bottom(values)
    if high - low < _DC_SPREAD_V:
        level = sum(values) / len(values)
        return PilotSeen(level, level, 100.0, 0.0)
    middle = (high + low) / 2.0
    rises = [at for at, (before, behind) in enumerate(pairwise(values)) if before < middle <= behind]
    if len(rises) < 2:
        raise ValueError(f"the record of {len(values) * wave.interval_s:g} s has no whole period of the pilot")
    first, last = rises[0] + 1, rises[-1] + 1
    up = sum(1 for value in values[first:last] if value >= middle)
    # Both edges of a period are known to one sample, rectangular each; periods may all fall on samples alike.
    uncertainty = 100.0 * wave.interval_s / PERIOD_S * math.sqrt(2.0 / 12.0)
    return PilotSeen(high, low, 100.0 * up / (last - first), uncertainty)


def _mean_top(values: Sequence[float]) -> float:
    top = max(values)
    near = [value for value in values if top - value < _NEAR_V]
    return sum(near) / len(near)


def _mean_bottom(values: Sequence[float]) -> float:
    return -_mean_top([-value for value in values])
