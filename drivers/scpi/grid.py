"""What a grid simulator is told to be: voltages, angles, frequency of a moment, and profiles of them over time.

A profile is a list of segments; each begins with a jump to its ``start`` and moves straight to its ``end``. A sag is
three segments that do not move, a ramp of frequency is one that does. The instrument plays a profile by itself, so the
times in it are as exact as the instrument is.

>>> grid = GridPoint.balanced(230.0, 50.0)
>>> [segment.duration_s for segment in sag(grid, to_share=0.4, duration_s=0.16, before_s=0.1, after_s=1.0)]
[0.1, 0.16, 1.0]
>>> ramp(grid, to_hz=51.0, rate_hz_per_s=0.5).duration_s
2.0
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

BALANCED_DEG = (0.0, -120.0, 120.0)


@dataclass(frozen=True)
class GridPoint:
    """RMS voltages (V) and angles (degrees, positive ahead) of one or three phases, frequency (Hz).

    Raises ValueError when these do not fit each other, or are out of any bounds.
    """

    voltages_v: tuple[float, ...]
    frequency_hz: float
    angles_deg: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.voltages_v) not in (1, 3) or len(self.angles_deg) != len(self.voltages_v):
            raise ValueError(f"{len(self.voltages_v)} voltages and {len(self.angles_deg)} angles: 1 or 3 phases")
        if min(self.voltages_v) < 0.0 or self.frequency_hz <= 0.0:
            raise ValueError(f"voltages {self.voltages_v} V, frequency {self.frequency_hz} Hz: must not be negative")

    @classmethod
    def balanced(cls, voltage_v: float, frequency_hz: float, phases: int = 3) -> GridPoint:
        """The same voltage on all phases, 120 degrees apart."""
        return cls((voltage_v,) * phases, frequency_hz, BALANCED_DEG[:phases])

    @property
    def phases(self) -> int:
        return len(self.voltages_v)

    def scaled(self, share: float, phases: Iterable[int] = ()) -> GridPoint:
        """The voltages of ``phases`` (1 to 3; none given: all) times ``share``."""
        affected = set(phases) or set(range(1, self.phases + 1))
        voltages = tuple(
            voltage * share if number in affected else voltage for number, voltage in enumerate(self.voltages_v, 1)
        )
        return replace(self, voltages_v=voltages)

    def shifted(self, by_deg: float) -> GridPoint:
        """All angles jump by ``by_deg``."""
        return replace(self, angles_deg=tuple(angle + by_deg for angle in self.angles_deg))

    def at(self, frequency_hz: float) -> GridPoint:
        """The same at another frequency."""
        return replace(self, frequency_hz=frequency_hz)


@dataclass(frozen=True)
class GridSegment:
    """``duration_s`` long, from ``start`` straight to ``end``. Raises ValueError for none that can be played."""

    duration_s: float
    start: GridPoint
    end: GridPoint

    def __post_init__(self) -> None:
        if self.duration_s <= 0.0 or self.start.phases != self.end.phases:
            raise ValueError(f"a segment of {self.duration_s} s with {self.start.phases} and {self.end.phases} phases")

    @property
    def moves(self) -> bool:
        """Whether it ends elsewhere than it starts."""
        return self.start != self.end


@dataclass(frozen=True)
class Harmonic:
    """One harmonic: its order, its RMS value in % of the fundamental, its angle in degrees."""

    order: int
    percent: float
    angle_deg: float = 0.0


def hold(point: GridPoint, duration_s: float) -> GridSegment:
    """Stay at ``point``."""
    return GridSegment(duration_s, point, point)


def sag(
    point: GridPoint,
    *,
    to_share: float,
    duration_s: float,
    before_s: float,
    after_s: float,
    phases: Iterable[int] = (),
) -> tuple[GridSegment, ...]:
    """A sag (or swell) of ``phases`` to ``to_share`` of the voltage, with the grid as it was before and after."""
    return hold(point, before_s), hold(point.scaled(to_share, phases), duration_s), hold(point, after_s)


def ramp(point: GridPoint, *, to_hz: float, rate_hz_per_s: float) -> GridSegment:
    """The frequency moves from that of ``point`` to ``to_hz`` at ``rate_hz_per_s`` (its sign does not count)."""
    if to_hz == point.frequency_hz or not rate_hz_per_s:
        raise ValueError(f"a ramp from {point.frequency_hz} to {to_hz} Hz at {rate_hz_per_s} Hz/s")
    return GridSegment(abs(to_hz - point.frequency_hz) / abs(rate_hz_per_s), point, point.at(to_hz))


def steps(points: Sequence[tuple[float, GridPoint]], until_s: float) -> tuple[GridSegment, ...]:
    """Each point (its time in s, ascending from 0) stays until the next; the last one until ``until_s``."""
    return tuple(hold(point, end - at) for (at, point), end in _with_ends(points, until_s))


def lines(points: Sequence[tuple[float, GridPoint]]) -> tuple[GridSegment, ...]:
    """Straight from each point (its time in s, ascending from 0) to the next."""
    return tuple(GridSegment(later - at, start, end) for (at, start), (later, end) in pairwise(points))


def _with_ends(
    points: Sequence[tuple[float, GridPoint]], until_s: float
) -> list[tuple[tuple[float, GridPoint], float]]:
    ends = [*(at for at, _ in points[1:]), until_s]
    return list(zip(points, ends, strict=True))
