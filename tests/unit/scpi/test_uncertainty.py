"""The uncertainty model against values worked out by hand from the formulas of the GUM (JCGM 100:2008)."""

from __future__ import annotations

import doctest
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scpi import uncertainty
from drivers.scpi.uncertainty import StatedAs, UncertaintyModel


def test_expanded_statement_is_divided_by_its_coverage_factor() -> None:
    # 0.1 % of 230 V + 0.05 % of 300 V = 0.23 V + 0.15 V = 0.38 V at k = 2, so u = 0.19 V.
    model = UncertaintyModel(of_reading=0.001, of_range=0.0005, ranges=(150.0, 300.0))
    assert model.standard(230.0) == pytest.approx(0.19, abs=1e-12)
    assert model.expanded(230.0) == pytest.approx(0.38, abs=1e-12)


def test_coverage_factor_of_the_certificate_counts() -> None:
    # 0.6 A at k = 3 is 0.2 A at k = 1.
    assert UncertaintyModel(absolute=0.6, coverage_factor=3.0).standard(5.0) == pytest.approx(0.2)


def test_limits_of_error_are_a_rectangular_distribution() -> None:
    # GUM 4.3.7: limits +-a give u = a / sqrt(3). 0.3 V / 1.7320508 = 0.1732051 V.
    assert UncertaintyModel(absolute=0.3, stated_as=StatedAs.LIMITS).standard(0.0) == pytest.approx(0.1732051, abs=1e-7)


def test_resolution_contributes_a_twelfth_of_its_square() -> None:
    # GUM F.2.2.1: u = 0.29 * resolution (rounded); exactly 0.01 / sqrt(12) = 0.00288675.
    assert UncertaintyModel(resolution=0.01).standard(42.0) == pytest.approx(0.00288675, abs=1e-8)


def test_independent_parts_add_as_squares() -> None:
    # stated 0.4 mA at k = 2 -> 0.2 mA; resolution 1 mA -> 0.288675 mA; root of 0.04 + 0.083333 = 0.351188 mA.
    model = UncertaintyModel(absolute=0.4e-3, resolution=1e-3)
    assert model.standard(0.01) == pytest.approx(0.351188e-3, abs=1e-9)


def test_part_of_range_follows_the_smallest_range_that_holds_the_reading() -> None:
    model = UncertaintyModel(of_range=0.01, ranges=(1.0, 10.0))
    assert model.standard(1.0) == pytest.approx(0.005)
    assert model.standard(-1.0001) == pytest.approx(0.05)


def test_range_in_use_overrides_the_smallest_that_fits() -> None:
    model = UncertaintyModel(of_range=0.01, ranges=(1.0, 10.0))
    assert model.standard(0.5, range_value=10.0) == pytest.approx(0.05)


def test_reading_beyond_all_ranges_has_no_uncertainty() -> None:
    with pytest.raises(ValueError, match="beyond the largest"):
        UncertaintyModel(of_range=0.01, ranges=(1.0, 10.0)).standard(10.1)


def test_part_of_an_unknown_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="no range is declared"):
        UncertaintyModel(of_range=0.01).standard(1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"of_reading": -0.1},
        {"resolution": float("nan")},
        {"coverage_factor": 0.0},
        {"ranges": [10.0, 1.0]},
        {"ranges": [0.0, 1.0]},
        {"of_readings": 0.1},
        {"stated_as": "roughly"},
    ],
)
def test_wrong_declarations_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)) if "stated_as" not in wrong else "roughly"):
        UncertaintyModel.from_declaration(wrong)


def test_declaration_gives_the_same_model_as_the_constructor() -> None:
    declared = UncertaintyModel.from_declaration(
        {"of_reading": 0.001, "of_range": 0.0005, "ranges": [150, 300], "stated_as": "limits"}
    )
    assert declared == UncertaintyModel(0.001, 0.0005, ranges=(150.0, 300.0), stated_as=StatedAs.LIMITS)


@given(st.floats(0, 0.1), st.floats(0, 0.1), st.floats(0, 10), st.floats(0.001, 10), st.floats(-1000, 1000))
def test_uncertainty_is_never_below_its_largest_part(a: float, b: float, c: float, q: float, reading: float) -> None:
    model = UncertaintyModel(of_reading=a, of_range=b, absolute=c, resolution=q, ranges=(2000.0,))
    stated, resolved = (a * abs(reading) + b * 2000.0 + c) / 2, q / sqrt(12)
    assert max(stated, resolved) <= model.standard(reading) * (1 + 1e-12) <= (stated + resolved) * (1 + 1e-9)


def test_examples_of_the_module_hold() -> None:
    assert doctest.testmod(uncertainty).failed == 0
