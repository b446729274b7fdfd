"""Tamper sensors: one event each time, with and without supply; a bypass shows in the currents."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.meter.model.events import EventCode, Log
from fixtures.plant.state import Shunt

from .conftest import MeterOnBench

Bench = Callable[..., MeterOnBench]


async def test_a_bypass_under_load_is_one_event_and_one_count(bench: Bench) -> None:
    meter = bench()
    meter.load(3000.0)
    meter.point.set_shunt(Shunt.AROUND_METER, 0.7)
    await meter.wait(hours=1)
    meter.load(2500.0)
    meter.point.set_shunt(Shunt.NONE)
    assert meter.codes(Log.FRAUD) == [EventCode.BYPASS_DETECTED, EventCode.BYPASS_GONE]
    assert meter.meter.nv.integer("tamper.bypass.count") == 1


async def test_a_bypass_without_load_shows_when_the_load_comes(bench: Bench) -> None:
    meter = bench()
    meter.point.set_shunt(Shunt.AROUND_METER)
    assert meter.codes(Log.FRAUD) == []
    meter.load(1000.0)
    assert meter.codes(Log.FRAUD) == [EventCode.BYPASS_DETECTED]


async def test_a_generator_is_no_bypass(bench: Bench) -> None:
    meter = bench()
    meter.load(1000.0)
    meter.back_feed(230.0)
    await meter.wait(minutes=5)
    assert meter.codes(Log.FRAUD) == []


@pytest.mark.parametrize(("faults", "expected"), [((), [EventCode.COVER_OPENED]), (("F-P16",), [])])
async def test_the_battery_keeps_watch_without_supply(
    bench: Bench, faults: tuple[str, ...], expected: list[EventCode]
) -> None:
    meter = bench(*faults)
    meter.point.connect_mains(False)
    meter.point.open_cover(True)
    await meter.wait(minutes=5)
    meter.point.connect_mains(True)
    await meter.wait(minutes=1)
    assert meter.codes(Log.FRAUD) == expected
