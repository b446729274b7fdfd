"""Where a model's points stand: its definition, unrolled with the counts that the device tells.

A point's path is dotted, groups that repeat are numbered from 1 as SunSpec numbers curves: ``W``, ``PFWInj.PF``,
``Crv[1].ActPt``, ``Crv[2].Pt[4].V``. Offsets are registers from the model's ID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from drivers.sunspec.definitions import (
    COMMON_MODEL,
    HEADER_REGISTERS,
    GroupDefinition,
    ModelDefinition,
    PointDefinition,
)
from drivers.sunspec.errors import UnknownPointError
from drivers.sunspec.values import PointType

_TOGETHER_AT_MOST = 125
"""Registers of one read (MODBUS Application Protocol V1.1b3, clause 6.3)."""


@dataclass(frozen=True)
class PlacedPoint:
    """A point of a model at its offset. ``scale_path`` is the path of its scale factor."""

    path: str
    offset: int
    definition: PointDefinition
    scale_path: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.definition.registers


@dataclass(frozen=True)
class PlacedGroup:
    """One occurrence of a group. ``atomic``: it must be read and written in one transaction."""

    path: str
    offset: int
    registers: int
    atomic: bool


@dataclass(frozen=True)
class Layout:
    """Where everything in a model stands. ``registers`` counts all of them, ID and L too."""

    model: int
    points: Mapping[str, PlacedPoint]
    groups: tuple[PlacedGroup, ...]
    registers: int
    counts: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, path: str) -> PlacedPoint:
        try:
            return self.points[path]
        except KeyError:
            raise UnknownPointError(f"model {self.model} has no point {path!r}") from None

    @cached_property
    def whole(self) -> tuple[tuple[int, int], ...]:
        """What no two reads may share, as (offset, end): points, groups that are atomic, occurrences of groups that fit
        into one read (a curve is seen as it was at one moment)."""
        points = [(point.offset, point.end) for point in self.points.values() if point.definition.registers > 1]
        groups = [
            (group.offset, group.offset + group.registers)
            for group in self.groups
            if 1 < group.registers <= _TOGETHER_AT_MOST
        ]
        return tuple(sorted({*points, *groups}))


def fixed_registers(definition: ModelDefinition) -> int:
    """Registers from ID to the end of the model's own points: with them read, its counts are known."""
    return sum(point.registers for point in definition.group.points)


def count_points(definition: ModelDefinition) -> Mapping[str, int]:
    """The points that say how often groups repeat, with their offsets."""
    names = {group.count for group in definition.group.walk() if isinstance(group.count, str)}
    found, offset = {}, 0
    for point in definition.group.points:
        if point.name in names:
            found[point.name] = offset
        offset += point.registers
    return found


def registers_needed(definition: ModelDefinition, length: int, count_of: Callable[[str], int]) -> int:
    """How many registers the model comes to with these counts, ID and L too. A right model has ``length`` + 2.

    Arithmetic only: counts may be nonsense, and nothing is built of them.
    """

    def size(group: GroupDefinition, at_root: bool) -> int:
        points = _present(definition, length) if at_root else group.points
        own = sum(point.registers for point in points)
        for part in group.groups:
            one = size(part, False)
            if part.count == 0:
                own += max(0, length + HEADER_REGISTERS - own) // one * one if one else 0
            else:
                own += one * (count_of(part.count) if isinstance(part.count, str) else part.count)
        return own

    return size(definition.group, True)


def lay_out(definition: ModelDefinition, length: int, count_of: Callable[[str], int]) -> Layout:
    """The layout of a model whose L is ``length``; ``count_of`` tells the value of a point that counts.

    Only for counts with which `registers_needed` comes to ``length`` + 2.
    """
    return _lay_out(definition, length, tuple((name, count_of(name)) for name in count_points(definition)))


@lru_cache(maxsize=256)
def _lay_out(definition: ModelDefinition, length: int, counts: tuple[tuple[str, int], ...]) -> Layout:
    builder = _Builder(definition, length, dict(counts))
    end = builder.place(definition.group, "", 0, {})
    return Layout(definition.model, builder.points, tuple(builder.groups), end, dict(counts))


def _present(definition: ModelDefinition, length: int) -> tuple[PointDefinition, ...]:
    """The model's own points. The pad of the common model may be left out: it has 66 or 65 registers (model 1, L)."""
    points = definition.group.points
    without_pad = sum(point.registers for point in points) - HEADER_REGISTERS - 1
    return points[:-1] if definition.model == COMMON_MODEL and length == without_pad else points


class _Builder:
    def __init__(self, definition: ModelDefinition, length: int, counts: Mapping[str, int]) -> None:
        self.definition, self.length, self.counts = definition, length, counts
        self.points: dict[str, PlacedPoint] = {}
        self.groups: list[PlacedGroup] = []

    def place(self, group: GroupDefinition, prefix: str, offset: int, scales: Mapping[str, str]) -> int:
        """Place one occurrence of ``group`` at ``offset``; where it ends. ``scales``: the scale factors in sight."""
        names = (point.name for point in group.points if point.kind is PointType.SUNSSF)
        scales = {**scales, **{name: prefix + name for name in names}}
        at_root = group is self.definition.group
        for point in _present(self.definition, self.length) if at_root else group.points:
            scale = scales.get(point.scale) if isinstance(point.scale, str) else None
            self.points[prefix + point.name] = PlacedPoint(prefix + point.name, offset, point, scale)
            offset += point.registers
        for part in group.groups:
            for path in self._paths(part, prefix, offset):
                start = offset
                offset = self.place(part, f"{path}.", offset, scales)
                self.groups.append(PlacedGroup(path, start, offset - start, part.atomic))
        return offset

    def _paths(self, part: GroupDefinition, prefix: str, offset: int) -> Iterator[str]:
        if part.count == 1:
            yield prefix + part.name
            return
        if isinstance(part.count, str):
            count = self.counts[part.count]
        else:
            count = part.count or self._as_many_as_fit(part, offset)
        for number in range(1, count + 1):
            yield f"{prefix}{part.name}[{number}]"

    def _as_many_as_fit(self, part: GroupDefinition, offset: int) -> int:
        size = sum(point.registers for group in part.walk() for point in group.points)
        return max(0, self.length + HEADER_REGISTERS - offset) // size if size else 0
