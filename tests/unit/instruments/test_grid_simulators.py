"""The emulated grid simulators spoken to in their own words: what they refuse, and what nobody asks them for."""

from __future__ import annotations

import pytest

from fixtures.instruments.device import ScpiDevice
from fixtures.instruments.seats import InstrumentSeat
from fixtures.plant import Load, MainsSource, ServicePoint
from fixtures.world import World
from tests.unit.instruments.conftest import ask, error_of, tell

SETTINGS_CONFLICT, OUT_OF_RANGE, TOO_MUCH, ILLEGAL = -221, -222, -223, -141
LISTS_DIFFER, INIT_IGNORED = -226, -213


def made(world: World, dialect: str) -> ScpiDevice:
    world.plant.add_source("der_grid", phases=3)
    world.plant.add_service_point("inverter1", source="der_grid")
    seat = world.add("grid_sim", "grid_simulator", {"dialect": dialect, "source": "der_grid", "current_a": 20.0})
    assert isinstance(seat, InstrumentSeat)
    seat.begin()
    return seat.device


@pytest.fixture
def chroma(world: World) -> ScpiDevice:
    return made(world, "chroma_61800")


@pytest.fixture
def california(world: World) -> ScpiDevice:
    return made(world, "california_mx")


@pytest.fixture
def source(world: World) -> MainsSource:
    return world.plant.sources["der_grid"]


@pytest.fixture
def point(world: World) -> ServicePoint:
    return world.plant.service_point("inverter1")


async def test_one_phase_or_all_are_set(chroma: ScpiDevice, source: MainsSource) -> None:
    await tell(chroma, "INST:EDIT ALL;:SOUR:VOLT:LEV:IMM:AMPL:AC 225")
    await tell(chroma, "INST:EDIT EACH;:INST:NSEL 2;:VOLT:AC 210")
    assert source.voltages_v == (225.0, 210.0, 225.0)
    assert float(await ask(chroma, "VOLT:AC?")) == 210.0


async def test_coupled_phases_are_set_together(california: ScpiDevice, source: MainsSource) -> None:
    await tell(california, "INST:COUP ALL;:VOLT 225;:INST:COUP NONE;:INST:NSEL 3;:VOLT 210;:PHAS 90")
    assert source.voltages_v == (225.0, 225.0, 210.0)
    assert source.wave.angles_deg == (0.0, -120.0, 90.0)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT:AC 301", OUT_OF_RANGE),
        ("FREQ 20", OUT_OF_RANGE),
        ("CURR:LIM 21", OUT_OF_RANGE),
        ("INST:NSEL 4", OUT_OF_RANGE),
        ("OUTP:MODE PULSE", ILLEGAL),
        ("TRIG ON", SETTINGS_CONFLICT),
        ("OUTP:MODE LIST", LISTS_DIFFER),
        ("LIST:DWEL " + ",".join(["10"] * 101), TOO_MUCH),
        ("LIST:COUN 2", ILLEGAL),
    ],
)
async def test_chroma_refuses_what_it_cannot(chroma: ScpiDevice, source: MainsSource, message: str, code: int) -> None:
    assert await error_of(chroma, message) == code
    assert source.voltages_v == (230.0,) * 3


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("VOLT 301", OUT_OF_RANGE),
        ("PHAS 400", OUT_OF_RANGE),
        ("INIT", INIT_IGNORED),
        ("VOLT:MODE LIST;:FREQ:MODE LIST;:PHAS:MODE LIST;:LIST:DWEL 1,2;:INIT", LISTS_DIFFER),
        ("FUNC NOWHERE", OUT_OF_RANGE),
        ("TRAC:DEF A1;:TRAC:DATA A1,0,1,0", SETTINGS_CONFLICT),
        ("TRAC:DATA NONE," + ",".join(["0"] * 1024), SETTINGS_CONFLICT),
        ("TRAC:DEF FLAT;:TRAC:DATA FLAT," + ",".join(["0"] * 1024) + ";:FUNC FLAT", SETTINGS_CONFLICT),
    ],
)
async def test_california_refuses_what_it_cannot(
    california: ScpiDevice, source: MainsSource, message: str, code: int
) -> None:
    assert await error_of(california, message) == code
    assert source.thd_percent == 0.0


async def test_a_step_that_slews_arrives_and_waits(california: ScpiDevice, world: World, source: MainsSource) -> None:
    await tell(california, "VOLT:MODE LIST;:FREQ:MODE LIST;:PHAS:MODE LIST;:INST:COUP ALL;:LIST:DWEL 1;:LIST:FREQ 51")
    await tell(california, "LIST:FREQ:SLEW 2;:LIST:VOLT 200;:LIST:VOLT:SLEW MAX;:LIST:PHAS 0;:INIT")
    clock = world.clock
    await clock.advance_to(clock.now() + 0.25)
    assert source.voltages_v[0] == 200.0
    assert source.frequency_hz == pytest.approx(50.5, abs=0.021)
    await clock.advance_to(clock.now() + 0.3)
    assert (source.frequency_hz, source.wave.rocof_hz_per_s) == (51.0, 0.0)
    assert await ask(california, "TRIG:STAT?") == "BUSY"
    await clock.advance_to(clock.now() + 0.5)
    assert await ask(california, "TRIG:STAT?") == "IDLE"


async def test_an_output_at_rest_has_no_timer(chroma: ScpiDevice, world: World, point: ServicePoint) -> None:
    told: list[object] = []
    point.listen(told.append)
    await world.clock.advance_to(world.clock.now() + 86_400.0)
    assert told == []


async def test_the_trip_is_in_the_questionable_register(chroma: ScpiDevice, point: ServicePoint) -> None:

    point.set_load([Load(5000.0)] * 3)
    assert await ask(chroma, "STAT:QUES:COND?") == "2"
    assert await ask(chroma, "OUTP:STAT?") == "0"
    point.set_load([Load(100.0)] * 3)
    await tell(chroma, "OUTP:PROT:CLE;:OUTP:REL ON;:OUTP:STAT ON")
    assert await ask(chroma, "STAT:QUES:COND?;:OUTP?") == "0;1"


def test_a_source_of_one_phase_is_no_grid(world: World) -> None:
    with pytest.raises(ValueError, match="three phases"):
        world.add("grid_sim", "grid_simulator", {"source": "grid"})
    with pytest.raises(ValueError, match="dialect"):
        world.add("grid_sim", "grid_simulator", {"dialect": "klingon"})
