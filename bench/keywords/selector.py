"""The selector: adds to each business process's suite the control tests that its rows demand.

It is a Robot Framework *parser* for ``.robot`` files (``--parser
bench.keywords.selector.Selector:LAB[:name=value]...``): the tests exist before ``--test``, ``--include`` and an IDE
choose among them, which a pre-run modifier would be too late for. Each added test stands on the line of its row's tag
in the suite, so that an IDE can jump there, and runs one keyword, ``Run Control``.

A suite belongs to a process by its metadata ``Process    3.4.3``; one of protocol conformance has ``Link`` instead, and
gets its path for a process. Any other suite passes unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from robot.api.interfaces import Parser, TestDefaults
from robot.running import TestCase, TestSuite

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.load import load_catalogue
from bench.lab.config import lab_of_run
from bench.session.conformance import INTERFACE_METADATA, LINK_METADATA, is_wanted, name_of
from bench.session.conformance import KIND as CONFORMANCE_KIND
from bench.session.declarations import KIND as DECLARATION
from bench.session.declarations import added_tests
from bench.session.plan import PlannedTest, selected, with_seat
from bench.session.request import REQUEST_VARIABLE, Request, read_request, request_from_arguments
from bench.session.runner import suites_directory
from bench.session.subfunctions import AT_TAG, is_subfunction
from bench.session.subfunctions import KIND as SUBFUNCTION_KIND

PROCESS_METADATA = "Process"
SELECTOR_METADATA = "Selector"
PLANNED_METADATA = "Planned control tests"


class Selector(Parser):
    """Parses suites as Robot does and adds the planned control tests."""

    extension = "robot"

    def __init__(self, *arguments: str) -> None:
        self._arguments = ":".join(arguments)
        self._request = current_request(arguments)
        self._catalogue = load_catalogue()
        self._lab = lab_of_run(self._request.lab)

    def parse(self, source: Path, defaults: TestDefaults) -> TestSuite:
        suite = TestSuite.from_file_system(source, allow_empty_suite=True)
        for test in suite.tests:
            defaults.set_to(test)
        name_conformance(suite, source, self._catalogue)
        process = suite.metadata.get(PROCESS_METADATA)
        if process is None:
            return suite
        if not self._wants(suite, process):
            suite.tests.clear()
            return suite
        lines = row_lines(suite.tests)
        keep_selected(suite, self._catalogue, self._request)
        self._keep_parts(suite)
        planned = selected(added_tests(self._catalogue, self._lab, self._request, process), self._request)
        for test in planned:
            add_test(suite, test, lines.get(test.row, 1))
        suite.metadata[SELECTOR_METADATA] = self._arguments
        suite.metadata[PLANNED_METADATA] = str(len(planned))
        return suite

    def _keep_parts(self, suite: TestSuite) -> None:
        """Drop what other workers of the run do."""
        if self._request.parts:
            own = {test.name: planned_functional(suite, test) for test in suite.tests}
            placed = [with_seat(self._catalogue, self._lab, test) for test in own.values() if test is not None]
            kept = {test.name for test in selected(placed, self._request)}
            suite.tests = [test for test in suite.tests if test.name in kept]

    def _wants(self, suite: TestSuite, process: str) -> bool:
        links = suite.metadata.get(LINK_METADATA)
        if links is None:
            return self._request.wants_process(process)
        return is_wanted(self._lab, self._request, process, suite.metadata.get(INTERFACE_METADATA, ""), links)

    def parse_init(self, source: Path, defaults: TestDefaults) -> TestSuite:
        return TestSuite.from_file_system(source, allow_empty_suite=True)


def name_conformance(suite: TestSuite, source: Path, catalogue: Catalogue) -> None:
    """Give a suite of protocol conformance its path for a process, and its tests what an engineer chooses them by.

    What a test says of itself follows what the catalogue says that the protocol asks.
    """
    links = suite.metadata.get(LINK_METADATA)
    if links is None:
        return
    suite.metadata[PROCESS_METADATA] = name_of(source.resolve(), suites_directory())
    cases = {case.id: case for case in catalogue.conformance}
    for test in suite.tests:
        test.tags.add([CONFORMANCE_KIND, f"link:{links.split()[0].rpartition('/')[2].partition(':')[0]}"])
        if case := cases.get(test.name.split(maxsplit=1)[0]):
            test.doc = f"{case.requirement} {test.doc}\n\n{case.source}".strip()


def keep_selected(suite: TestSuite, catalogue: Catalogue, request: Request) -> None:
    """Drop functional tests where the request names controls, interfaces or tests that leave them out."""
    if request.controls:
        suite.tests.clear()
    elif request.interfaces and LINK_METADATA not in suite.metadata:
        rows = {row.id for row in catalogue.rows if request.wants_interface(row.interface)}
        suite.tests = [test for test in suite.tests if row_of(test) in rows]
    if request.tests:
        suite.tests = [test for test in suite.tests if test.name in request.tests]


def current_request(arguments: Sequence[str]) -> Request:
    """The request of this robot process: the file that ``amibench`` wrote, else the selector's own arguments."""
    path = os.environ.get(REQUEST_VARIABLE)
    return read_request(Path(path)) if path else request_from_arguments(arguments)


def row_of(test: TestCase) -> str:
    """The row id in a functional test's tag ``row:<id>``, or an empty string."""
    return next((str(tag)[4:] for tag in test.tags if str(tag).startswith("row:")), "")


def row_lines(tests: Sequence[TestCase]) -> dict[str, int]:
    """For each row, the line of its first functional test."""
    lines: dict[str, int] = {}
    for test in tests:
        lines.setdefault(row_of(test), test.lineno or 1)
    return lines


def add_test(suite: TestSuite, planned: PlannedTest, line: int) -> None:
    """Add one test, tagged by what an engineer would choose it by."""
    if planned.kind == DECLARATION:
        tags = [DECLARATION, f"seat:{planned.iut}", f"link:{planned.link}"]
        test = suite.tests.create(name=planned.name, tags=tags, lineno=line)
        test.body.create_keyword(name="Compare Declared With Seen", args=[planned.name], lineno=line)
        return
    tags = [f"row:{planned.row}", f"control:{planned.control}", f"level:{planned.level}", f"link:{planned.link}"]
    if planned.excluded:
        tags.append(planned.excluded)
    test = suite.tests.create(name=planned.name, tags=tags, lineno=line)
    test.body.create_keyword(
        name="Run Control", args=[planned.row, planned.control, planned.level, planned.link], lineno=line
    )


def planned_functional(suite: TestSuite, test: TestCase) -> PlannedTest | None:
    """The plan's entry for a test that stands in a suite; None for a test that was added.

    The link of a case of protocol conformance is that of its suite's metadata, until it has its seat; that of a test of
    a subfunction is the place in its tag.
    """
    tags = {str(tag) for tag in test.tags}
    if DECLARATION in tags or any(tag.startswith("control:") for tag in tags):
        return None
    excluded = next((tag for tag in ("extension", "derived", "advisory") if tag in tags), "")
    process = suite.metadata[PROCESS_METADATA]
    if is_subfunction(process):
        at = next((tag.removeprefix(AT_TAG) for tag in map(str, test.tags) if tag.startswith(AT_TAG)), "")
        return PlannedTest(name=test.name, process=process, kind=SUBFUNCTION_KIND, link=at, excluded=excluded)
    if links := suite.metadata.get(LINK_METADATA, ""):
        return PlannedTest(name=test.name, process=process, kind=CONFORMANCE_KIND, link=links, excluded=excluded)
    return PlannedTest(name=test.name, process=process, kind="functional", row=row_of(test), excluded=excluded)
