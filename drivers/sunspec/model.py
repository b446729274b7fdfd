"""A model as it was read: its registers as values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from drivers.sunspec.definitions import ModelDefinition
from drivers.sunspec.errors import (
    NotImplementedPointError,
    ReadOnlyPointError,
    ScaleFactorError,
    ValueRangeError,
)
from drivers.sunspec.layout import Layout, PlacedPoint
from drivers.sunspec.values import PointType, Value, decode, encode

_HEADER = frozenset({"ID", "L"})
_SERVING = frozenset({PointType.SUNSSF, PointType.PAD})
SCALE_LIMIT = 10
"""Scale factors are -10 to 10 (SunSpec Information Model Specification, type sunssf)."""


@dataclass(frozen=True)
class Model:
    """One model of a device, with its registers at the moment of reading.

    ``address`` is that of its ID. Values are numbers with their scale factor applied, texts, or None where the device
    does not implement the point; enumerations and bit fields stay numbers (`symbol`, `flags`).
    """

    address: int
    definition: ModelDefinition
    layout: Layout
    registers: tuple[int, ...]
    _factors: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> int:
        return self.definition.model

    def __getitem__(self, path: str) -> Value | None:
        """The value of a point by its path. Raises UnknownPointError, ScaleFactorError."""
        return self._value(self.layout[path])

    def _value(self, point: PlacedPoint) -> Value | None:
        raw = decode(point.definition.kind, self.registers[point.offset : point.end])
        if raw is None or point.definition.scale is None or isinstance(raw, str):
            return raw
        return scaled(raw, self.scale(point))

    def __contains__(self, path: str) -> bool:
        """Whether the device implements that point."""
        return path in self.layout.points and self.raw(path) is not None

    def raw(self, path: str) -> Value | None:
        """The value before its scale factor."""
        point = self.layout[path]
        return decode(point.definition.kind, self.registers[point.offset : point.end])

    def number(self, path: str) -> float:
        """A value that must be there. Raises NotImplementedPointError."""
        value = self[path]
        if value is None or isinstance(value, str):
            raise NotImplementedPointError(
                f"{self._where(self.layout[path])} is not implemented; it is needed here, so the device's file should "
                "not claim the function"
            )
        return value

    def integer(self, path: str) -> int:
        """A number without scale factor, an enumeration or a bit field, that must be there."""
        return int(self.number(path))

    def optional(self, path: str) -> float | None:
        """A value that need not be there, be it that this version of the model does not know the point."""
        return self.number(path) if path in self else None

    def text(self, path: str) -> str:
        """A text; empty where it is not implemented."""
        value = self.raw(path) if path in self.layout.points else None
        return value if isinstance(value, str) else ""

    def symbol(self, path: str) -> str | None:
        """An enumeration's value by its name; None where it is not implemented, ``#7`` where the model names no 7."""
        raw = self.raw(path)
        if raw is None:
            return None
        number = int(raw)
        return self.layout[path].definition.symbol(number) or f"#{number}"

    def flags(self, path: str) -> frozenset[str]:
        """The names of the bits that are set; ``#17`` for a bit without a name. None are set where not implemented."""
        raw = int(self.raw(path) or 0)
        definition = self.layout[path].definition
        return frozenset(definition.symbol(bit) or f"#{bit}" for bit in range(raw.bit_length()) if raw >> bit & 1)

    def values(self) -> Iterator[tuple[str, Value]]:
        """All points that are implemented, without what only serves the others (ID, L, scale factors, pads).

        Raises ScaleFactorError.
        """
        for path, point in self.layout.points.items():
            if path in _HEADER or point.definition.kind in _SERVING:
                continue
            value = self._value(point)
            if value is not None:
                yield path, value

    # -- scale factors and writing -------------------------------------------------------------------------------

    def scale(self, point: PlacedPoint) -> int:
        """A point's scale factor. Raises ScaleFactorError."""
        told = point.definition.scale
        if isinstance(told, int):
            return told
        if point.scale_path is None:
            raise ScaleFactorError(f"{self._where(point)}: its scale factor {told} is no point of the model")
        factor = self._factors.get(point.scale_path)
        if factor is not None:
            return factor
        told_factor = self.raw(point.scale_path)
        if not isinstance(told_factor, int) or not -SCALE_LIMIT <= told_factor <= SCALE_LIMIT:
            what = "is not implemented" if told_factor is None else f"is {told_factor}, out of -10 to 10"
            raise ScaleFactorError(
                f"{self._where(point)} has the value {self.raw(point.path)}, but its scale factor {point.scale_path} "
                f"(address {self.address + self.layout[point.scale_path].offset}) {what}: the value means nothing; "
                "have the device's firmware mended"
            )
        self._factors[point.scale_path] = told_factor
        return told_factor

    def registers_for(self, path: str, value: Value | None) -> list[int]:
        """What is written so that the point has this value.

        A number is rounded to what the scale factor resolves; a symbol's name stands for its number. Raises
        ValueRangeError, ReadOnlyPointError, ScaleFactorError.
        """
        point = self.layout[path]
        if not point.definition.writable:
            raise ReadOnlyPointError(f"{self._where(point)} cannot be written")
        kind = point.definition.kind
        if isinstance(value, str) and (kind.is_enumeration or kind.is_bitfield):
            value = self._number_of(point, value)
        if value is not None and point.definition.scale is not None and not isinstance(value, str):
            if not math.isfinite(value):
                raise ValueRangeError(f"{self._where(point)}: {value} cannot be written")
            value = unscaled(value, self.scale(point))
        try:
            return encode(kind, value, point.definition.registers)
        except ValueRangeError as error:
            raise ValueRangeError(f"{self._where(point)}: {error}") from error

    def _number_of(self, point: PlacedPoint, name: str) -> int:
        symbols: Mapping[str, int] = point.definition.symbols or {}
        if name not in symbols:
            raise ValueRangeError(f"{self._where(point)}: no {name!r}; there are {', '.join(symbols) or 'none'}")
        return 1 << symbols[name] if point.definition.kind.is_bitfield else symbols[name]

    def count(self, group: str) -> int:
        """How often a group of the model repeats: 3 for ``Crv`` where there are ``Crv[1]`` to ``Crv[3]``."""
        number = 0
        while any(placed.path == f"{group}[{number + 1}]" for placed in self.layout.groups):
            number += 1
        return number

    def _where(self, point: PlacedPoint) -> str:
        return f"point {point.path} of model {self.id} at address {self.address + point.offset}"


def scaled(raw: float, factor: int) -> float:
    """``raw`` times ten to the ``factor``, as the nearest number to the decimal one."""
    return raw * 10.0**factor if factor > 0 else raw / 10.0**-factor if factor else raw


def unscaled(value: float, factor: int) -> int:
    """The nearest whole number that ``factor`` turns into ``value``; half of one is rounded to even."""
    return round(Decimal(repr(value)).scaleb(-factor))
