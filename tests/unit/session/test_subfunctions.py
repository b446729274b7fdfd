"""The suites of the demand response life cycle: how they are chosen, planned, placed and referred to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.catalogue.catalogue import Catalogue
from bench.catalogue.load import load_catalogue
from bench.keywords.implemented import implemented
from bench.keywords.plan_of import whole_plan
from bench.lab.config import Lab, lab_of_run
from bench.report.order import place_of
from bench.session.plan import PlannedTest, with_seat
from bench.session.request import Request
from bench.session.running import processes_to_run
from bench.session.subfunctions import KIND, is_subfunction, number_of, place

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def lab() -> Lab:
    return lab_of_run(LAB)


def test_every_subfunction_has_a_suite_whose_tests_name_it(catalogue: Catalogue) -> None:
    covered = implemented().subfunctions
    assert set(covered) == {one.number for one in catalogue.subfunctions}


@pytest.mark.parametrize("wanted", ["5.3", "5.3.dr"])
def test_a_section_takes_all_of_them(wanted: str) -> None:
    suites = processes_to_run(Request(lab=LAB, processes=(wanted,)))
    assert sum(map(is_subfunction, suites)) == 17


def test_one_is_taken_by_its_number() -> None:
    suites = processes_to_run(Request(lab=LAB, processes=("5.3.dr.03",)))
    assert [one for one in suites if one != "0"] == ["5.3.dr.03"]


def test_their_tests_are_planned_at_the_catalogues_place_or_their_own(catalogue: Catalogue, lab: Lab) -> None:
    request = Request(lab=LAB, processes=("5.3.dr.03",))
    plan = whole_plan(catalogue, lab, request, processes_to_run(request))
    own = [test for test in plan if test.process == "5.3.dr.03"]
    assert {test.kind for test in own} == {KIND}
    assert {test.reference for test in own} == {"subfunction:3"}
    assert {(test.iut, test.port) for test in own} >= {("esi", "han"), ("esi", "headend"), ("cems", "esi")}
    assert all(test.counts and not test.added for test in own)


def test_a_station_without_the_place_keeps_the_test_in_its_plan(catalogue: Catalogue) -> None:
    elsewhere = lab_of_run(LAB.with_name("emulated-c1218.toml"))
    test = PlannedTest(name="a test", process="5.3.dr.03", kind=KIND)
    assert with_seat(catalogue, elsewhere, test).iut == ""
    assert place(catalogue, elsewhere, ["ESI/sep2:server"]) is None


def test_they_are_sorted_behind_the_processes_of_their_section() -> None:
    ordered = ["5.3.4", "5.3.dr.01", "5.3.dr.17", "6.1", "interfaces/dlms"]
    shuffled = ["5.3.dr.17", "interfaces/dlms", "5.3.4", "6.1", "5.3.dr.01"]
    assert sorted(shuffled, key=place_of) == ordered
    assert number_of("5.3.dr.17") == 17
