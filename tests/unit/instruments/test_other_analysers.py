"""The analysers of other makes in their own words: what they answer where there is nothing, and what they refuse."""

from __future__ import annotations

import pytest

from fixtures.instruments.device import ScpiDevice
from fixtures.instruments.seats import InstrumentSeat
from fixtures.plant import Load, ServicePoint
from fixtures.world import World
from tests.unit.instruments.conftest import ask, error_of, tell


def made(world: World, dialect: str) -> ScpiDevice:
    seat = world.add("analyser", "power_analyser", {"dialect": dialect, "service_point": "inverter1"})
    assert isinstance(seat, InstrumentSeat)
    seat.begin()
    return seat.device


@pytest.fixture
def point(world: World) -> ServicePoint:
    world.plant.add_source("der_grid", phases=3)
    return world.plant.add_service_point("inverter1", source="der_grid")


@pytest.fixture
def wt(world: World, point: ServicePoint) -> ScpiDevice:
    return made(world, "yokogawa_wt")


@pytest.fixture
def lmg(world: World, point: ServicePoint) -> ScpiDevice:
    return made(world, "zes_lmg")


async def test_wt_answers_its_items_in_order(wt: ScpiDevice, world: World, point: ServicePoint) -> None:
    point.set_load([Load(2300.0)] * 3)
    await world.clock.advance_to(world.clock.now() + 1.0)
    answer = await ask(wt, ":NUM:NORM:NUMB 3;ITEM1 U,2;ITEM2 I,3;ITEM3 P,SIGMA;VAL?")
    assert [float(text) for text in answer.split(",")] == pytest.approx([230.0, 10.0, 6900.0], rel=0.002)


async def test_wt_has_no_phase_without_a_current(wt: ScpiDevice) -> None:
    assert await ask(wt, "NUM:NORM:NUMB 1;ITEM1 PHI,1;VAL?") == "NAN"
    assert await ask(wt, "NUM:LIST:ORD 3;ITEM1 IHDF,1;VAL?") == "NAN,NAN,NAN,NAN,NAN"


@pytest.mark.parametrize(
    ("message", "code"),
    [("NUM:ITEM1 X,1", -224), ("NUM:ITEM1 U,4", -222), ("NUM:ITEM65 U,1", -113), ("NUM:NUMB 0", -222)],
)
async def test_wt_refuses_what_it_does_not_measure(wt: ScpiDevice, message: str, code: int) -> None:
    assert await error_of(wt, message) == code


async def test_wt_integrates_import_and_export(wt: ScpiDevice, world: World, point: ServicePoint) -> None:
    point.set_load([Load(1000.0), Load(0.0), Load(0.0)])
    await tell(wt, "INTEG:STAR")
    await world.clock.advance_to(world.clock.now() + 1800.0)
    point.set_load([Load(-3000.0), Load(0.0), Load(0.0)])
    await world.clock.advance_to(world.clock.now() + 1800.0)
    await tell(wt, "INTEG:STOP")
    answer = await ask(wt, "NUM:NUMB 3;ITEM1 WHP,1;ITEM2 WHM,1;ITEM3 TIME,1;VAL?")
    assert [float(text) for text in answer.split(",")] == pytest.approx([500.0, 1500.0, 3600.0], rel=1e-6)


async def test_lmg_knows_its_words_in_its_short_language_only(lmg: ScpiDevice) -> None:
    assert await error_of(lmg, "UTRMS1?") == -113
    await tell(lmg, "*ZLANG SHORT")
    assert float(await ask(lmg, "INIM;UTRMS1?")) == pytest.approx(230.0, rel=0.002)
    await tell(lmg, "*RST")
    assert await error_of(lmg, "INIM") == -113


def test_a_dialect_that_nobody_speaks_is_refused(world: World, point: ServicePoint) -> None:
    with pytest.raises(ValueError, match="dialect"):
        made(world, "klingon")
