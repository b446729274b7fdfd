"""Growth of answer times over a long load."""

from __future__ import annotations

import pytest

from bench.controls.growth import growth, p95, stretch_s


def test_the_percentile_is_of_the_nearest_rank() -> None:
    assert p95([float(value) for value in range(20, 0, -1)]) == 19.0


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        p95([])


def test_a_day_is_judged_by_its_first_and_last_hour_and_a_minute_by_thirds() -> None:
    assert (stretch_s(86_400.0), stretch_s(60.0)) == (3600.0, 20.0)


def test_the_last_stretch_is_held_against_the_first() -> None:
    answers = [(0.0, 0.1), (4.0, 0.2), (9.0, 9.0), (16.0, 0.1), (20.0, 0.4)]
    assert growth(answers, 5.0, 0.01) == pytest.approx(2.0)


def test_answers_below_the_resolution_have_not_grown() -> None:
    assert growth([(0.0, 0.0), (20.0, 0.005)], 5.0, 0.01) == 1.0


def test_without_an_answer_there_is_no_growth() -> None:
    assert growth([], 5.0, 0.01) is None
