"""Which meter stands behind the office systems of a station; a test that needs one skips where there is none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from robot.api import SkipExecution

from bench.keywords import process
from bench.keywords.process import ProcessLibrary
from bench.lab.config import load_lab

LABS = Path(__file__).parents[3] / "lab_configs"


@pytest.fixture
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ProcessLibrary:
    """A library at a test of a row between office systems, on the station of the lab config."""
    station = SimpleNamespace(lab=load_lab(LABS / request.param))
    planned = SimpleNamespace(iut="mdms", link="office_https", row="3.1.1/AMI-10/MDMS-HE")
    row = SimpleNamespace(interface="AMI-10")
    catalogue = SimpleNamespace(row=lambda _name: row)
    session = SimpleNamespace(station=station, planned=planned, catalogue=catalogue)
    monkeypatch.setattr(process, "current_session", lambda: session)
    return ProcessLibrary()


@pytest.mark.parametrize("library", ["emulated.toml"], indirect=True)
def test_the_meter_under_test_stands_behind_the_office_systems(library: ProcessLibrary) -> None:
    assert library.meter.seat == "meter1"
    assert library.meter_called == "67983921"


@pytest.mark.parametrize("library", ["emulated-gateway.toml"], indirect=True)
def test_what_takes_a_meters_place_on_one_interface_is_none_and_the_test_is_skipped(library: ProcessLibrary) -> None:
    with pytest.raises(SkipExecution, match="the station has no seat for Meter"):
        _ = library.meter
    with pytest.raises(SkipExecution, match="the station has no seat for Meter"):
        _ = library.meter_called
