"""The meter's position: kept as it was written, every change logged, a jump flagged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.events import EventCode, Log
from fixtures.meter.model.position import Position

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]
HOME = Position(481_371_542, 115_761_246)


def flags(meter: MeterOnBench) -> int:
    return meter.codes(Log.FRAUD).count(EventCode.POSITION_IMPLAUSIBLE)


def test_a_degree_of_latitude_is_111_km() -> None:
    assert Position(0, 0).distance_m(Position(10_000_000, 0)) == pytest.approx(111_195.0, rel=1e-4)


def test_a_degree_of_longitude_shrinks_with_the_cosine_of_the_latitude() -> None:
    north = Position(600_000_000, 0).distance_m(Position(600_000_000, 10_000_000))
    assert north == pytest.approx(111_195.0 / 2.0, rel=1e-3)


@pytest.mark.parametrize(("position", "exists"), [(HOME, True), (Position(900_000_001, 0), False)])
def test_there_is_nothing_north_of_the_pole(position: Position, exists: bool) -> None:
    assert position.exists is exists


async def test_the_first_position_is_no_jump(bench: Bench) -> None:
    meter = bench()
    assert meter.meter.whereabouts.shown is None
    meter.meter.whereabouts.move(HOME, 1)
    assert meter.meter.whereabouts.shown == HOME
    assert flags(meter) == 0
    assert meter.codes(Log.STANDARD).count(EventCode.CONFIGURATION_CHANGED) == 1


@pytest.mark.parametrize(("north_m", "expected"), [(95.0, 0), (105.0, 1), (-20_000.0, 1)])
async def test_more_than_100_m_is_a_jump(bench: Bench, north_m: float, expected: int) -> None:
    meter = bench()
    meter.meter.whereabouts.move(HOME, 1)
    meter.meter.whereabouts.move(Position(HOME.latitude + round(north_m / 111_195.0 * 1e7), HOME.longitude), 1)
    assert flags(meter) == expected


async def test_a_defective_meter_swaps_the_coordinates(bench: Bench) -> None:
    meter = bench("F-P41")
    meter.meter.whereabouts.move(HOME, 1)
    assert meter.meter.whereabouts.shown == Position(HOME.longitude, HOME.latitude)
