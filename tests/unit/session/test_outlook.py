"""Before a run on a real device: what it will take, from the catalogue, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.catalogue.load import load_catalogue
from bench.catalogue.model import Cost, Estimate
from bench.commands.outlook import duration, lines
from bench.lab.config import load_lab
from bench.session.outlook import outlook
from bench.session.plan import PlannedTest, control_tests
from bench.session.request import Request

LABS = Path(__file__).parents[3] / "lab_configs"
REAL = load_lab(LABS / "example-serial-meter.toml")
REQUEST = Request(REAL.path, allow=("locks",))
ROW = "3.4.3/AMI-28/HE-Meter"


def planned(name: str, control: str = "", **fields: object) -> PlannedTest:
    kind = "control" if control else "functional"
    test = PlannedTest(name, "3.4.3", kind, row=ROW, control=control, level="high", link="dlms", iut="meter")
    return replace(test, **fields)  # type: ignore[arg-type]


def catalogue_with(*estimates: Estimate):  # type: ignore[no-untyped-def]
    return replace(load_catalogue(), estimates=estimates)


REPLAY = Estimate(
    control="I-H1",
    link="dlms",
    commands=True,
    quick=Cost(seconds=100.0, acts={"mains": 2, "cover": 1}, relay_operations=4),
    full=Cost(seconds=1000.0, relay_operations=40),
)
GUESSING = Estimate(control="I-M3", link="dlms", quick=Cost(seconds=9999.0, lock_outs=2))


def test_costs_of_the_profile_add_up() -> None:
    plan = [planned("replay", "I-H1"), planned("guessing", "I-M3")]
    quick = outlook(catalogue_with(REPLAY, GUESSING), REAL, REQUEST, plan)
    full = outlook(catalogue_with(REPLAY, GUESSING), REAL, replace(REQUEST, profile="full"), plan)
    assert (quick.relay_operations, quick.lock_outs) == (4, 2)
    assert full.relay_operations == 40
    assert full.seconds > quick.seconds


def test_no_test_is_thought_to_wait_beyond_the_allowance() -> None:
    found = outlook(catalogue_with(GUESSING), REAL, REQUEST, [planned("guessing", "I-M3")])
    assert found.seconds == REAL.table.allowance_s
    assert found.too_long == 1


def test_an_act_with_a_relay_needs_no_hand() -> None:
    found = outlook(catalogue_with(REPLAY), REAL, REQUEST, [planned("replay", "I-H1")])
    assert found.prompts == {"cover": 1}


def test_what_only_judges_another_test_costs_nothing() -> None:
    plan = [planned("guessing on one row", "I-M3"), planned("guessing on another", "I-M3", row="3.4.1/AMI-28/HE-Meter")]
    assert outlook(catalogue_with(GUESSING), REAL, REQUEST, plan).lock_outs == 2


def test_a_withheld_control_is_named_and_costs_nothing() -> None:
    plan = [planned("guessing", "I-M3", withheld="its risk is 'locks'")]
    found = outlook(catalogue_with(GUESSING), REAL, replace(REQUEST, allow=()), plan)
    assert found.lock_outs == 0
    assert "  withheld    I-M3: --allow locks runs them" in list(lines(REAL, REQUEST, found))


def test_a_test_that_nobody_estimated_is_counted_as_that() -> None:
    assert outlook(catalogue_with(), REAL, REQUEST, [planned("works")]).unestimated == 1


def test_emulated_seats_cost_nothing() -> None:
    assert outlook(catalogue_with(REPLAY), REAL, REQUEST, [planned("replay", "I-H1", self_test=True)]).tests == 0


@pytest.mark.parametrize(("seconds", "words"), [(45.0, "45 s"), (720.0, "12 min"), (11400.0, "3 h 10 min")])
def test_a_duration_is_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_on_a_real_device_what_locks_comes_last() -> None:
    catalogue = load_catalogue()
    tests = control_tests(catalogue, REAL, REQUEST, "3.4.3")
    risks = [str(catalogue.control(test.control).risk) for test in tests]
    first = risks.index("locks")
    assert "safe" not in risks[first:]
    assert "alters" not in risks[first:]
    assert risks[-1] == "destructive"


def test_in_emulation_the_order_is_the_papers() -> None:
    lab = load_lab(LABS / "emulated.toml")
    controls = [test.control for test in control_tests(load_catalogue(), lab, Request(lab.path), "3.4.3")]
    assert controls.index("C-L3") < controls.index("I-L1")
