"""The catalogue as one object: everything it holds, and how to find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from bench.catalogue.bounds import Bound, BoundTable, FunctionalTime
from bench.catalogue.errors import UnknownEntryError
from bench.catalogue.model import (
    Actor,
    ConformanceCase,
    Control,
    DeviceClass,
    Estimate,
    EstimateKey,
    Fault,
    Interface,
    Link,
    PicsItem,
    Process,
    Reading,
    Row,
    Section,
    Subfunction,
)
from bench.catalogue.vocabulary import Kind, Level, Predicate, Profile

_Entry = TypeVar("_Entry")


@dataclass(frozen=True)
class Catalogue:
    """The white paper, the controls, the bounds and the fault register. Built by ``load_catalogue``.

    Every sequence is in the paper's (or the register's) order; ``rows`` holds the 162 printed rows and the derived
    ones of each process after its printed ones. Lookups raise UnknownEntryError.
    """

    actors: tuple[Actor, ...]
    interfaces: tuple[Interface, ...]
    links: tuple[Link, ...]
    device_classes: tuple[DeviceClass, ...]
    pics_items: tuple[PicsItem, ...]
    readings: tuple[Reading, ...]
    sections: tuple[Section, ...]
    processes: tuple[Process, ...]
    rows: tuple[Row, ...]
    controls: tuple[Control, ...]
    bounds: BoundTable
    faults: tuple[Fault, ...]
    subfunctions: tuple[Subfunction, ...]
    estimates: tuple[Estimate, ...] = ()
    conformance: tuple[ConformanceCase, ...] = ()

    @property
    def printed_rows(self) -> tuple[Row, ...]:
        """The rows that the paper prints."""
        return tuple(row for row in self.rows if not row.derived)

    @property
    def derived_rows(self) -> tuple[Row, ...]:
        """The rows that the readings add."""
        return tuple(row for row in self.rows if row.derived)

    def process(self, number: str) -> Process:
        """The process with this number, such as ``3.4.1``."""
        return _one(self._processes, "process", number)

    def row(self, identity: str) -> Row:
        """The row with this id, such as ``3.1.1/AMI-28/HE-Meter``."""
        return _one(self._rows, "row", identity)

    def rows_of(self, process: str, *, derived: bool = False) -> tuple[Row, ...]:
        """The printed rows of a process in the paper's order, with ``derived`` followed by the derived ones."""
        self.process(process)
        return tuple(row for row in self.rows if process in row.processes and (derived or not row.derived))

    def control(self, identity: str) -> Control:
        """The control with this id, such as ``I-H1``."""
        return _one(self._controls, "control", identity)

    def estimate_key(self, link: str, *, process: str = "", control: str = "", row: str = "") -> EstimateKey:
        """What the estimate of a test is filed under: a functional one by process, a control by whether its row
        commands, unless it does not work on the row's message."""
        if not control:
            return "", process, link, False
        on_message = self.control(control).kind is Kind.MESSAGE
        return control, "", link, on_message and Predicate.COMMANDS in self.row(row).predicates

    def estimate(self, key: EstimateKey) -> Estimate | None:
        """What a test is expected to cost, None where nobody has estimated it."""
        return self._estimates.get(key)

    def fault(self, identity: str) -> Fault:
        """The seeded fault with this id, such as ``F-I19``."""
        return _one(self._faults, "fault", identity)

    def interface(self, identity: str) -> Interface:
        """The interface with this id, such as ``AMI-28``; of ``AMI-25/MDMS-CIS`` the one that was printed."""
        return _one(self._interfaces, "interface", identity.split("/", 1)[0])

    def actor(self, name: str) -> Actor:
        """The actor with this canonical name, short name or alias."""
        return _one(self._actors, "actor", name)

    def link(self, identity: str) -> Link:
        """The link with this id, such as ``dlms``."""
        return _one(self._links, "link", identity)

    def reading(self, identity: str) -> Reading:
        """The reading with this id, such as ``R4``."""
        return _one(self._readings, "reading", identity)

    def subfunction(self, number: int) -> Subfunction:
        """The demand-response subfunction with this number."""
        return _one(self._subfunctions, "subfunction", str(number))

    def bound(
        self,
        name: str,
        level: Level | None = None,
        *,
        link: str | None = None,
        transport: str | None = None,
        subject: str | None = None,
        profile: Profile | str = Profile.QUICK,
    ) -> Bound:
        """One bound; see :meth:`bench.catalogue.bounds.BoundTable.find`."""
        return self.bounds.find(name, level, link=link, transport=transport, subject=subject, profile=profile)

    def functional_times(self, process: str) -> tuple[FunctionalTime, ...]:
        """The times that the functional tests of a process take from the paper's text."""
        self.process(process)
        return tuple(time for time in self.bounds.functional if process in time.processes)

    def functional_faults(self, process: str) -> tuple[Fault, ...]:
        """The faults that the functional tests of a process must detect."""
        self.process(process)
        return tuple(fault for fault in self.faults if f"functional:{process}" in fault.detected_by)

    @cached_property
    def _processes(self) -> Mapping[str, Process]:
        return {process.number: process for process in self.processes}

    @cached_property
    def _rows(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.rows}

    @cached_property
    def _controls(self) -> Mapping[str, Control]:
        return {control.id: control for control in self.controls}

    @cached_property
    def _faults(self) -> Mapping[str, Fault]:
        return {fault.id: fault for fault in self.faults}

    @cached_property
    def _estimates(self) -> Mapping[EstimateKey, Estimate]:
        return {estimate.key: estimate for estimate in self.estimates}

    @cached_property
    def _interfaces(self) -> Mapping[str, Interface]:
        return {interface.id: interface for interface in self.interfaces}

    @cached_property
    def _actors(self) -> Mapping[str, Actor]:
        return {name: actor for actor in self.actors for name in (actor.name, actor.short, *actor.aliases)}

    @cached_property
    def _links(self) -> Mapping[str, Link]:
        return {link.id: link for link in self.links}

    @cached_property
    def _readings(self) -> Mapping[str, Reading]:
        return {reading.id: reading for reading in self.readings}

    @cached_property
    def _subfunctions(self) -> Mapping[str, Subfunction]:
        return {str(subfunction.number): subfunction for subfunction in self.subfunctions}


def _one(entries: Mapping[str, _Entry], kind: str, key: str) -> _Entry:
    try:
        return entries[key]
    except KeyError:
        raise UnknownEntryError(kind, key, map(str, entries)) from None
