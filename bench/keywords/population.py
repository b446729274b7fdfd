"""A population of customers whose daily use the bench makes up: most live on as before, some do not. Pure functions.

Thirty days and more of ordinary use come first, with a rhythm of the week, with noise, some with a generator. Then
follow days in which a few customers' use changes as it does for somebody on vacation, or who tampers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from drivers.cim.payloads import IntervalBlock, IntervalReading, MeterReading
from drivers.cim.times import iso
from drivers.cim.vocabulary import UNITS, ReadingType

DAY_S = 86_400
NORMAL, EACH = 50, 2
ORDINARY_DAYS, CHANGED_DAYS = 30, 3
_NOISE = 0.25
_WEEKEND = 1.2
_WITH_GENERATOR = 5


class Pattern(StrEnum):
    """What becomes of a customer's use."""

    NORMAL = "normal"
    ZERO_USE = "zero use"
    LOW_USE = "use lower by 80 %"
    REVERSED = "reversed"
    FLAT_LINE = "flat line"


INJECTED = tuple(pattern for pattern in Pattern if pattern is not Pattern.NORMAL)


@dataclass(frozen=True)
class Customer:
    """One customer's meter, and imported and exported energy by day, oldest first, in Wh."""

    meter: str
    pattern: Pattern
    imported: tuple[int, ...]
    exported: tuple[int, ...]

    def reading(self, end: float) -> MeterReading:
        """The days as intervals, the last of which ended at ``end`` (UTC, s)."""
        blocks = tuple(
            IntervalBlock(
                reading_type=kind,
                unit=UNITS[kind],
                interval_length=DAY_S,
                readings=tuple(
                    IntervalReading(time_stamp=iso(end - (len(days) - 1 - number) * DAY_S), value=value)
                    for number, value in enumerate(days)
                ),
            )
            for kind, days in (
                (ReadingType.INTERVAL_IMPORT, self.imported),
                (ReadingType.INTERVAL_EXPORT, self.exported),
            )
        )
        return MeterReading(meter=self.meter, interval_blocks=blocks)


def population(generator: random.Random) -> list[Customer]:
    """`NORMAL` customers who live on as before, and `EACH` of every other pattern, in a mixed order."""
    patterns = [Pattern.NORMAL] * NORMAL + [pattern for pattern in INJECTED for _ in range(EACH)]
    generator.shuffle(patterns)
    return [_customer(f"bench-{number:03d}", pattern, generator) for number, pattern in enumerate(patterns, 1)]


def _customer(meter: str, pattern: Pattern, generator: random.Random) -> Customer:
    usual = generator.randrange(4_000, 16_000)
    generates = usual // 4 if pattern is Pattern.NORMAL and generator.randrange(_WITH_GENERATOR) == 0 else 0
    imported, exported = [], []
    for day in range(ORDINARY_DAYS + CHANGED_DAYS):
        use = usual * (_WEEKEND if day % 7 > 4 else 1.0) * generator.uniform(1.0 - _NOISE, 1.0 + _NOISE)
        back = generates * generator.uniform(0.2, 1.0)
        if day >= ORDINARY_DAYS:
            use, back = _changed(pattern, use, back, usual)
        imported.append(round(use))
        exported.append(round(back))
    return Customer(meter, pattern, tuple(imported), tuple(exported))


def _changed(pattern: Pattern, use: float, back: float, usual: int) -> tuple[float, float]:
    match pattern:
        case Pattern.ZERO_USE:
            return 0.0, back
        case Pattern.LOW_USE:
            return use * 0.2, back
        case Pattern.REVERSED:
            return 0.0, use
        case Pattern.FLAT_LINE:
            return float(usual), back
    return use, back
