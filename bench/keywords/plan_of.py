"""The whole plan of some suites: their functional tests and the control tests of their processes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from robot.running import TestSuite

from bench.keywords.selector import keep_selected, name_conformance, planned_functional
from bench.session.declarations import added_tests
from bench.session.plan import PlannedTest, with_seat

if TYPE_CHECKING:
    from bench.catalogue.catalogue import Catalogue
    from bench.lab.config import Lab
    from bench.session.request import Request


def whole_plan(catalogue: Catalogue, lab: Lab, request: Request, suites: Mapping[str, Path]) -> list[PlannedTest]:
    """Every test that the suites (by process number) would run for the request."""
    plan: list[PlannedTest] = []
    for process, path in suites.items():
        suite = TestSuite.from_file_system(path, allow_empty_suite=True)
        name_conformance(suite, path, catalogue)
        keep_selected(suite, catalogue, request)
        functional = [test for one in suite.tests if (test := planned_functional(suite, one)) is not None]
        plan += [with_seat(catalogue, lab, test) for test in functional]
        plan += added_tests(catalogue, lab, request, process)
    return plan
