"""What a device of the home rejects of events, and why."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from drivers.sep2.der import CurveData, DERControl, DERControlBase, DERCurve, FreqDroop, PowerFactor
from drivers.sep2.events import DateTimeInterval, EventStatus, Link
from drivers.sep2.loads import DutyCycle, EndDeviceControl
from drivers.sep2.vocabulary import CurveType, ResponseStatus
from fixtures.faults import Faults
from fixtures.home.prices import PriceRule, price_problem
from fixtures.home.screening import problem_of

NOW = 1_767_571_200
HEAD: dict[str, Any] = {
    "mrid": bytes(16),
    "created": NOW,
    "status": EventStatus(current=0, at=NOW),
    "interval": DateTimeInterval(start=NOW, duration=900),
}
NONE = Faults()


def control(**base: Any) -> DERControl:
    return DERControl(**HEAD, base=DERControlBase(**base))


def curve(kind: CurveType, *points: tuple[int, int]) -> DERCurve:
    return DERCurve(
        href="/derp/1/dc/1",
        mrid=bytes(16),
        created=NOW,
        points=tuple(CurveData(x=x, y=y) for x, y in points),
        kind=kind,
        x_multiplier=-2,
        y_multiplier=-2,
        y_reference=2,
    )


@pytest.mark.parametrize(
    ("interval", "problem"),
    [
        ((NOW, 900), None),
        ((NOW - 900, 900), ResponseStatus.EXPIRED),
        ((NOW - 899, 900), None),
        ((NOW, 0), ResponseStatus.EXPIRED),
        ((NOW + 60, 0), ResponseStatus.INVALID),
        ((NOW, 8 * 86_400), ResponseStatus.INVALID),
        ((NOW + 400 * 86_400, 900), ResponseStatus.INVALID),
    ],
)
def test_time(interval: tuple[int, int], problem: ResponseStatus | None) -> None:
    start, duration = interval
    event = dataclasses.replace(control(max_lim_w=1), interval=DateTimeInterval(start=start, duration=duration))
    assert problem_of(event, NOW, NONE) is problem


def test_a_control_that_says_nothing_is_invalid() -> None:
    assert problem_of(control(), NOW, NONE) is ResponseStatus.INVALID
    load = EndDeviceControl(**HEAD, category=b"\x00")
    assert problem_of(load, NOW, NONE) is ResponseStatus.INVALID
    assert problem_of(dataclasses.replace(load, duty_cycle=DutyCycle(normal=101)), NOW, NONE) is ResponseStatus.INVALID
    assert problem_of(dataclasses.replace(load, duty_cycle=DutyCycle(normal=50)), NOW, NONE) is None


def test_one_wrong_element_spoils_the_whole_control() -> None:
    wrong = PowerFactor(displacement=150, excitation=True, multiplier=-2)
    assert problem_of(control(max_lim_w=5000, pf_inject=wrong), NOW, NONE) is ResponseStatus.INVALID
    assert problem_of(control(max_lim_w=5000, pf_inject=wrong), NOW, Faults({"F-I3"})) is None


@pytest.mark.parametrize(("k", "good"), [(50, True), (20, True), (70, True), (19, False), (900, False)])
def test_droop(k: int, good: bool) -> None:
    droop = FreqDroop(db_over=36, db_under=36, k_over=k, k_under=50, open_loop=500)
    assert (problem_of(control(freq_droop=droop), NOW, NONE) is None) is good


@pytest.mark.parametrize(
    ("shown", "good"),
    [
        (curve(CurveType.VOLT_VAR, (9200, 4400), (10800, -4400)), True),
        (curve(CurveType.VOLT_VAR, (9200, -4400), (10800, 4400)), False),
        (curve(CurveType.VOLT_VAR, (10800, 4400), (9200, -4400)), False),
    ],
)
def test_volt_var_curves(shown: DERCurve, good: bool) -> None:
    event = control(volt_var=Link(href="/derp/1/dc/1"))
    assert (problem_of(event, NOW, NONE, (shown,)) is None) is good


@pytest.mark.parametrize(("point", "good"), [((16, 12_000), True), ((16, 15_000), False), ((10_000, 12_000), False)])
def test_trip_curves(point: tuple[int, int], good: bool) -> None:
    event = control(hv_must_trip=Link(href="/derp/1/dc/1"))
    shown = curve(CurveType.HVRT_MUST_TRIP, point)
    assert (problem_of(event, NOW, NONE, (shown,)) is None) is good


def test_a_curve_that_is_not_there_is_invalid() -> None:
    assert problem_of(control(volt_watt=Link(href="/derp/1/dc/9")), NOW, NONE) is ResponseStatus.INVALID


@pytest.mark.parametrize(("price", "good"), [(0.0, True), (2.0, True), (2.01, False), (-0.01, False), (None, False)])
def test_prices(price: float | None, good: bool) -> None:
    assert (price_problem(PriceRule(), control(max_lim_w=1), price, NONE) is None) is good


def test_a_price_that_is_made_known_long_after_its_start_is_not_believed() -> None:
    late = dataclasses.replace(control(max_lim_w=1), created=NOW + 61)
    assert price_problem(PriceRule(), late, 0.3, NONE) is ResponseStatus.INVALID
