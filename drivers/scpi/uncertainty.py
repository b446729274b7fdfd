"""The measurement uncertainty of an instrument, as its specification or calibration certificate states it.

A specification says how far a reading may be off: so much of the reading, so much of the range, a fixed amount; and
the display resolves so much. `UncertaintyModel` holds these numbers and turns them into a standard uncertainty for
one reading (GUM, JCGM 100:2008, 4.3 and 5.1):

- The stated part ``a * |reading| + b * range + c`` is divided by the coverage factor when it is stated as an expanded
  uncertainty (certificates: k = 2), or by sqrt(3) when it is stated as limits of error (data sheets without a level
  of confidence; GUM 4.3.7, rectangular distribution).
- The resolution contributes ``resolution / sqrt(12)`` (GUM F.2.2.1).
- Both are independent and are added as squares.

>>> model = UncertaintyModel(of_reading=0.001, of_range=0.0005, resolution=0.01, ranges=(150.0, 300.0))
>>> round(model.standard(230.0), 6)
0.190022
>>> round(model.expanded(230.0), 6)
0.380044
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from itertools import pairwise
from math import isfinite, sqrt
from typing import Any

COVERAGE_FACTOR = 2.0
"""k of an expanded uncertainty: a level of confidence of about 95 % for a normal distribution (GUM 6.3.3)."""


class StatedAs(Enum):
    """How a specification means its numbers."""

    EXPANDED = "expanded"
    LIMITS = "limits"


@dataclass(frozen=True)
class UncertaintyModel:
    """Uncertainty of the readings of one quantity.

    ``of_reading`` and ``of_range`` are fractions (0.1 % is 0.001); ``absolute`` and ``resolution`` are in the
    quantity's unit. ``ranges`` are the upper ends of the ranges, ascending; without ``of_range`` it may be empty.
    Raises ValueError for a negative or non-finite number, ranges that do not ascend, and ``of_range`` without ranges
    unless every reading brings its range.
    """

    of_reading: float = 0.0
    of_range: float = 0.0
    absolute: float = 0.0
    resolution: float = 0.0
    ranges: tuple[float, ...] = ()
    stated_as: StatedAs = StatedAs.EXPANDED
    coverage_factor: float = COVERAGE_FACTOR

    def __post_init__(self) -> None:
        for name in ("of_reading", "of_range", "absolute", "resolution"):
            value = getattr(self, name)
            if not isfinite(value) or value < 0:
                raise ValueError(f"{name} must be a finite number of at least 0, not {value}")
        if not isfinite(self.coverage_factor) or self.coverage_factor <= 0:
            raise ValueError(f"coverage_factor must be above 0, not {self.coverage_factor}")
        ascending = all(low < high for low, high in pairwise(self.ranges))
        if not ascending or any(upper <= 0 for upper in self.ranges):
            raise ValueError(f"ranges must be above 0 and ascend, not {self.ranges}")

    @classmethod
    def from_declaration(cls, declaration: Mapping[str, Any]) -> UncertaintyModel:
        """The model that a lab config declares, for example ``{of_reading = 0.001, resolution = 0.01, stated_as =
        "limits"}``.

        Raises ValueError for an unknown key or a value out of bounds.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(declaration) - known)
        if unknown:
            raise ValueError(f"unknown key {unknown[0]!r} in an uncertainty; known are {', '.join(sorted(known))}")
        values = dict(declaration)
        if "ranges" in values:
            values["ranges"] = tuple(float(upper) for upper in values["ranges"])
        if "stated_as" in values:
            values["stated_as"] = StatedAs(values["stated_as"])
        return cls(**values)

    def range_for(self, reading: float) -> float:
        """The upper end of the smallest declared range that holds ``reading``; 0 when none is declared.

        Raises ValueError when the reading lies beyond the largest range.
        """
        if not self.ranges:
            return 0.0
        for upper in self.ranges:
            if abs(reading) <= upper:
                return upper
        raise ValueError(f"{reading} lies beyond the largest declared range {self.ranges[-1]}")

    def standard(self, reading: float, range_value: float | None = None) -> float:
        """Standard uncertainty (k = 1) of ``reading``, in its unit; ``range_value`` is the range in use where it is
        known.

        Raises ValueError when the reading lies beyond the largest declared range, and when the range matters but is
        unknown.
        """
        if range_value is None:
            range_value = self.range_for(reading)
            if self.of_range and not range_value:
                raise ValueError("the uncertainty has a part of the range, but no range is declared")
        stated = self.of_reading * abs(reading) + self.of_range * range_value + self.absolute
        divisor = self.coverage_factor if self.stated_as is StatedAs.EXPANDED else sqrt(3)
        return sqrt((stated / divisor) ** 2 + self.resolution**2 / 12)

    def expanded(
        self, reading: float, range_value: float | None = None, coverage_factor: float = COVERAGE_FACTOR
    ) -> float:
        """Expanded uncertainty ``coverage_factor * standard(...)``, in the reading's unit."""
        return coverage_factor * self.standard(reading, range_value)
