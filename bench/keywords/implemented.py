"""What the installed suites, probes and exchanges cover, for `bench.catalogue.coverage`."""

from __future__ import annotations

from collections.abc import Iterable

from robot.running import TestSuite

from bench.catalogue.coverage import Implemented
from bench.catalogue.vocabulary import LIFE_CYCLE
from bench.controls.registry import installed_probes
from bench.exchanges.registry import installed_exchanges
from bench.keywords.selector import PROCESS_METADATA, row_of
from bench.session.conformance import suites
from bench.session.runner import suites_directory
from bench.session.subfunctions import number_of

FUNCTIONAL = "functional"


def implemented() -> Implemented:
    """Functional tests by process and row, probes by control and link, the rows that suites reach, and the cases
    of protocol conformance."""
    functional: dict[tuple[str, str, str], str] = {}
    processes: set[str] = set()
    for path in sorted(suites_directory().glob("*.robot")):
        suite = TestSuite.from_file_system(path, allow_empty_suite=True)
        process = suite.metadata.get(PROCESS_METADATA)
        if process is None:
            continue
        processes.add(process)
        for test in suite.tests:
            if row := row_of(test):
                functional.setdefault((process, row, FUNCTIONAL), f"{path.name}: {test.name}")
    probes = {key: probe.stimulus.__module__ for key, probe in installed_probes().items()}
    return Implemented(functional, probes, set(_reached(processes)), dict(_conformance()), dict(_subfunctions()))


def _subfunctions() -> Iterable[tuple[int, str]]:
    """Number and first test of each subfunction that has a suite."""
    for path in sorted(suites_directory().glob(f"{LIFE_CYCLE}.*.robot"), reverse=True):
        for test in reversed(list(TestSuite.from_file_system(path, allow_empty_suite=True).tests)):
            yield number_of(path.name.partition("_")[0]), f"{path.name}: {test.name}"


def _conformance() -> Iterable[tuple[str, str]]:
    """Case and test of protocol conformance: the case is the first word of the test's name."""
    for name, path in suites(suites_directory()).items():
        for test in TestSuite.from_file_system(path, allow_empty_suite=True).tests:
            yield test.name.split(maxsplit=1)[0], f"{name}.robot: {test.name}"


def _reached(processes: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    """(process, row, link) of every row with an exchange in a process that has a suite."""
    for process in processes:
        for row, link in installed_exchanges():
            if row.startswith(process + "/"):
                yield process, row, link
