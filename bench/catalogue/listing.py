"""What ``amibench list`` shows: each table of the catalogue as JSON objects.

Texts of the paper are given as printed, levels as ``low``, ``medium`` or ``high``. A derived row has empty strings
for what the paper does not print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.catalogue.bounds import ByLevel, FixedBound, LevelBound, Trials, Value
from bench.catalogue.catalogue import Catalogue
from bench.catalogue.levels import Levels
from bench.catalogue.model import Control, Row
from bench.catalogue.references import conformance_reference, subfunction_reference

Item = dict[str, Any]


def list_processes(catalogue: Catalogue) -> list[Item]:
    """The 61 processes, with how many rows each has."""
    sections = {section.number: section.title for section in catalogue.sections}
    return [
        {
            "number": process.number,
            "title": process.title,
            "section": process.section,
            "section_title": sections[process.section],
            "observable": process.observable.value,
            "criterion": process.criterion,
            "means": process.means,
            "notes": process.notes,
            "readings": list(process.readings),
            "rows": [row.id for row in catalogue.rows_of(process.number)],
            "derived_rows": [row.id for row in catalogue.rows_of(process.number, derived=True) if row.derived],
            "faults": [fault.id for fault in catalogue.functional_faults(process.number)],
        }
        for process in catalogue.processes
    ]


def list_rows(catalogue: Catalogue) -> list[Item]:
    """The printed rows in the paper's order, the derived rows of each process after its printed ones."""
    return [_row(row) for row in catalogue.rows]


def _row(row: Row) -> Item:
    return {
        "id": row.id,
        "process": row.process,
        "processes": list(row.processes),
        "label": row.label,
        "interface": row.interface,
        "printed_interface": row.printed_interface,
        "printed_actor1": row.printed_actor1,
        "printed_actor2": row.printed_actor2,
        "actor1": row.actor1,
        "actor2": row.actor2,
        "sent": row.sent,
        "returned": row.returned,
        "printed_levels": row.printed_levels,
        **_levels(row.levels),
        "line": row.line,
        "derived": row.derived,
        "derived_kind": row.derived_kind.value if row.derived_kind else None,
        "level_from": row.level_from,
        "why": row.why,
        "predicates": sorted(row.predicates),
        "links": list(row.links),
        "iut_ends": [end.value for end in row.iut_ends],
        "witness": list(row.witness),
        "advisory": _levels(row.advisory) if row.advisory else None,
        "direction_note": row.direction_note,
        "alternative_to": list(row.alternative_to),
        "extra_controls": list(row.extra_controls),
        "compensating": row.compensating,
        "paths": [list(path) for path in row.paths],
        "readings": list(row.readings),
    }


def _levels(levels: Levels) -> Item:
    return {
        "confidentiality": levels.confidentiality.value,
        "integrity": levels.integrity.value,
        "availability": levels.availability.value,
    }


def list_controls(catalogue: Catalogue) -> list[Item]:
    """The 60 controls with their bounds by level and profile."""
    return [_control(catalogue, control) for control in catalogue.controls]


def _control(catalogue: Catalogue, control: Control) -> Item:
    names = dict.fromkeys((*control.stimulus_depends_on_level, *control.bounds))
    bounds = [_level_bound(line) for name in names for line in catalogue.bounds.by_level if line.name == name]
    bounds += [_fixed_bound(line) for line in catalogue.bounds.fixed if control.id in line.controls]
    return {
        "id": control.id,
        "title": control.title,
        "objective": control.objective.value,
        "level": control.level.value if control.level else None,
        "when": sorted(control.when),
        "only_interfaces": sorted(control.only_interfaces),
        "only_seats": sorted(control.only_seats),
        "kind": control.kind.value,
        "risk": control.risk.value,
        "technique": control.technique,
        "criterion": control.criterion,
        "stimulus_depends_on_level": list(control.stimulus_depends_on_level),
        "bounds": bounds,
        "links": {link: applicability.value for link, applicability in control.links.items()},
        "exceptions": [
            {"link": item.link, "declared": item.declared, "becomes": item.becomes.value} for item in control.exceptions
        ],
        "sources": [{"text": source.text, "verified": source.verified} for source in control.sources],
        "verified": all(source.verified for source in control.sources),
        "faults": list(control.faults),
    }


def list_bounds(catalogue: Catalogue) -> list[Item]:
    """Every bound: by level, of single controls, and the functional times."""
    items = [_level_bound(line) for line in catalogue.bounds.by_level]
    items += [_fixed_bound(line) for line in catalogue.bounds.fixed]
    items += [
        {
            "name": line.name,
            "meaning": line.meaning,
            "unit": line.unit,
            "limit": line.limit.value,
            "basis": line.basis.value,
            "processes": list(line.processes),
            "full": _value(line.full),
        }
        for line in catalogue.bounds.functional
    ]
    return items


def _level_bound(line: LevelBound) -> Item:
    return {
        "name": line.name,
        "meaning": line.meaning,
        "unit": line.unit,
        "limit": line.limit.value,
        "basis": line.basis.value,
        "level_of": line.level_of,
        "link": line.link,
        "transport": line.transport,
        "subject": line.subject,
        "full": _by_level(line.full),
        "quick": _by_level(line.quick) if line.quick else None,
        "proposal": line.proposal,
    }


def _by_level(values: ByLevel) -> Item:
    return {"low": _value(values.low), "medium": _value(values.medium), "high": _value(values.high)}


def _fixed_bound(line: FixedBound) -> Item:
    return {
        "name": line.name,
        "meaning": line.meaning,
        "unit": line.unit,
        "limit": line.limit.value,
        "basis": line.basis.value,
        "controls": list(line.controls),
        "full": _value(line.full),
        "quick": _value(line.quick),
        "proposal": line.proposal,
    }


def _value(value: Value | None) -> Any:
    if isinstance(value, Trials):
        return {"of": value.of, "at_least": value.at_least}
    return list(value) if isinstance(value, tuple) else value


def list_faults(catalogue: Catalogue) -> list[Item]:
    """The register of seeded faults."""
    return [
        {
            "id": fault.id,
            "title": fault.title,
            "device": fault.device,
            "also_devices": list(fault.also_devices),
            "links": list(fault.links),
            "processes": list(fault.processes),
            "subfunctions": list(fault.subfunctions),
            "detected_by": list(fault.detected_by),
            "may_also_fail": list(fault.may_also_fail),
            "minimum": fault.minimum,
        }
        for fault in catalogue.faults
    ]


def list_conformance(catalogue: Catalogue) -> list[Item]:
    """The cases of the protocol conformance suites, with the faults that each must detect."""
    return [
        {
            "id": case.id,
            "suite": case.process,
            "link": case.link,
            "requirement": case.requirement,
            "source": case.source,
            "verified": case.verified,
            "faults": [fault.id for fault in catalogue.faults if conformance_reference(case.id) in fault.detected_by],
        }
        for case in catalogue.conformance
    ]


def list_subfunctions(catalogue: Catalogue) -> list[Item]:
    """The demand-response subfunctions of section 5.3, with the faults that each must detect."""
    return [
        {
            "suite": one.process,
            "number": one.number,
            "title": one.title,
            "seats": list(one.seats),
            "links": list(one.links),
            "at": list(one.at),
            "criterion": one.criterion,
            "controls": list(one.controls),
            "processes": list(one.processes),
            "faults": [
                fault.id for fault in catalogue.faults if subfunction_reference(one.number) in fault.detected_by
            ],
        }
        for one in catalogue.subfunctions
    ]


def list_interfaces(catalogue: Catalogue) -> list[Item]:
    """The 45 interfaces, with the processes whose printed rows use each."""
    return [
        {
            "id": interface.id,
            "actor1": interface.actor1,
            "actor2": interface.actor2,
            "printed_actor1": interface.printed[0],
            "printed_actor2": interface.printed[1],
            "processes": list(
                dict.fromkeys(
                    process
                    for row in catalogue.printed_rows
                    if row.interface.split("/", 1)[0] == interface.id
                    for process in row.processes
                )
            ),
        }
        for interface in catalogue.interfaces
    ]


def list_actors(catalogue: Catalogue) -> list[Item]:
    """The actors with their aliases."""
    return [
        {
            "name": actor.name,
            "short": actor.short,
            "kind": actor.kind,
            "aliases": list(actor.aliases),
            "interfaces": [
                interface.id for interface in catalogue.interfaces if actor.name in (interface.actor1, interface.actor2)
            ],
        }
        for actor in catalogue.actors
    ]


def list_device_classes(catalogue: Catalogue) -> list[Item]:
    """The classes of emulated devices, the actors whose seats they take, and the faults that each can carry."""
    return [
        {
            "id": device.id,
            "title": device.title,
            "actors": list(device.actors),
            "faults": [fault.id for fault in catalogue.faults if device.id in fault.devices],
        }
        for device in catalogue.device_classes
    ]


def list_readings(catalogue: Catalogue) -> list[Item]:
    """The stated readings of the paper's inconsistencies, with the rows and processes that name each."""
    return [
        {
            "id": reading.id,
            "inconsistency": reading.inconsistency,
            "reading": reading.reading,
            "changes": [change.value for change in reading.changes],
            "rows": [row.id for row in catalogue.rows if reading.id in row.readings],
            "processes": [item.number for item in catalogue.processes if reading.id in item.readings],
        }
        for reading in catalogue.readings
    ]


LISTINGS: Mapping[str, Callable[[Catalogue], list[Item]]] = {
    "processes": list_processes,
    "rows": list_rows,
    "controls": list_controls,
    "faults": list_faults,
    "conformance": list_conformance,
    "subfunctions": list_subfunctions,
    "interfaces": list_interfaces,
    "actors": list_actors,
    "device_classes": list_device_classes,
    "bounds": list_bounds,
    "readings": list_readings,
}
