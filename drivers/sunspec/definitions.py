"""What a SunSpec model is made of, from the JSON files that the SunSpec Alliance publishes with pysunspec2.

The files are data here: of pysunspec2 no code is run. They are read one by one, when a model is first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from drivers.sunspec.errors import DefinitionError
from drivers.sunspec.values import PointType, registers_of

END_MODEL = 0xFFFF
COMMON_MODEL = 1
CERTIFICATE_MODEL = 8
HEADER_REGISTERS = 2
"""ID and L, which L does not count."""


@dataclass(frozen=True)
class PointDefinition:
    """One point. ``scale`` names the point that is its scale factor, or is the factor itself."""

    name: str
    kind: PointType
    registers: int
    scale: str | int | None = None
    units: str = ""
    writable: bool = False
    mandatory: bool = False
    symbols: Mapping[str, int] | None = None
    label: str = ""

    def symbol(self, value: int) -> str | None:
        """The name of an enumeration's value; None where the model has none."""
        return next((name for name, number in (self.symbols or {}).items() if number == value), None)


@dataclass(frozen=True)
class GroupDefinition:
    """Points, then groups. ``count``: 1, the name of the point that tells, or 0 (as many as there is room for).

    ``atomic`` (type ``sync``): what is read and written in one transaction only.
    """

    name: str
    points: tuple[PointDefinition, ...]
    groups: tuple[GroupDefinition, ...] = ()
    count: int | str = 1
    atomic: bool = False

    def walk(self) -> Iterator[GroupDefinition]:
        """This group and all that are in it."""
        yield self
        for group in self.groups:
            yield from group.walk()


@dataclass(frozen=True, eq=False)
class ModelDefinition:
    """A model; ``group`` begins with ID and L. There is one object of each."""

    model: int
    group: GroupDefinition
    label: str = ""

    @property
    def name(self) -> str:
        return self.group.name


def definition(model: int) -> ModelDefinition:
    """The definition of a model. Raises DefinitionError where none is published, or pysunspec2 is not installed."""
    found = find_definition(model)
    if found is None:
        raise DefinitionError(f"no definition of model {model} is installed; its registers can be read by address only")
    return found


@cache
def find_definition(model: int) -> ModelDefinition | None:
    """The definition of a model; None where none is published (a vendor's own). Raises DefinitionError."""
    file = _folder() / f"model_{model}.json"
    return parse_definition(file.read_bytes(), file.name) if file.is_file() else None


@cache
def _folder() -> Path:
    spec = find_spec("sunspec2")
    if spec is None or not spec.submodule_search_locations:
        raise DefinitionError("SunSpec's model definitions are not installed (extra modbus): pip install pysunspec2")
    return Path(spec.submodule_search_locations[0]) / "models" / "json"


def parse_definition(text: bytes | str, name: str = "model definition") -> ModelDefinition:
    """A definition from its JSON. Raises DefinitionError, naming what is missing or unknown."""
    try:
        told = json.loads(text)
        return ModelDefinition(int(told["id"]), _group(told["group"]), told["group"].get("label", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise DefinitionError(f"{name}: {type(error).__name__}: {error}") from error


def _group(told: Mapping[str, Any]) -> GroupDefinition:
    return GroupDefinition(
        told["name"],
        tuple(_point(point) for point in told["points"]),
        tuple(_group(group) for group in told.get("groups", ())),
        told.get("count", 1),
        told.get("type") == "sync",
    )


def _point(told: Mapping[str, Any]) -> PointDefinition:
    kind = PointType(told["type"])
    return PointDefinition(
        told["name"],
        kind,
        registers_of(kind, told["size"]),
        told.get("sf"),
        told.get("units", ""),
        told.get("access") == "RW",
        told.get("mandatory") == "M",
        {symbol["name"]: symbol["value"] for symbol in told["symbols"]} if told.get("symbols") else None,
        told.get("label", ""),
    )
