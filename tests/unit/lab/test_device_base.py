"""Device files that begin with what another one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.lab.config import load_device
from bench.lab.strict import LabConfigError

BASE = """
kind = "meter"
title = "First unit"
seeded_faults = ["F-I1"]

[identity]
manufacturer = "M"
model = "A"
serial = "1"

[pics]
supported = ["display"]

[pixit]
nominal_voltage_v = 230.0
lockout = { tries = 3, seconds = 900 }

[secrets]
key = "emulated:first/key"
"""
UNIT = """
extends = "base.toml"
kind = "meter"

[identity]
manufacturer = "M"
model = "A"
serial = "2"

[pixit]
lockout = { tries = 5 }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.toml").write_text(BASE)
    (tmp_path / "unit.toml").write_text(UNIT)
    return tmp_path


def test_a_unit_takes_over_its_type_and_changes_single_entries(folder: Path) -> None:
    unit = load_device(folder / "unit.toml")
    assert unit.pixit == {"nominal_voltage_v": 230.0, "lockout": {"tries": 5, "seconds": 900}}
    assert unit.pics.supported == {"display"}
    assert unit.title == "First unit"


def test_what_belongs_to_one_unit_is_not_taken_over(folder: Path) -> None:
    unit = load_device(folder / "unit.toml")
    assert (unit.identity.serial, dict(unit.secrets), unit.seeded_faults) == ("2", {}, ())


def test_a_chain_of_bases_is_refused(folder: Path) -> None:
    (folder / "third.toml").write_text('extends = "unit.toml"\nkind = "meter"\n')
    with pytest.raises(LabConfigError, match="takes over from another file itself"):
        load_device(folder / "third.toml")


def test_a_base_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "lost.toml").write_text('extends = "nowhere.toml"\nkind = "meter"\n')
    with pytest.raises(LabConfigError, match=r"nowhere\.toml.*cannot be read"):
        load_device(folder / "lost.toml")
