"""The plan holds back what could harm a real device, and names each test once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.catalogue.load import load_catalogue
from bench.lab.config import load_lab
from bench.session.plan import control_tests, seating, withheld
from bench.session.request import Request

LAB = Path(__file__).parents[3] / "lab_configs" / "emulated.toml"
REQUEST = Request(LAB, raise_to="high", derived=True)


@pytest.mark.parametrize("risk", ["locks", "destructive"])
def test_a_risk_needs_leave_by_name(risk: str) -> None:
    assert f"--allow {risk}" in withheld(risk, REQUEST)
    assert withheld(risk, replace(REQUEST, allow=(risk,))) == ""


@pytest.mark.parametrize("risk", ["safe", "alters"])
def test_what_is_harmless_needs_none(risk: str) -> None:
    assert withheld(risk, REQUEST) == ""


def test_nothing_is_held_back_in_emulation() -> None:
    tests = list(control_tests(load_catalogue(), load_lab(LAB), REQUEST, "3.4.3"))
    assert tests
    assert not any(test.withheld for test in tests)


@pytest.mark.parametrize("process", ["3.1.1", "3.1.2", "3.4.1", "3.4.3"])
def test_every_test_of_a_process_has_a_name_of_its_own(process: str) -> None:
    names = Counter(test.name for test in control_tests(load_catalogue(), load_lab(LAB), REQUEST, process))
    assert max(names.values()) == 1


@pytest.mark.parametrize(
    ("lab", "row", "expected"),
    [
        ("emulated.toml", "4.2.1/AMI-29/LMS-ESI", ("esi", "sep2")),
        ("emulated-openadr.toml", "4.2.1/AMI-29/LMS-ESI", ("esi", "openadr")),
        ("emulated-openadr.toml", "4.2.1/AMI-27/HE-ESI", ("esi", "openadr")),
        ("emulated-openadr.toml", "4.2.1/AMI-31/ESI-CEMS", ("cems", "openadr")),
        ("emulated-gateway.toml", "4.3.1/AMI-21/Aggr-ESI", ("esi", "office_https")),
    ],
)
def test_on_a_link_of_servers_and_followers_the_follower_is_judged(
    lab: str, row: str, expected: tuple[str, str] | None
) -> None:
    found = seating(load_lab(LAB.parent / lab), load_catalogue().row(row))
    assert (None if found is None else (found.seat, found.link)) == expected


@pytest.mark.parametrize(
    ("lab", "expected"),
    [
        ("emulated.toml", ("esi", "sep2")),
        ("emulated-charger.toml", ("charger", "ocpp")),
        ("emulated-wallbox.toml", ("wallbox", "modbus_tls")),
    ],
)
def test_a_seat_that_is_named_for_a_row_goes_before_all_others(lab: str, expected: tuple[str, str]) -> None:
    found = seating(load_lab(LAB.parent / lab), load_catalogue().row("4.2.1/AMI-33/ESI-EV"))
    assert found is not None
    assert (found.seat, found.link) == expected


def test_a_seat_that_is_there_for_some_interfaces_is_judged_on_no_others() -> None:
    lab, row = load_lab(LAB.parent / "emulated-openadr.toml"), load_catalogue().row("4.3.1/AMI-23/Aggr-DMS")
    found = seating(lab, row)
    assert found is not None
    assert (found.seat, found.link) == ("dms", "openadr")
    assert lab.seat("aggregator").iut
    others = {name: seat for name, seat in lab.seats.items() if name != "dms"}
    assert seating(dataclasses.replace(lab, seats=others), row) is None


def test_a_control_that_is_meant_for_the_other_end_is_judged_there() -> None:
    lab, catalogue = load_lab(LAB.parent / "emulated-charger.toml"), load_catalogue()
    tests = control_tests(catalogue, lab, replace(REQUEST, lab=lab.path, raise_to=None), "4.2.2")
    judged = {test.control: test.iut for test in tests if test.row == "4.2.2/AMI-33/ESI-EV"}
    assert judged["A-M7"] == "manager"
    assert {seat for control, seat in judged.items() if control != "A-M7"} == {"charger"}


def test_where_the_other_end_is_not_there_it_is_judged_nowhere() -> None:
    tests = control_tests(load_catalogue(), load_lab(LAB), REQUEST, "4.3.2")
    assert not [test for test in tests if test.control == "A-M7"]
