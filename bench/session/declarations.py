"""The first suite of a run: what is declared of each device under test, against what it shows.

It is no business process of the white paper and has the number 0 before them. It runs unless the request names
controls, interfaces or tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.catalogue.vocabulary import CONFORMANCE
from bench.declarations.registry import installed_topics
from bench.session.plan import PlannedTest, control_tests, seating
from bench.session.request import DECLARATIONS
from bench.session.subfunctions import is_subfunction

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.lab.config import Lab
    from bench.session.request import Request

KIND = "declaration"


def added_tests(catalogue: Catalogue, lab: Lab, request: Request, process: str) -> list[PlannedTest]:
    """What the selector adds to the suite of ``process``: its control tests, or the comparisons of the first suite;
    nothing to one of protocol conformance or of a subfunction."""
    if process == DECLARATIONS:
        return list(declaration_tests(catalogue, lab, request))
    if process.startswith(CONFORMANCE) or is_subfunction(process):
        return []
    return control_tests(catalogue, lab, request, process)


def declaration_tests(catalogue: Catalogue, lab: Lab, request: Request) -> Iterator[PlannedTest]:
    """The comparisons of every seat that the selected processes judge, in the order of the lab config."""
    judged = _judged(catalogue, lab, request)
    for name, seat in lab.seats.items():
        if name not in judged or seat.device is None:
            continue
        for link in dict.fromkeys(port.carries for port in seat.links.values()):
            for topic in installed_topics().get(link, ()):
                if topic.needs and topic.needs not in seat.device.pixit:
                    continue
                yield PlannedTest(
                    name=f"{name} {topic.name} as declared",
                    process=DECLARATIONS,
                    kind=KIND,
                    link=link,
                    iut=name,
                    self_test=seat.emulated,
                )


def _judged(catalogue: Catalogue, lab: Lab, request: Request) -> set[str]:
    every = request.processes == (DECLARATIONS,)
    found = set()
    for row in catalogue.rows:
        if every or any(request.wants_process(process) for process in row.processes):
            place = seating(lab, row)
            if place is not None:
                found.add(place.seat)
    return found
