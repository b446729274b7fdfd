"""What the installed suites, probes and exchanges cover, for `bench.catalogue.coverage`."""

from __future__ import annotations

from robot.running import TestSuite

from bench.catalogue.coverage import Implemented
from bench.controls.registry import installed_probes
from bench.exchanges.registry import installed_exchanges
from bench.keywords.selector import PROCESS_METADATA, row_of
from bench.session.runner import suites_directory

FUNCTIONAL = "functional"


def implemented() -> Implemented:
    """Functional tests by (process, row, ``functional``) and probes by (control, link), with the names of what covers
    them."""
    functional: dict[tuple[str, str, str], str] = {}
    processes: set[str] = set()
    for path in sorted(suites_directory().glob("*.robot")):
        suite = TestSuite.from_file_system(path)
        process = suite.metadata.get(PROCESS_METADATA)
        processes |= {process} if process is not None else set()
        for test in suite.tests:
            if process is not None and (row := row_of(test)):
                functional.setdefault((process, row, FUNCTIONAL), f"{path.name}: {test.name}")
    reached = {
        (process, row, link) for row, link in installed_exchanges() for process in processes if row.startswith(process
        + "/") } probes = {key: probe.stimulus.__module__ for key, probe in installed_probes().items()} return
        Implemented(functional, probes, reached)
