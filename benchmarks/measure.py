"""How a comparison is measured on a machine that does other things too: in turns, medians, and how far they spread."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

_FEW = 4


@dataclass(frozen=True)
class Sample:
    """Repeated measurements of one quantity, in any unit."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Half of what lies between the first and the third quartile (of few values, the range), of the median."""
        if len(self.values) < _FEW:
            return (max(self.values) - min(self.values)) / 2 / self.median
        first, _median, third = statistics.quantiles(self.values)
        return (third - first) / 2 / self.median


@dataclass(frozen=True)
class Row:
    """One line of the table: ours, what it is compared with, and the target for their ratio."""

    what: str
    ours: str
    other: str
    ratio: float
    spread: float
    target: float
    at_least: bool = True
    note: str = ""

    @property
    def met(self) -> bool:
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def ratio(above: Sample, below: Sample) -> Sample:
    """The ratio turn by turn: what disturbed the machine in one turn disturbed both."""
    return Sample(tuple(a / b for a, b in zip(above.values, below.values, strict=True)))


async def in_turns(measures: Mapping[str, Callable[[], Awaitable[float]]], turns: int) -> dict[str, Sample]:
    """Each of ``measures`` once, and again, ``turns`` times; every other turn in the opposite order."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for turn in range(turns):
        for name in list(measures) if turn % 2 == 0 else list(measures)[::-1]:
            found[name].append(await measures[name]())
    return {name: Sample(tuple(values)) for name, values in found.items()}
