"""Which rows and controls of the whole catalogue have a test, and which are gaps.

A need is one test that a row asks for on one of its links: its functional test, or a control. The functional test of
a row is one whatever the link; a control is needed once for each link, and again at an advisory level. Beside the
rows stand the controls of the whole system, the demand-response subfunctions and the cases of protocol conformance.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.demand import Demand, controls_for
from bench.catalogue.model import Row
from bench.catalogue.references import conformance_reference, subfunction_reference
from bench.catalogue.vocabulary import Applicability, Objective

FUNCTIONAL = "functional"
SYSTEM_LINK = "system"

FunctionalKey = tuple[str, str, str]
ProbeKey = tuple[str, str]


class Status(StrEnum):
    """``COVERED`` by a test; ``GAP``: it needs one; ``PROTOCOL`` and ``NOT_APPLICABLE`` are decided without one."""

    COVERED = "covered"
    GAP = "gap"
    PROTOCOL = "fail (protocol)"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Need:
    """One test that the catalogue asks for.

    ``process`` and ``row`` are empty for a control of the system and for a subfunction, ``link`` for a functional
    test. ``test`` is ``functional``, a control id or ``subfunction:<number>``; ``covered_by`` names what covers it.
    """

    process: str
    row: str
    derived: bool
    test: str
    link: str
    level: str
    advisory: bool
    status: Status
    covered_by: str
    reason: str

    @property
    def of_conformance(self) -> bool:
        """Whether it is a case of protocol conformance."""
        return self.test.startswith(conformance_reference(""))

    def to_dict(self) -> dict[str, str | bool]:
        """The need as a JSON object."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Implemented:
    """What exists: functional tests by (process, row id, ``functional``), probes by (control id, link).

    ``rows`` are the rows that suites reach, as (process, row id, link); None: all of them. Both others may be
    mappings to the names of the tests; of plain sets the names are made from the keys. A control of the system is the
    key (control id, ``system``). ``conformance`` maps cases, ``subfunctions`` numbers to the names of their tests.
    """

    functional: Collection[FunctionalKey]
    probes: Collection[ProbeKey]
    rows: Collection[tuple[str, str, str]] | None = None
    conformance: Mapping[str, str] = field(default_factory=dict)
    subfunctions: Mapping[int, str] = field(default_factory=dict)

    def functional_test(self, process: str, row: str) -> str:
        """The name of the functional test, or ``""`` if there is none."""
        key = (process, row, FUNCTIONAL)
        return _name(self.functional, key, f"functional test of {process}")

    def reaches(self, process: str, row: Row, link: str) -> bool:
        """Whether a suite reaches the row on ``link``."""
        return self.rows is None or (process, row.id, link) in self.rows

    def probe(self, test: str, link: str) -> str:
        """The name of the probe, or ``""`` if there is none."""
        return _name(self.probes, (test, link), f"{test} on {link}")


def coverage(catalogue: Catalogue, implemented: Implemented) -> tuple[Need, ...]:
    """Every need of every row, printed rows first in the paper's order within each process, then the system's."""
    needs: list[Need] = []
    for process in catalogue.processes:
        for row in catalogue.rows_of(process.number, derived=True):
            needs.append(_functional(process.number, row, implemented))
            for link in row.links:
                demands = controls_for(catalogue, row, link=link)
                needs.extend(_control(process.number, demand, implemented) for demand in demands)
    needs.extend(_beside_rows(catalogue, implemented))
    return tuple(needs)


def _name(keys: Collection[tuple[str, ...]], key: tuple[str, ...], default: str) -> str:
    if key not in keys:
        return ""
    return str(keys[key]) if isinstance(keys, Mapping) else default


def _functional(process: str, row: Row, implemented: Implemented) -> Need:
    name = implemented.functional_test(process, row.id)
    return Need(
        process=process,
        row=row.id,
        derived=row.derived,
        test=FUNCTIONAL,
        link="",
        level="",
        advisory=False,
        status=Status.COVERED if name else Status.GAP,
        covered_by=name,
        reason="" if name else "no functional test of the row",
    )


def _control(process: str, demand: Demand, implemented: Implemented) -> Need:
    status, name, reason = Status.NOT_APPLICABLE, "", demand.reason
    if demand.fails_by_protocol:
        status = Status.PROTOCOL
    elif demand.applicability is Applicability.APPLIES:
        name = implemented.probe(demand.control.id, demand.link)
        missing = f"no probe on {demand.link}"
        if name and not implemented.reaches(process, demand.row, demand.link):
            name, missing = "", f"the bench has no exchange or no suite for this row on {demand.link}"
        status = Status.COVERED if name else Status.GAP
        reason = demand.reason if name else f"{missing}; {demand.reason}"
    return Need(
        process=process,
        row=demand.row.id,
        derived=demand.row.derived,
        test=demand.control.id,
        link=demand.link,
        level=demand.level.value,
        advisory=demand.advisory,
        status=status,
        covered_by=name,
        reason=reason,
    )


def _beside_rows(catalogue: Catalogue, implemented: Implemented) -> Iterator[Need]:
    tests = {
        control.id: implemented.probe(control.id, SYSTEM_LINK)
        for control in catalogue.controls
        if control.objective is Objective.SYSTEM
    }
    tests |= {
        subfunction_reference(one.number): implemented.subfunctions.get(one.number, "")
        for one in catalogue.subfunctions
    }
    for test, name in tests.items():
        yield Need(
            process="",
            row="",
            derived=False,
            test=test,
            link=SYSTEM_LINK,
            level="",
            advisory=test in {control.id for control in catalogue.controls},
            status=Status.COVERED if name else Status.GAP,
            covered_by=name,
            reason="" if name else "no test of it",
        )
    for case in catalogue.conformance:
        name = implemented.conformance.get(case.id, "")
        yield Need(
            process=case.process,
            row="",
            derived=False,
            test=conformance_reference(case.id),
            link=case.link,
            level="",
            advisory=False,
            status=Status.COVERED if name else Status.GAP,
            covered_by=name,
            reason="" if name else "no test of it",
        )


@dataclass(frozen=True)
class Tally:
    """How many needs of one group a test has to cover, and how many are covered."""

    group: str
    needs: int
    covered: int


def tally(needs: Collection[Need], group: Callable[[Need], str]) -> tuple[Tally, ...]:
    """The needs that a test has to cover, counted by ``group``, in the order in which the groups first appear."""
    groups: dict[str, list[Need]] = {}
    for need in needs:
        if need.status in (Status.COVERED, Status.GAP):
            groups.setdefault(group(need), []).append(need)
    return tuple(
        Tally(
            group=name,
            needs=len(members),
            covered=sum(need.status is Status.COVERED for need in members),
        )
        for name, members in groups.items()
    )


def summary(needs: Collection[Need]) -> dict[str, dict[str, int]]:
    """Counts by status of the printed rows' verdicts, of advisory runs, of derived rows, of what no row carries, and of
    protocol conformance."""
    parts: dict[str, dict[str, int]] = {
        part: {status.value: 0 for status in Status}
        for part in ("printed", "advisory", "derived", "system", "conformance")
    }
    for need in needs:
        parts[_part(need)][need.status.value] += 1
    return parts


def _part(need: Need) -> str:
    if need.of_conformance:
        return "conformance"
    if not need.row:
        return "system"
    if need.derived:
        return "derived"
    return "advisory" if need.advisory else "printed"
