"""The lab configs that the project ships can be read and have no contradiction."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bench.access.stated import every_problem
from bench.catalogue.load import load_catalogue
from bench.lab.checks import Severity, check_lab
from bench.lab.config import load_device, load_lab

FOLDER = Path(__file__).parents[3] / "lab_configs"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_every_station_can_be_read(path: Path) -> None:
    assert load_lab(path).seats


@pytest.mark.parametrize("path", sorted((FOLDER / "devices").glob("*.toml")), ids=lambda path: path.name)
def test_every_device_can_be_read(path: Path) -> None:
    assert load_device(path).identity.model


@pytest.mark.parametrize("path", sorted(FOLDER.glob("example-*.toml")), ids=lambda path: path.name)
def test_the_examples_of_real_stations_lack_only_their_secrets(path: Path) -> None:
    problems = every_problem(load_lab(path), catalogue=load_catalogue())
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    assert [str(problem) for problem in wrong if ": secret " not in problem.where] == []


def test_the_example_of_a_real_station_lacks_only_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = load_lab(FOLDER / "example-serial-meter.toml")
    problems = [problem for problem in check_lab(lab, today=date(2026, 6, 1)) if problem.severity is Severity.ERROR]
    assert {problem.where for problem in problems} == {f"seats.meter: secret {key}" for key in ("guek", "gak", "kek")}
