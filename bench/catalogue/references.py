"""References to tests in the fault register: a control id, ``functional:<process>``, ``subfunction:<number>`` or
``conformance:<case>``."""

from __future__ import annotations

from enum import StrEnum

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.model import Fault


class Expectation(StrEnum):
    """What a seeded fault does to the verdict of one test."""

    MUST_FAIL = "must fail"
    MAY_FAIL = "may fail"
    UNCHANGED = "unchanged"


def functional_reference(process: str) -> str:
    """The reference to the functional tests of a process."""
    return f"functional:{process}"


def conformance_reference(case: str) -> str:
    """The reference to a case of the protocol conformance suites."""
    return f"conformance:{case}"


def subfunction_reference(number: int) -> str:
    """The reference to the tests of a demand-response subfunction."""
    return f"subfunction:{number}"


def every_reference(catalogue: Catalogue) -> frozenset[str]:
    """Every test that a fault can refer to."""
    return frozenset(
        [
            *(control.id for control in catalogue.controls),
            *(functional_reference(process.number) for process in catalogue.processes),
            *(subfunction_reference(subfunction.number) for subfunction in catalogue.subfunctions),
            *(conformance_reference(case.id) for case in catalogue.conformance),
        ]
    )


def matches(pattern: str, reference: str) -> bool:
    """Whether ``reference`` is ``pattern``, or begins with what stands before its final ``*``."""
    if pattern.endswith("*"):
        return reference.startswith(pattern[:-1])
    return reference == pattern


def expectation(fault: Fault, reference: str) -> Expectation:
    """What ``fault`` does to the test ``reference``; a change where it is UNCHANGED is a false failure."""
    if reference in fault.detected_by:
        return Expectation.MUST_FAIL
    if any(matches(pattern, reference) for pattern in fault.may_also_fail):
        return Expectation.MAY_FAIL
    return Expectation.UNCHANGED
