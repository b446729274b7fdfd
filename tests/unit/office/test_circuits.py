"""A location against the course of a circuit."""

from __future__ import annotations

import pytest

from fixtures.office.headend.circuits import SERVICE_LENGTH_M, off_circuit_m

COURSE = ((48.0, 11.0), (48.0, 11.1))
_DEGREE_M = 111_195.0


@pytest.mark.parametrize("position", [(48.0, 11.0), (48.0, 11.05), (48.0 + 50.0 / _DEGREE_M, 11.05)])
def test_on_the_course_or_a_service_away_is_not_off(position: tuple[float, float]) -> None:
    assert off_circuit_m(position, COURSE) == 0.0


@pytest.mark.parametrize("east", [11.02, 11.1])
def test_aside_is_off_by_what_exceeds_a_service(east: float) -> None:
    off = off_circuit_m((48.0 + 500.0 / _DEGREE_M, east), COURSE)
    assert off == pytest.approx(500.0 - SERVICE_LENGTH_M, abs=1.0)


def test_beyond_the_end_is_off() -> None:
    assert off_circuit_m((48.0, 11.2), COURSE) > 7_000.0
