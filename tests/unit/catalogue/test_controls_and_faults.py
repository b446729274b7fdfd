"""The 60 controls and the register of 217 seeded faults, those of other series apart."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.catalogue import Catalogue, Kind, Level, Objective, Predicate, load_catalogue
from bench.catalogue.references import Expectation, every_reference, expectation, matches

# The smallest set that touches every control once, by family.
MINIMUM = {
    "C": [1, 3, 5, 7, 9, 10, 12, 14, 15, 17, 18, 20, 22, 29],
    "I": [1, 3, 4, 7, 8, 9, 10, 12, 14, 16, 18, 19, 22, 24, 26, 28, 30, 37, 38, 40, 41, 42, 43],
    "A": [1, 3, 5, 7, 9, 10, 11, 13, 14, 15, 16, 17, 18, 20, 22, 25, 26],
    "S": [1, 2, 4, 5, 6],
    "P": [47],
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_sixty_controls_by_objective_and_level(catalogue: Catalogue) -> None:
    assert len(catalogue.controls) == 60
    assert Counter(control.objective for control in catalogue.controls) == {
        Objective.CONFIDENTIALITY: 14,
        Objective.INTEGRITY: 23,
        Objective.AVAILABILITY: 17,
        Objective.SYSTEM: 6,
    }
    ids = Counter(control.id[2] for control in catalogue.controls if control.objective is not Objective.SYSTEM)
    assert ids == {"L": 13, "M": 19, "H": 22}


def test_a_control_applies_from_the_level_in_its_id_but_for_two(catalogue: Catalogue) -> None:
    letters = {"L": Level.LOW, "M": Level.MEDIUM, "H": Level.HIGH}
    rows = [control for control in catalogue.controls if control.level is not None]
    others = {control.id for control in rows if letters[control.id[2]] is not control.level}
    assert others == {"I-H11", "I-H12"}
    assert {catalogue.control(identity).level for identity in others} == {Level.MEDIUM}


def test_every_control_has_its_texts_sources_and_faults(catalogue: Catalogue) -> None:
    for control in catalogue.controls:
        assert control.title
        assert control.technique
        assert control.criterion
        assert control.sources
        assert control.faults


def test_only_system_controls_are_of_the_system(catalogue: Catalogue) -> None:
    for control in catalogue.controls:
        of_system = control.id.startswith("S-")
        assert (control.kind is Kind.SYSTEM) is of_system
        assert (control.when == {Predicate.SYSTEM}) is of_system
        assert bool(control.links) is not of_system


def test_unverified_sources_are_marked(catalogue: Catalogue) -> None:
    unverified = {source.text for control in catalogue.controls for source in control.sources if not source.verified}
    assert "engineering judgement, ours" in unverified
    assert any("NISTIR 7628" in text for text in unverified)
    assert not any("SP 800-53" in text for text in unverified)


REGISTER = {"C": 29, "I": 43, "A": 26, "S": 6, "P": 99, "D": 17}
"""How far the requirements number the faults of a family, with some gaps; what the bench adds is numbered beyond."""


def test_two_hundred_and_seventeen_faults_by_family(catalogue: Catalogue) -> None:
    families = Counter(fault.id[2] for fault in catalogue.faults if is_registered(fault.id))
    assert families == {"C": 29, "I": 43, "A": 26, "S": 5, "P": 99, "D": 15}
    assert families.total() == 217


def is_registered(fault: str) -> bool:
    """Whether a fault is one of the requirements' register."""
    return int(fault[3:]) <= REGISTER.get(fault[2], 0)


def test_every_fault_is_detected_by_a_test_that_exists(catalogue: Catalogue) -> None:
    known = every_reference(catalogue)
    for fault in catalogue.faults:
        assert fault.detected_by
        assert set(fault.detected_by) <= known, fault.id


def test_every_process_and_subfunction_has_a_fault_of_its_own(catalogue: Catalogue) -> None:
    detecting = {reference for fault in catalogue.faults for reference in fault.detected_by}
    assert {f"functional:{process.number}" for process in catalogue.processes} <= detecting
    assert {f"subfunction:{number}" for number in range(1, 18)} <= detecting
    assert [subfunction.number for subfunction in catalogue.subfunctions] == list(range(1, 18))


def test_the_minimum_set_touches_every_control_once(catalogue: Catalogue) -> None:
    minimum = [fault for fault in catalogue.faults if fault.minimum]
    expected = {f"F-{family}{number}" for family, numbers in MINIMUM.items() for number in numbers}
    assert {fault.id for fault in minimum} == expected
    controls = {control.id for control in catalogue.controls}
    touched = Counter(reference for fault in minimum for reference in fault.detected_by if reference in controls)
    assert touched == dict.fromkeys(controls, 1)


def test_a_faults_links_are_links_on_which_its_control_is_tested(catalogue: Catalogue) -> None:
    for fault in catalogue.faults:
        detecting = [
            catalogue.control(name)
            for name in fault.detected_by
            if name in dict.fromkeys(control.id for control in catalogue.controls)
        ]
        for control in detecting:
            declared = {item.link for item in control.exceptions if item.becomes == "applies"}
            never = [link for link in fault.links if control.links[link] == "none" and link not in declared]
            assert not never, (fault.id, control.id, never)


def test_the_faults_of_a_process_are_those_its_functional_test_must_detect(catalogue: Catalogue) -> None:
    assert [fault.id for fault in catalogue.functional_faults("3.4.1")] == ["F-I24", "F-P22", "F-P89"]
    assert [fault.id for fault in catalogue.functional_faults("3.4.3")] == ["F-P24", "F-P25"]


@pytest.mark.parametrize(
    ("fault", "reference", "expected"),
    [
        ("F-I19", "I-H1", Expectation.MUST_FAIL),
        ("F-I19", "I-M6", Expectation.MAY_FAIL),
        ("F-I19", "functional:3.4.1", Expectation.UNCHANGED),
        ("F-I24", "functional:3.4.1", Expectation.MUST_FAIL),
        ("F-P3", "functional:3.4.6", Expectation.MAY_FAIL),
        ("F-A2", "C-L1", Expectation.MAY_FAIL),
    ],
)
def test_what_a_fault_does_to_a_test(catalogue: Catalogue, fault: str, reference: str, expected: Expectation) -> None:
    assert expectation(catalogue.fault(fault), reference) is expected


@pytest.mark.parametrize(
    ("pattern", "reference", "matching"),
    [
        ("functional:3.1.*", "functional:3.1.2", True),
        ("functional:3.1.*", "functional:3.2.1", False),
        ("I-H1", "I-H1", True),
        ("I-H1", "I-H10", False),
        ("I-*", "I-H10", True),
    ],
)
def test_only_a_final_star_stands_for_more(pattern: str, reference: str, matching: bool) -> None:
    assert matches(pattern, reference) is matching
