"""Reading the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

from bench.catalogue.bounds import BoundTable
from bench.catalogue.catalogue import Catalogue
from bench.catalogue.check import check
from bench.catalogue.entries import CatalogueFile, ControlEntry
from bench.catalogue.errors import CatalogueError
from bench.catalogue.model import Actor, Control, Fault, Interface, Row
from bench.catalogue.origins import Origins
from bench.catalogue.read import Tables, read_tables
from bench.catalogue.rows import derived_row, printed_row
from bench.catalogue.vocabulary import Applicability, Objective

DATA = Path(__file__).parent / "data"

_Entry = TypeVar("_Entry")
_FAMILIES = "CIASPDL"


@cache
def load_catalogue(directory: Path | None = None) -> Catalogue:
    """The catalogue of ``directory``, or the project's own. Read once for each directory.

    Raises CatalogueError, naming file and key, for anything that the files state twice, that they refer to without
    stating it, or that the model does not know.
    """
    return _build(read_tables(directory or DATA))


def _build(tables: Tables) -> Catalogue:
    origins = Origins()

    def collect(
        table: str, pick: Callable[[CatalogueFile], tuple[_Entry, ...]], key: Callable[[_Entry], str]
    ) -> tuple[_Entry, ...]:
        entries = []
        for file, entry in tables.entries(pick):
            origins.add(table, key(entry), file)
            entries.append(entry)
        return tuple(entries)

    actors = collect("actor", lambda file: file.actor, lambda actor: actor.name)
    aliases = _aliases(actors, origins)
    processes = collect("process", lambda file: file.process, lambda process: process.number)
    catalogue = Catalogue(
        actors=actors,
        interfaces=_interfaces(tables, aliases, origins),
        links=collect("link", lambda file: file.link, lambda link: link.id),
        device_classes=collect("device_class", lambda file: file.device_class, lambda device: device.id),
        pics_items=collect("pics_item", lambda file: file.pics_item, lambda item: item.id),
        readings=collect("reading", lambda file: file.reading, lambda reading: reading.id),
        sections=collect("section", lambda file: file.section, lambda section: section.number),
        processes=processes,
        rows=_rows(tables, aliases, [process.number for process in processes], origins),
        controls=_controls(tables, origins),
        bounds=BoundTable(
            by_level=collect(
                "level_bound",
                lambda file: file.level_bound,
                lambda line: line.key,
            ),
            fixed=collect("fixed_bound", lambda file: file.fixed_bound, lambda line: line.name),
            functional=collect("functional_time", lambda file: file.functional_time, lambda line: line.name),
        ),
        faults=_in_register_order(collect("fault", lambda file: file.fault, lambda fault: fault.id)),
        subfunctions=collect("subfunction", lambda file: file.subfunction, lambda subfunction: str(subfunction.number)),
        estimates=collect("estimate", lambda file: file.estimate, lambda estimate: " ".join(map(str, estimate.key))),
        conformance=collect("conformance", lambda file: file.conformance, lambda case: case.id),
    )
    check(catalogue, origins)
    return catalogue


def _aliases(actors: Iterable[Actor], origins: Origins) -> dict[str, str]:
    names: dict[str, str] = {}
    for actor in actors:
        for name in {actor.name, actor.short, *actor.aliases}:
            if name in names:
                file = origins.file("actor", actor.name)
                raise CatalogueError(file, f"actor {actor.name}", f"{name!r} is also a name of {names[name]}")
            names[name] = actor.name
    return names


def _interfaces(tables: Tables, aliases: dict[str, str], origins: Origins) -> tuple[Interface, ...]:
    interfaces = []
    for file, entry in tables.entries(lambda file: file.interface):
        origins.add("interface", entry.id, file)
        unknown = [actor for actor in entry.actors if actor not in aliases]
        if unknown:
            raise CatalogueError(file, f"interface {entry.id}", f"unknown actor {unknown[0]!r}")
        actor1, actor2 = (aliases[actor] for actor in entry.actors)
        interfaces.append(Interface(id=entry.id, printed=entry.actors, actor1=actor1, actor2=actor2))
    return tuple(interfaces)


def _rows(tables: Tables, aliases: dict[str, str], processes: list[str], origins: Origins) -> tuple[Row, ...]:
    """Printed rows in the paper's order, the derived rows of a process after its printed ones."""
    rows: dict[str, Row] = {}
    for file, entry in tables.entries(lambda file: file.row):
        origins.add("row", entry.id, file)
        rows[entry.id] = printed_row(entry, aliases, file)
    waiting = list(tables.entries(lambda file: file.derived))
    for file, derived in waiting:
        origins.add("row", derived.id, file)
    while waiting:
        ready = [(file, derived) for file, derived in waiting if derived.level_from in rows]
        if not ready:
            file, derived = waiting[0]
            raise CatalogueError(file, f"derived {derived.id}: level_from", f"no row {derived.level_from!r}")
        for file, derived in ready:
            rows[derived.id] = derived_row(derived, rows[derived.level_from], aliases, file)
        waiting = [(file, derived) for file, derived in waiting if derived.id not in rows]
    for row in rows.values():
        unknown = [number for number in row.processes if number not in processes]
        if unknown:
            raise CatalogueError(origins.file("row", row.id), f"row {row.id}", f"no process {unknown[0]!r}")
    return tuple(sorted(rows.values(), key=lambda row: (processes.index(row.processes[0]), row.derived, row.line or 0)))


def _controls(tables: Tables, origins: Origins) -> tuple[Control, ...]:
    controls = []
    for file, entry in tables.entries(lambda file: file.control):
        origins.add("control", entry.id, file)
        controls.append(_control(entry, file))
    order = list(Objective)
    return tuple(sorted(controls, key=lambda control: order.index(control.objective)))


def _control(entry: ControlEntry, file: str) -> Control:
    links: dict[str, Applicability] = {}
    for link, applicability in entry.links.pairs():
        if link in links:
            raise CatalogueError(file, f"control {entry.id}: links", f"link {link!r} is named twice")
        links[link] = applicability
    return Control(
        id=entry.id,
        title=entry.title,
        objective=entry.objective,
        when=entry.when,
        kind=entry.kind,
        risk=entry.risk,
        technique=entry.technique,
        criterion=entry.criterion,
        faults=entry.faults,
        sources=entry.sources,
        level=entry.level,
        only_interfaces=entry.only_interfaces,
        only_seats=entry.only_seats,
        stimulus_depends_on_level=entry.stimulus_depends_on_level,
        bounds=entry.bounds,
        links=links,
        exceptions=entry.exceptions,
    )


def _in_register_order(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """By family (confidentiality, integrity, availability, system, functional, demand response,
    protocol conformance of links), then by number."""

    def place(fault: Fault) -> tuple[int, int]:
        match = re.fullmatch(r"F-([CIASPDL])(\d+)", fault.id)
        return (_FAMILIES.index(match[1]), int(match[2])) if match else (len(_FAMILIES), 0)

    return tuple(sorted(faults, key=place))
