"""From the utility's server to an appliance behind CTA-2045: it follows, says what it draws less, and opts out."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.sep2.loads import DutyCycle, Offset
from drivers.sep2.prices import TimeTariffInterval
from drivers.sep2.programs import ProgramKind
from drivers.sep2.responses import reduced_by_w
from drivers.sep2.vocabulary import ResponseStatus
from fixtures.han.loads import Thermal
from fixtures.han.seat import ApplianceSeat
from tests.unit.home.chain import Home, home

HEATER = b"\x00\x00\x00\x08"
RATED_W = 4500.0
SEEN_S = 200.0
"""A new program is found at every fourth poll of a server, and then its events."""


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Home]:
    async with home(tmp_path, appliances={"seat:heater/port": "water_heater"}) as one:
        heater(one).change_appliance("use", True)
        await one.after(1800.0)
        assert heater_w(one) == RATED_W
        yield one


def heater(made: Home) -> ApplianceSeat:
    seat = made.world.seats["heater"]
    assert isinstance(seat, ApplianceSeat)
    return seat


def heater_w(made: Home) -> float:
    return made.world.service_point("heater").delivered.active_w


async def test_a_signal_reaches_the_appliance_and_what_it_draws_less_comes_back(made: Home) -> None:
    event = dataclasses.replace(made.shed(0.5, duration=600), category=HEATER)
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    assert heater_w(made) == pytest.approx(RATED_W / 2, rel=0.02)
    assert made.drawn_w == pytest.approx(-2000.0)  # the load switch is not named
    started = [
        one.response for one in made.utility.answers(event.mrid) if one.response.status == ResponseStatus.STARTED
    ]
    assert [reduced_by_w(one) for one in started] == [pytest.approx(RATED_W / 2, rel=0.02)]
    await made.after(800.0)
    assert heater_w(made) == RATED_W


async def test_an_appliance_that_is_off_has_nothing_to_shed(made: Home) -> None:
    heater(made).change_appliance("switch", False)
    event = dataclasses.replace(made.shed(0.0), category=HEATER)
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    started = [
        one.response for one in made.utility.answers(event.mrid) if one.response.status == ResponseStatus.STARTED
    ]
    assert [reduced_by_w(one) for one in started] == [0.0]


async def test_cycles_begin_with_their_off_time(made: Home) -> None:
    event = dataclasses.replace(
        made.shed(0.5, duration=1200), category=HEATER, offset=None, duty_cycle=DutyCycle(normal=50)
    )
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    assert heater_w(made) == 0.0
    await made.after(300.0)
    assert heater_w(made) == RATED_W


async def test_an_opt_out_is_told_upwards(made: Home) -> None:
    event = dataclasses.replace(made.shed(0.0, duration=3600), category=HEATER)
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    heater(made).change_appliance("override", True)
    await made.after(300.0)
    assert made.told(event.mrid) == [ResponseStatus.RECEIVED, ResponseStatus.STARTED, ResponseStatus.OPT_OUT]
    assert heater_w(made) == RATED_W


async def test_a_silent_appliance_is_told_again(made: Home) -> None:
    heater(made).power(False)
    event = dataclasses.replace(made.shed(0.0, duration=3600), category=b"\x00\x00\x20\x08")
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    assert made.told(event.mrid) == [ResponseStatus.RECEIVED, ResponseStatus.STARTED]
    heater(made).power(True)
    await made.after(300.0)
    assert heater_w(made) == 0.0


async def test_from_the_comfort_price_on_an_appliance_sheds(made: Home) -> None:
    program = made.program(ProgramKind.PRICE)
    for price, drawn_w in ((600, RATED_W), (900, 0.0)):
        shed = made.shed(0.5, duration=900)
        head = {name: getattr(shed, name) for name in ("mrid", "created", "status", "interval")}
        event = TimeTariffInterval(**head, tier=1)
        program.put(event, made.clock.now(), price)
        await made.after(SEEN_S)
        assert heater_w(made) == drawn_w
        await made.after(1200.0)
        assert heater_w(made) == RATED_W


@pytest.mark.parametrize(("tenths", "drawn_w"), [(20, RATED_W), (200, 0.0)])
async def test_an_offset_in_degrees_bounds_the_shed(made: Home, tenths: int, drawn_w: float) -> None:
    event = dataclasses.replace(made.shed(0.0, duration=7200), category=HEATER, offset=Offset(heating=tenths))
    made.program(ProgramKind.LOAD).put(event, made.clock.now())
    await made.after(SEEN_S)
    load = heater(made).appliance.load
    assert isinstance(load, Thermal)
    assert 35.0 < load.temperature_c < 48.0  # colder than 2 K below the band, and warmer than comfort needs
    assert heater_w(made) == drawn_w
