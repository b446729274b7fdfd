"""The map of a device: which models it has, where, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from drivers.sunspec.definitions import HEADER_REGISTERS, ModelDefinition
from drivers.sunspec.errors import DefinitionError, MissingModelError, ModelLengthError
from drivers.sunspec.layout import Layout
from drivers.sunspec.model import Model


@dataclass(frozen=True)
class MapEntry:
    """A model where it stands. ``address`` is that of its ID, ``length`` its L.

    ``layout`` is None for a model without published definition, and for one with a wrong length: ``problem`` says so.
    """

    model: int
    address: int
    length: int
    definition: ModelDefinition | None = None
    layout: Layout | None = None
    problem: ModelLengthError | None = None

    @property
    def end(self) -> int:
        """The first register after it."""
        return self.address + HEADER_REGISTERS + self.length

    @property
    def whole(self) -> Iterator[tuple[int, int]]:
        """The registers that no two reads may share, as (first, end)."""
        if self.layout is not None:
            for first, end in self.layout.whole:
                yield self.address + first, self.address + end

    def usable(self) -> tuple[ModelDefinition, Layout]:
        """Definition and layout. Raises ModelLengthError, DefinitionError."""
        if self.problem is not None:
            raise self.problem
        if self.definition is None or self.layout is None:
            raise DefinitionError(
                f"no definition of model {self.model} (at address {self.address}) is installed; "
                "its registers can be read by address only"
            )
        return self.definition, self.layout


@dataclass(frozen=True)
class SunSpecMap:
    """All models of a device in the order of their addresses.

    ``base`` is the address of ``SunS``, ``end`` that of the end model. ``contiguous``: reads may go across models.
    """

    base: int
    end: int
    entries: Sequence[MapEntry]
    contiguous: bool = True

    @property
    def models(self) -> tuple[int, ...]:
        """The ids, in the order of the map; twice where a model is there twice."""
        return tuple(entry.model for entry in self.entries)

    @property
    def problems(self) -> tuple[ModelLengthError, ...]:
        return tuple(entry.problem for entry in self.entries if entry.problem is not None)

    def check(self) -> None:
        """Raise what is wrong with a model, the first one's."""
        for problem in self.problems:
            raise problem

    def __contains__(self, model: int) -> bool:
        return model in self.models

    def entry(self, model: int, occurrence: int = 1) -> MapEntry:
        """Where a model is; ``occurrence`` counts from 1. Raises MissingModelError."""
        found = [entry for entry in self.entries if entry.model == model]
        if not 1 <= occurrence <= len(found):
            raise MissingModelError([model], self.models)
        return found[occurrence - 1]


@dataclass(frozen=True)
class Snapshot:
    """Everything in a device, as read at ``at`` (station time, s: when the last read was answered)."""

    at: float
    map: SunSpecMap
    registers: Mapping[int, tuple[int, ...]]
    """By the address of each model's ID."""
    transactions: int = 0

    def model(self, model: int, occurrence: int = 1) -> Model:
        """A model's values. Raises MissingModelError, ModelLengthError, DefinitionError."""
        entry = self.map.entry(model, occurrence)
        definition, layout = entry.usable()
        return Model(entry.address, definition, layout, self.registers[entry.address])

    def models(self) -> Iterator[Model]:
        """All that have a definition and the right length."""
        for entry in self.map.entries:
            if entry.layout is not None and entry.definition is not None:
                yield Model(entry.address, entry.definition, entry.layout, self.registers[entry.address])
