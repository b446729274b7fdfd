"""An observation names the instruments that it rests on, and whose calibration does not hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bench.evidence.journal import Journal
from bench.evidence.reading import read_journal
from bench.lab.readings import InstrumentReadings
from bench.lab.station_model import CalibrationTable, InstrumentTable
from bench.session.recorder import Recorder
from drivers.clock import FreeClock

IDENTITY = {"manufacturer": "Example", "model": "PA 1", "serial": "7"}


def table(**settings: Any) -> InstrumentTable:
    return InstrumentTable(kind="power_analyser", identity=IDENTITY, **settings)  # type: ignore[arg-type]


def calibrated(performed: date, due: date) -> InstrumentTable:
    certificate = CalibrationTable(certificate="C-1", laboratory="Example", performed=performed, due=due)
    return table(resource="GPIB::1::INSTR", calibration=certificate)


def readings(one: InstrumentTable) -> tuple[InstrumentReadings, Any, Any]:
    analyser, meter = SimpleNamespace(readings=3), SimpleNamespace(readings=0)
    opened = cast(Any, {"analyser": analyser, "dmm": meter})
    return InstrumentReadings({"analyser": one, "dmm": table(seat="dmm")}, opened), analyser, meter


def test_what_was_read_since_the_observation_before() -> None:
    behind, analyser, meter = readings(table(seat="analyser"))
    behind.begin()
    assert behind.behind(measured=False) == ()
    analyser.readings += 1
    assert behind.behind(measured=False) == ("analyser",)
    meter.readings += 2
    assert behind.behind(measured=False) == ("dmm",)
    assert behind.behind(measured=False) == ()
    assert behind.behind(measured=True) == ("analyser", "dmm")
    behind.begin()
    assert behind.behind(measured=True) == ()


@pytest.mark.parametrize(
    ("one", "doubt"),
    [
        (calibrated(date(2025, 1, 1), date(2026, 1, 1)), ""),
        (calibrated(date(2025, 1, 1), date(2025, 6, 1)), "the calibration of analyser was due on 2025-06-01"),
        (calibrated(date(2025, 12, 1), date(2026, 6, 1)), "analyser was calibrated only later"),
        (table(resource="GPIB::1::INSTR"), "analyser has no calibration"),
        (table(seat="analyser"), ""),
    ],
)
def test_whose_calibration_does_not_hold(one: InstrumentTable, doubt: str) -> None:
    at = datetime(2025, 8, 15, tzinfo=UTC).timestamp()
    assert readings(one)[0].doubt("analyser", at) == doubt


def test_the_journal_has_both(tmp_path: Path) -> None:
    behind, analyser, _meter = readings(table(resource="GPIB::1::INSTR"))
    with Journal(tmp_path) as journal:
        recorder = Recorder(journal, "3.4.3 test", FreeClock(), behind)
        behind.begin()
        analyser.readings += 1
        seen = recorder.observe("current", 0.004, unit="A", standard_uncertainty=0.001)
    assert seen.instruments == ("analyser",)
    assert seen.doubts == ("analyser has no calibration",)
    assert read_journal(journal.path).observation(0) == seen
