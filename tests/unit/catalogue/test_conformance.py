"""The cases of protocol conformance: each has a test, a fault that it must detect, and a suite that can be placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.catalogue.coverage import Status, coverage, summary
from bench.catalogue.load import load_catalogue
from bench.keywords.implemented import implemented
from bench.lab.config import load_lab
from bench.session import conformance
from bench.session.request import Request
from bench.session.runner import suites_directory

LABS = Path(__file__).parents[3] / "lab_configs"
EMULATED = LABS / "emulated.toml"


def test_every_case_has_a_test_and_every_test_a_case() -> None:
    cases = {case.id: case.process for case in load_catalogue().conformance}
    tests = {case: name.split(".robot: ")[0] for case, name in implemented().conformance.items()}
    assert tests == cases


def test_every_case_is_detected_by_a_fault() -> None:
    catalogue = load_catalogue()
    detected = {reference for fault in catalogue.faults for reference in fault.detected_by}
    of_cases = {reference for reference in detected if reference.startswith("conformance:")}
    assert of_cases == {f"conformance:{case.id}" for case in catalogue.conformance}


def test_the_faults_of_links_are_numbered_without_a_gap() -> None:
    numbers = [int(fault.id[3:]) for fault in load_catalogue().faults if fault.id.startswith("F-L")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_coverage_counts_the_cases_apart() -> None:
    needs = coverage(load_catalogue(), implemented())
    assert summary(needs)["conformance"][Status.COVERED.value] == len(load_catalogue().conformance)
    assert not [need for need in needs if need.of_conformance and need.status is Status.GAP]


def test_every_suite_names_interfaces_of_the_catalogue() -> None:
    known = {interface.id for interface in load_catalogue().interfaces}
    for path in conformance.suites(suites_directory()).values():
        metadata = dict(conformance._METADATA.findall(path.read_text(encoding="utf-8")))
        assert set(metadata[conformance.INTERFACE_METADATA].split()) <= known, path
        assert metadata[conformance.LINK_METADATA], path


@pytest.mark.parametrize(
    ("links", "port"),
    [
        ("dlms:hdlc dlms:mode_e", "hdlc"),
        ("dlms:mode_e dlms:hdlc", "optical"),
        ("iec62056_21:mode_a dlms:wrapper", "tcp"),
        ("dlms", "tcp"),
    ],
)
def test_a_suite_is_run_at_the_first_port_that_it_names(links: str, port: str) -> None:
    place = conformance.place(load_lab(EMULATED), links)
    assert place == conformance.Place("meter1", port, "dlms", True)


def test_a_suite_that_no_port_of_the_station_carries_is_not_run() -> None:
    lab = load_lab(EMULATED)
    assert conformance.place(lab, "c1218") is None
    assert not any(name.startswith("interfaces/c1218") for name in wanted())


def wanted(**selection: tuple[str, ...]) -> set[str]:
    request = Request(lab=EMULATED, **selection)  # type: ignore[arg-type]
    return set(conformance.wanted_suites(suites_directory(), load_lab(EMULATED), request))


def test_a_selection_takes_suites_by_interface_and_by_the_beginning_of_their_path() -> None:
    assert "interfaces/dlms/hdlc_frames" in wanted()
    assert "interfaces/dlms/hdlc_frames" in wanted(interfaces=("AMI-28",))
    assert wanted(interfaces=("AMI-30",)) == set()
    assert wanted(processes=("3",)) == wanted(controls=("I-H1",)) == set()
    assert wanted(processes=("interfaces/dlms/hdlc_frames",)) == {"interfaces/dlms/hdlc_frames"}
    assert wanted(processes=("interfaces",)) == wanted()
