"""Whether everything that the catalogue refers to is there, and whether what it says in two places agrees."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.check_row import check_row
from bench.catalogue.model import Control, Fault
from bench.catalogue.origins import Origins
from bench.catalogue.references import every_reference, matches
from bench.catalogue.vocabulary import FIRST_SUITE, LINKS_WITHOUT_ROWS, Objective


def check(catalogue: Catalogue, origins: Origins) -> None:
    """Raises CatalogueError, naming file and key, for the first reference that leads nowhere or contradicts."""
    known = _Known(catalogue)
    for device in catalogue.device_classes:
        _all_known(origins, "device_class", device.id, "actors", device.actors, known.actors)
    for process in catalogue.processes:
        _all_known(origins, "process", process.number, "section", [process.section], known.sections)
        _all_known(origins, "process", process.number, "readings", process.readings, known.readings)
    for row in catalogue.rows:
        check_row(catalogue, row, origins)
    for control in catalogue.controls:
        _check_control(catalogue, control, known, origins)
    _check_bounds(catalogue, known, origins)
    for case in catalogue.conformance:
        _all_known(origins, "conformance", case.id, "link", [case.link], known.links | LINKS_WITHOUT_ROWS)
    for fault in catalogue.faults:
        _check_fault(fault, known, origins)
    for subfunction in catalogue.subfunctions:
        key = str(subfunction.number)
        _all_known(origins, "subfunction", key, "seats", subfunction.seats, known.actors)
        _all_known(origins, "subfunction", key, "links", subfunction.links, known.links)
        places = [place.rpartition("/") for place in subfunction.at]
        _all_known(origins, "subfunction", key, "at", [actor for actor, _, _ in places], known.actor_names)
        _all_known(origins, "subfunction", key, "at", [port.partition(":")[0] for *_, port in places], known.links)
        _all_known(origins, "subfunction", key, "controls", subfunction.controls, known.controls)
        _all_known(origins, "subfunction", key, "processes", subfunction.processes, known.processes)
        _all_known(origins, "subfunction", key, "faults", subfunction.faults, known.faults)
    for estimate in catalogue.estimates:
        key = " ".join(map(str, estimate.key))
        _all_known(origins, "estimate", key, "control", {estimate.control} - {""}, known.controls)
        _all_known(origins, "estimate", key, "process", {estimate.process} - {"", FIRST_SUITE}, known.suites)
        _all_known(origins, "estimate", key, "link", [estimate.link], known.links | LINKS_WITHOUT_ROWS)
        if bool(estimate.control) is bool(estimate.process):
            raise origins.error("estimate", key, "control", "an estimate is for a control or for a process")
    _check_agreement(catalogue, known, origins)


class _Known:
    """The ids of every table, for the checks."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.actors = {actor.name for actor in catalogue.actors}
        self.actor_names = self.actors | {actor.short for actor in catalogue.actors}
        self.sections = {section.number for section in catalogue.sections}
        self.readings = {reading.id for reading in catalogue.readings}
        self.links = {link.id for link in catalogue.links}
        self.items = {item.id for item in catalogue.pics_items}
        self.devices = {device.id for device in catalogue.device_classes}
        self.interfaces = {interface.id for interface in catalogue.interfaces}
        self.processes = {process.number for process in catalogue.processes}
        self.suites = self.processes | {case.process for case in catalogue.conformance}
        self.suites |= {subfunction.process for subfunction in catalogue.subfunctions}
        self.controls = {control.id for control in catalogue.controls}
        self.faults = {fault.id for fault in catalogue.faults}
        self.subfunctions = {str(subfunction.number) for subfunction in catalogue.subfunctions}
        self.references = every_reference(catalogue)


def _all_known(origins: Origins, table: str, key: str, field: str, used: Iterable[str], known: Collection[str]) -> None:
    for name in used:
        if name not in known:
            raise origins.error(table, key, field, f"{name!r} does not exist")


def _check_control(catalogue: Catalogue, control: Control, known: _Known, origins: Origins) -> None:
    _all_known(origins, "control", control.id, "faults", control.faults, known.faults)
    _all_known(origins, "control", control.id, "only_seats", control.only_seats, known.actors)
    _all_known(origins, "control", control.id, "only_interfaces", control.only_interfaces, known.interfaces)
    names = (*control.bounds, *control.stimulus_depends_on_level)
    _all_known(origins, "control", control.id, "bounds", names, catalogue.bounds.names)
    of_system = control.objective is Objective.SYSTEM
    if of_system is not (control.level is None):
        raise origins.error("control", control.id, "level", "the system's controls, and only they, have none")
    _all_known(origins, "control", control.id, "links", control.links, known.links)
    missing = set() if of_system else known.links - set(control.links)
    if missing:
        raise origins.error("control", control.id, "links", f"nothing is said of {min(missing)!r}")
    for exception in control.exceptions:
        _all_known(origins, "control", control.id, "exceptions", [exception.link], known.links | {"any"})
        _all_known(origins, "control", control.id, "exceptions", [exception.declared], known.items)


def _check_bounds(catalogue: Catalogue, known: _Known, origins: Origins) -> None:
    for line in catalogue.bounds.by_level:
        if line.link is not None:
            _all_known(origins, "level_bound", line.key, "link", [line.link], known.links)
        allowed = {"control", *(objective.value for objective in Objective)} - {Objective.SYSTEM.value}
        _all_known(origins, "level_bound", line.key, "level_of", [line.level_of], allowed)
    for fixed in catalogue.bounds.fixed:
        _all_known(origins, "fixed_bound", fixed.name, "controls", fixed.controls, known.controls)
    for time in catalogue.bounds.functional:
        _all_known(origins, "functional_time", time.name, "processes", time.processes, known.processes)


def _check_fault(fault: Fault, known: _Known, origins: Origins) -> None:
    _all_known(origins, "fault", fault.id, "device", fault.devices, known.devices)
    _all_known(origins, "fault", fault.id, "links", fault.links, known.links | LINKS_WITHOUT_ROWS)
    _all_known(origins, "fault", fault.id, "processes", fault.processes, known.processes)
    _all_known(origins, "fault", fault.id, "subfunctions", map(str, fault.subfunctions), known.subfunctions)
    _all_known(origins, "fault", fault.id, "detected_by", fault.detected_by, known.references)
    if not fault.detected_by:
        raise origins.error("fault", fault.id, "detected_by", "no test detects it")
    for pattern in fault.may_also_fail:
        if not any(matches(pattern, reference) for reference in known.references):
            raise origins.error("fault", fault.id, "may_also_fail", f"{pattern!r} matches no test")
    for process in fault.processes:
        if f"functional:{process}" not in fault.detected_by:
            raise origins.error("fault", fault.id, "processes", f"functional:{process} does not detect it")


def _check_agreement(catalogue: Catalogue, known: _Known, origins: Origins) -> None:
    """A control names the faults that it detects, and a fault the controls that detect it."""
    for control in catalogue.controls:
        for identity in control.faults:
            if control.id not in catalogue.fault(identity).detected_by:
                raise origins.error("control", control.id, "faults", f"{identity} is not detected by it")
    for fault in catalogue.faults:
        for reference in fault.detected_by:
            if reference in known.controls and fault.id not in catalogue.control(reference).faults:
                raise origins.error("fault", fault.id, "detected_by", f"{reference} does not name it")
