"""The pass band of IEEE 1547.1-2020: what is expected, plus and minus 1.5 times the accuracy that is asked of a DER.

The band follows the curve: where what the DER measures (a voltage, say) may be off by its accuracy, all values of the
curve within that reach are expected ones (1547.1, 5.14.3, as the System Validation Platform's ``p1547.py`` has it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FACTOR = 1.5
VOLTAGE_PU = 0.01
"""Minimum measurement accuracy of voltage, of nominal (IEEE 1547-2018, table 3; by the SVP's transcription)."""
FREQUENCY_HZ = 0.010
POWER_PU = 0.05
"""Of the rated apparent power; active and reactive power alike."""
TRANSIENT_VOLTAGE_PU = 0.02
TRANSIENT_FREQUENCY_HZ = 0.100
TRANSIENT_TIME_CYCLES = 2.0
DURATION_SHARE = 0.01
"""Of durations from 5 s on; shorter ones by `TRANSIENT_TIME_CYCLES`."""

Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Band:
    """What is expected, and from where to where it is accepted, in one unit."""

    expected: float
    low: float
    high: float

    def widened(self, by: float) -> Band:
        """The same, ``by`` wider on both sides."""
        return Band(self.expected, self.low - by, self.high + by)

    def scaled(self, factor: float) -> Band:
        """In another unit; ``factor`` is positive."""
        return Band(self.expected * factor, self.low * factor, self.high * factor)


def around(value: float, accuracy: float, factor: float = FACTOR) -> Band:
    """``value`` plus and minus ``factor`` times ``accuracy``."""
    return Band(value, value - factor * accuracy, value + factor * accuracy)


def along(
    curve: Curve, at: float, accuracy_at: float, accuracy: float, kinks: Sequence[float] = (), factor: float = FACTOR
) -> Band:
    """The band of ``curve`` at ``at``, which the DER knows to ``accuracy_at``; ``kinks`` are where the curve bends."""
    reach = factor * accuracy_at
    places = [at - reach, at, at + reach, *(kink for kink in kinks if abs(kink - at) < reach)]
    values = [curve(place) for place in places]
    return Band(curve(at), min(values), max(values)).widened(factor * accuracy)


def duration_accuracy_s(duration_s: float, nominal_hz: float) -> float:
    """Accuracy of a time that the DER keeps: two cycles below 5 s, 1 % from there on."""
    if duration_s < 5.0:
        return TRANSIENT_TIME_CYCLES / nominal_hz
    return DURATION_SHARE * duration_s
