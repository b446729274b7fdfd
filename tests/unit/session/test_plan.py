"""The plan holds back what could harm a real device, and names each test once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.catalogue.load import load_catalogue
from bench.lab.config import load_lab
from bench.session.plan import control_tests, withheld
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
