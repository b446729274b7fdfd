"""The plan: every test that should run, made before anything runs.

Functional tests come from the suites, control tests from the catalogue: each row of a selected process, each control
that its levels demand on the link that joins the ends. A test in the plan that ends without a verdict is reported as
not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from bench.catalogue.demand import controls_for
from bench.catalogue.references import conformance_reference, functional_reference, subfunction_reference
from bench.catalogue.vocabulary import Applicability, Level
from bench.exchanges.registry import installed_exchanges
from bench.lab.config import FOLLOWS, SERVES
from bench.session import conformance, subfunctions

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.catalogue.model import Control, Row
    from bench.lab.config import Lab, LabSeat
    from bench.session.request import Request


NEEDS_LEAVE = ("locks", "destructive")
"""Risks that a real device runs only when they are allowed by name."""


@dataclass(frozen=True)
class PlannedTest:
    """One test of the plan. ``name`` is unique in its process.

    ``kind`` is ``functional``, ``control``, ``declaration``, ``conformance`` or ``subfunction``; a functional test of a
    whole process has no row, a case of protocol conformance has its suite's path for ``process``. It and a test of a
    demand-response subfunction have the ``port`` at which they speak.
    ``iut`` is the seat that is judged. ``self_test`` says that this seat is the bench's own emulation. ``excluded`` is
    why the test does not count or does not run: empty, ``derived``, ``advisory``, ``extension`` or ``risk``.
    ``not_applicable`` carries a reason when the row's predicate or the PICS decide before the test.
    """

    name: str
    process: str
    kind: str
    row: str = ""
    control: str = ""
    level: str = ""
    link: str = ""
    iut: str = ""
    self_test: bool = False
    excluded: str = ""
    not_applicable: str = ""
    structural: str = ""
    withheld: str = ""
    port: str = ""

    @property
    def reference(self) -> str:
        """How a fault's ``detected_by`` names this test."""
        return reference_of(vars(self))

    @property
    def part(self) -> str:
        """What is judged on its seat in its suite; workers of a run share out such parts."""
        return f"{self.iut} {self.process}"

    @property
    def added(self) -> bool:
        """Whether the selector adds it, so that it stands in no suite."""
        return self.kind not in ("functional", conformance.KIND, subfunctions.KIND)

    @property
    def counts(self) -> bool:
        """Whether the verdict enters the run's verdict."""
        return not self.excluded

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reference_of(plan: Mapping[str, Any]) -> str:
    """How a fault's ``detected_by`` names the test with this entry in the plan."""
    if plan["kind"] == conformance.KIND:
        return conformance_reference(str(plan["name"]).split(maxsplit=1)[0])
    if plan["kind"] == subfunctions.KIND:
        return subfunction_reference(subfunctions.number_of(str(plan["process"])))
    return str(plan["control"]) if plan["kind"] == "control" else functional_reference(str(plan["process"]))


@dataclass(frozen=True)
class Seating:
    """Which seat of a station is judged on a row, and over which link of the catalogue the bench reaches it."""

    seat: str
    link: str
    emulated: bool


def seating(lab: Lab, row: Row) -> Seating | None:
    """The seat under test for ``row`` on this station, or None when the station has none.

    The end that answers is judged first (the row's second actor), since the bench can take the place of the one that
    asks; a link on which the bench can perform what happens on the row goes before one on which it cannot. On a link of
    servers and those who follow them, the bench takes the server's place, and the second actor follows. An end whose
    seat the lab config names for the row goes before all that.
    """
    possible = [
        Seating(seat.name, link, seat.emulated)
        for end, seat in _ends_under_test(lab, row)
        for link in row.links
        if seat.speaks(link) and not seat.only(SERVES, link) and not (end == "actor1" and seat.only(FOLLOWS, link))
    ]
    known = installed_exchanges()
    return next((one for one in possible if (row.id, one.link) in known), possible[0] if possible else None)


def _ends_under_test(lab: Lab, row: Row) -> list[tuple[str, LabSeat]]:
    ends = [end for end in ("actor2", "actor1") if end in row.iut_ends]
    seats = [(end, lab.seat_for_actor(getattr(row, end), row.links, row.interface, row.id)) for end in ends]
    found = [(end, seat) for end, seat in seats if seat is not None and seat.iut and _is_there_for(seat, row)]
    return sorted(found, key=lambda one: row.id not in one[1].table.rows)


def _is_there_for(seat: LabSeat, row: Row) -> bool:
    """Whether the lab config keeps the seat to no other interfaces than the row's."""
    table = seat.table
    return not table.interfaces or row.interface in table.interfaces or row.id in table.rows


def without_seat(lab: Lab, row: Row) -> str:
    """Why no seat of the station is judged on ``row``: there is none for its ends, or it speaks none of its links."""
    for actor in (row.actor2, row.actor1):
        seat = lab.seat_for_actor(actor)
        if seat is not None and seat.iut:
            spoken = " and ".join(sorted({port.carries for port in seat.links.values()})) or "no link"
            carried = " or ".join(row.links)
            return f"not run: {seat.name} ({actor}) is reached by {spoken}, and {row.id} is carried by {carried}"
    return f"the station has no seat under test for {row.id}"


def with_seat(catalogue: Catalogue, lab: Lab, test: PlannedTest) -> PlannedTest:
    """A test of a suite with the seat and link of its row, or the port of its link, where the station has one."""
    if test.kind in (conformance.KIND, subfunctions.KIND):
        at = _place(catalogue, lab, test)
        return replace(test, iut=at.seat, link=at.link, port=at.port, self_test=at.emulated) if at is not None else test
    seat = seating(lab, catalogue.row(test.row)) if test.row else None
    return replace(test, iut=seat.seat, link=seat.link, self_test=seat.emulated) if seat is not None else test


def _place(catalogue: Catalogue, lab: Lab, test: PlannedTest) -> conformance.Place | None:
    if test.kind == conformance.KIND:
        return conformance.place(lab, test.link)
    at = catalogue.subfunction(subfunctions.number_of(test.process)).at
    return subfunctions.place(catalogue, lab, [test.link] if test.link else at)


def control_tests(catalogue: Catalogue, lab: Lab, request: Request, process: str) -> list[PlannedTest]:
    """The control tests of one process on this station, in the order of the paper's rows.

    On a real device those come last that may lock a client of it out, and after them what may leave it unusable, so
    that no other test meets a device that is locked. Emulated devices begin each test afresh.
    """

    def gravity(test: PlannedTest) -> int:
        risk = str(catalogue.control(test.control).risk)
        return 0 if test.self_test or risk not in NEEDS_LEAVE else 1 + NEEDS_LEAVE.index(risk)

    return sorted(_control_tests(catalogue, lab, request, process), key=gravity)


def _control_tests(catalogue: Catalogue, lab: Lab, request: Request, process: str) -> Iterator[PlannedTest]:
    for row in catalogue.rows_of(process, derived=request.derived):
        if not request.wants_interface(row.interface):
            continue
        seat = seating(lab, row)
        if seat is None:
            continue
        declared = lab.declared(seat.seat)
        raise_to = Level(request.raise_to) if request.raise_to else None
        for demand in controls_for(catalogue, row, link=seat.link, declared=declared, raise_to=raise_to):
            if request.controls and demand.control.id not in request.controls:
                continue
            judged = judged_at(lab, row, demand.control, seat)
            if demand.applicability is Applicability.NONE or judged is None:
                continue
            structural = demand.reason if demand.fails_by_protocol else ""
            advisory = "advisory" if demand.advisory else ""
            yield PlannedTest(
                name=control_test_name(row, demand.control.id, demand.control.title, str(demand.level), advisory),
                process=process,
                kind="control",
                row=row.id,
                control=demand.control.id,
                level=str(demand.level),
                link=demand.link,
                iut=judged.seat,
                self_test=judged.emulated,
                excluded=advisory or ("derived" if row.derived else ""),
                structural=structural,
                withheld="" if judged.emulated else withheld(str(demand.control.risk), request),
            )


def judged_at(lab: Lab, row: Row, control: Control, seat: Seating) -> Seating | None:
    """Where a control of a row is judged: on the row's seat, unless it is meant for other seats.

    Then it is judged on the row's other end, where that is under test too and serves the link; None: nowhere.
    """
    if not _not_for(control, lab.seat(seat.seat)):
        return seat
    others = (other for _end, other in _ends_under_test(lab, row) if other.only(SERVES, seat.link))
    return next(
        (Seating(other.name, seat.link, other.emulated) for other in others if not _not_for(control, other)), None
    )


def _not_for(control: Control, seat: LabSeat) -> bool:
    """Whether a control of the link or the device, which is about no message of the row, is meant for other seats."""
    return control.kind != "message" and bool(control.only_seats) and seat.table.actor not in control.only_seats


def withheld(risk: str, request: Request) -> str:
    """Why a control of this risk does not run on a real device; empty when it may."""
    if risk not in NEEDS_LEAVE or risk in request.allow:
        return ""
    return f"its risk is {risk!r}: on a real device it runs only with --allow {risk}"


def control_test_name(row: Row, control: str, title: str, level: str, advisory: str) -> str:
    """``AMI-28 HE-Meter I-H1 Replay refused``; an advisory run carries its level, since the row has another one."""
    _process, interface_and_ends = row.id.split("/", 1)
    suffix = f" (advisory {level})" if advisory else ""
    return f"{interface_and_ends.replace('/', ' ')} {control} {title}{suffix}"


def selected(tests: Iterable[PlannedTest], request: Request) -> list[PlannedTest]:
    """Those of ``tests`` that the request names, by name or by part; all of them when it names none."""
    names, parts = set(request.tests), set(request.parts)
    return [test for test in tests if (not names or test.name in names) and (not parts or test.part in parts)]
