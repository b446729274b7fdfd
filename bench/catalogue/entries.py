"""The tables as the TOML files write them, where that is shorter than the model.

An interface and a row name their actors as printed, and the model adds what follows from it; a control lists the links
by outcome; a derived row takes its levels from another row.
"""

from __future__ import annotations

from bench.catalogue.bounds import FixedBound, FunctionalTime, LevelBound
from bench.catalogue.levels import Levels
from bench.catalogue.model import (
    Actor,
    ConformanceCase,
    DeviceClass,
    Estimate,
    Fact,
    Fault,
    Link,
    LinkException,
    PicsItem,
    Process,
    Reading,
    Section,
    Source,
    Subfunction,
)
from bench.catalogue.vocabulary import (
    Applicability,
    DerivedKind,
    End,
    Kind,
    Level,
    Objective,
    Predicate,
    Risk,
)

BOTH_ENDS = (End.ACTOR1, End.ACTOR2)


class InterfaceEntry(Fact, frozen=True, kw_only=True):
    """An interface with its two actors as printed in section 2.3."""

    id: str
    actors: tuple[str, str]


class RaisedLevels(Fact, frozen=True, kw_only=True):
    """Levels of an advisory run; what is not named stays as printed."""

    confidentiality: Level | None = None
    integrity: Level | None = None
    availability: Level | None = None

    def over(self, printed: Levels) -> Levels:
        """The levels of the run."""
        return Levels(
            self.confidentiality or printed.confidentiality,
            self.integrity or printed.integrity,
            self.availability or printed.availability,
        )


class RowEntry(Fact, frozen=True, kw_only=True):
    """A printed row."""

    id: str
    line: int
    label: str
    actors: tuple[str, str]
    sent: str
    returned: str
    levels: str
    predicates: frozenset[Predicate]
    links: tuple[str, ...]
    processes: tuple[str, ...] = ()
    interface: str | None = None
    direction_note: str = ""
    alternative_to: tuple[str, ...] = ()
    iut_ends: tuple[End, ...] = BOTH_ENDS
    witness: tuple[str, ...] = ()
    extra_controls: tuple[str, ...] = ()
    advisory: RaisedLevels | None = None
    readings: tuple[str, ...] = ()


class DerivedEntry(Fact, frozen=True, kw_only=True):
    """A row that the paper does not print; ``actors`` are canonical names."""

    id: str
    kind: DerivedKind
    why: str
    actors: tuple[str, str]
    sent: str
    returned: str
    level_from: str
    predicates: frozenset[Predicate]
    links: tuple[str, ...]
    readings: tuple[str, ...]
    interface: str | None = None
    confidentiality: Level | None = None
    compensating: str | None = None
    paths: tuple[tuple[str, ...], ...] = ()
    iut_ends: tuple[End, ...] = BOTH_ENDS
    witness: tuple[str, ...] = ()


class LinksByOutcome(Fact, frozen=True, kw_only=True):
    """The links of a control under what it is on each."""

    applies: tuple[str, ...] = ()
    structural_fail: tuple[str, ...] = ()
    gateway: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, Applicability]]:
        """Every link with what the control is on it, in the file's order; a link named twice comes twice."""
        return [(link, applicability) for applicability in Applicability for link in getattr(self, applicability.value)]


class ControlEntry(Fact, frozen=True, kw_only=True):
    """A control; see :class:`bench.catalogue.model.Control`."""

    id: str
    title: str
    objective: Objective
    when: frozenset[Predicate]
    kind: Kind
    risk: Risk
    technique: str
    criterion: str
    faults: tuple[str, ...]
    sources: tuple[Source, ...]
    level: Level | None = None
    only_interfaces: frozenset[str] = frozenset()
    only_seats: frozenset[str] = frozenset()
    stimulus_depends_on_level: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    links: LinksByOutcome = LinksByOutcome()
    exceptions: tuple[LinkException, ...] = ()


class CatalogueFile(Fact, frozen=True, kw_only=True):
    """What one file may hold: any of the tables, each any number of times."""

    actor: tuple[Actor, ...] = ()
    interface: tuple[InterfaceEntry, ...] = ()
    link: tuple[Link, ...] = ()
    device_class: tuple[DeviceClass, ...] = ()
    pics_item: tuple[PicsItem, ...] = ()
    reading: tuple[Reading, ...] = ()
    section: tuple[Section, ...] = ()
    process: tuple[Process, ...] = ()
    row: tuple[RowEntry, ...] = ()
    derived: tuple[DerivedEntry, ...] = ()
    control: tuple[ControlEntry, ...] = ()
    level_bound: tuple[LevelBound, ...] = ()
    fixed_bound: tuple[FixedBound, ...] = ()
    functional_time: tuple[FunctionalTime, ...] = ()
    fault: tuple[Fault, ...] = ()
    subfunction: tuple[Subfunction, ...] = ()
    estimate: tuple[Estimate, ...] = ()
    conformance: tuple[ConformanceCase, ...] = ()
