"""A waveform as an oscilloscope captured it, and what can be read from it to a half-cycle.

Times are in seconds from the trigger. RMS values are of one cycle, moved on by every sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from drivers.scpi.measurement import Calibration, InstrumentIdentity


@dataclass(frozen=True)
class Trigger:
    """``source``: ``1`` to ``4``, a channel, or ``aux``, the input that the grid simulator's synchronisation output is
    wired to; ``level`` in the channel's unit."""

    source: str = "aux"
    level: float = 0.0
    rising: bool = True


@dataclass(frozen=True)
class Waveform:
    """``values`` in ``unit``, the first at ``start_s``, one each ``interval_s``.

    ``standard_uncertainty`` (k = 1) is that of each value, ``interval_s / sqrt(12)`` that of each time.
    """

    channel: str
    unit: str
    start_s: float
    interval_s: float
    values: Sequence[float] = field(repr=False)
    standard_uncertainty: float
    instrument: InstrumentIdentity
    calibration: Calibration | None = None

    def at(self, index: int) -> float:
        """Time of a sample, s from the trigger."""
        return self.start_s + index * self.interval_s

    @property
    def end_s(self) -> float:
        """Time of the last sample."""
        return self.at(len(self.values) - 1)

    @property
    def time_uncertainty_s(self) -> float:
        """Standard uncertainty of the time of a sample."""
        return self.interval_s / math.sqrt(12.0)

    def rms(self, frequency_hz: float) -> list[tuple[float, float]]:
        """(End of the cycle in s from the trigger, RMS value of that cycle), for every sample that ends a whole one.

        Raises ValueError for a record shorter than a cycle.
        """
        cycle = round(1.0 / (frequency_hz * self.interval_s))
        if not 0 < cycle <= len(self.values):
            raise ValueError(f"a record of {len(self.values)} samples holds no cycle of {cycle}")
        sums = self._sums_of_squares
        return [
            (self.at(end - 1), math.sqrt(max(0.0, sums[end] - sums[end - cycle]) / cycle))
            for end in range(cycle, len(self.values) + 1)
        ]

    @cached_property
    def _sums_of_squares(self) -> list[float]:
        return [0.0, *accumulate(value * value for value in self.values)]

    def ceased_at(self, limit: float, quiet_s: float = 0.02) -> float | None:
        """Time from which on no sample's magnitude is above ``limit`` any more.

        None where what is left of the record is shorter than ``quiet_s``: a wave passes zero without having ceased.
        """
        last = next((number for number in range(len(self.values) - 1, -1, -1) if abs(self.values[number]) > limit), -1)
        ceased = self.at(last + 1)
        return ceased if self.end_s - ceased >= quiet_s else None

    def crossings(self, rising: bool = True) -> list[float]:
        """Times at which it passes zero upwards (or downwards), interpolated between samples."""
        sign = 1.0 if rising else -1.0
        return [
            self.at(number) + self.interval_s * before / (before - behind)
            for number, (before, behind) in enumerate(pairwise(self.values))
            if sign * before < 0.0 <= sign * behind
        ]
