"""Readings, identities, calibrations, and what a current log says about a switch operation."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from drivers.scpi.errors import GarbledAnswerError
from drivers.scpi.measurement import Calibration, CurrentLog, InstrumentIdentity, LogPoint, Measurement

IDENTITY = InstrumentIdentity("Maker", "PA-1", "0007", "2.1")


def log_of(*points: tuple[float, float]) -> CurrentLog:
    return CurrentLog(tuple(LogPoint(at, current, 0.001) for at, current in points), 0.0003, IDENTITY)


def test_identity_has_the_fields_of_the_answer() -> None:
    assert InstrumentIdentity.parse('Maker, PA-1,"0007",2.1,b') == InstrumentIdentity("Maker", "PA-1", "0007", "2.1,b")


@pytest.mark.parametrize("answer", ["", "Maker", "Maker,PA-1", ",,,", "230.1"])
def test_what_is_no_identity_is_refused(answer: str) -> None:
    with pytest.raises(GarbledAnswerError):
        InstrumentIdentity.parse(answer)


def test_identity_matches_on_declared_fields_only() -> None:
    assert IDENTITY.matches(InstrumentIdentity("MAKER", "pa-1", "0007"))
    assert not IDENTITY.matches(InstrumentIdentity("Maker", "PA-1", "0008"))
    assert not IDENTITY.matches(InstrumentIdentity("Maker", "PA-1", "0007", "2.2"))


def test_calibration_holds_on_both_of_its_days_and_not_outside() -> None:
    calibration = Calibration("C-1", "Lab", date(2026, 1, 5), date(2026, 12, 31))

    def at(year: int, month: int, day: int, hour: int) -> float:
        return datetime(year, month, day, hour, tzinfo=UTC).timestamp()

    assert calibration.valid_at(at(2026, 1, 5, 0))
    assert calibration.valid_at(at(2026, 12, 31, 23))
    assert not calibration.valid_at(at(2026, 1, 4, 23))
    assert not calibration.valid_at(at(2027, 1, 1, 0))


def test_calibration_due_before_it_was_performed_is_refused() -> None:
    with pytest.raises(ValueError, match="C-1"):
        Calibration("C-1", "Lab", date(2026, 1, 5), date(2025, 1, 5))


def test_measurement_prints_its_expanded_uncertainty() -> None:
    assert str(Measurement(230.02, "V", 0.091, 0.0, IDENTITY)) == "230.02 V ± 0.18 V (k=2)"


def test_opening_is_the_time_from_which_the_current_stays_away() -> None:
    log = log_of((10.0, 5.0), (10.1, 0.001), (10.2, 4.9), (10.3, 0.002), (10.4, 0.0))
    assert log.first_below(0.01, after=10.0) == 10.3


def test_current_that_comes_back_at_the_end_is_no_opening() -> None:
    assert log_of((10.0, 5.0), (10.1, 0.001), (10.2, 5.0)).first_below(0.01, after=10.0) is None


def test_opening_before_the_order_does_not_count() -> None:
    log = log_of((10.0, 5.0), (10.1, 0.0), (10.2, 0.0))
    assert log.first_below(0.01, after=10.15) == 10.2


def test_closing_is_the_time_from_which_the_current_stays() -> None:
    assert log_of((10.0, 0.0), (10.1, 5.0), (10.2, 0.0), (10.3, 5.0)).first_above(1.0, after=10.0) == 10.3


def test_empty_log_knows_neither() -> None:
    assert log_of().first_above(1.0, after=0.0) is None
    assert log_of().first_below(1.0, after=0.0) is None
