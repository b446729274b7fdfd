"""AC sources drive the plant: mains, and back-feed on the load side."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import LoadSideSource, ServicePoint, What
from fixtures.world import World
from tests.unit.instruments.conftest import SeatMaker, ask, error_of, tell


async def test_source_begins_as_the_grid_is(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("ac_source").device
    assert await ask(device, "OUTP?") == "1"
    assert float(await ask(device, "VOLT?")) == 230.0
    assert point.supply_voltage_v() == 230.0


async def test_new_level_reaches_the_meter_when_it_has_settled(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("ac_source", settling_s=0.1).device
    await tell(device, "SOUR:VOLT 207;FREQ 49.5")
    assert point.supply_voltage_v() == 230.0
    await plant_clock.advance_to(plant_clock.now() + 0.099)
    assert point.supply_voltage_v() == 230.0
    await plant_clock.advance_to(plant_clock.now() + 0.002)
    assert (point.supply_voltage_v(), point.measured.frequency_hz) == (207.0, 49.5)


async def test_last_level_counts_and_is_one_event(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("ac_source").device
    events: list[What] = []
    point.listen(events.append)
    await tell(device, "VOLT 100;VOLT 110;VOLT 120")
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert point.supply_voltage_v() == 120.0
    assert events == [What.SUPPLY]


async def test_output_off_acts_at_once_and_takes_a_pending_level_back(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("ac_source").device
    await tell(device, "VOLT 250;:OUTP OFF")
    assert point.supply_voltage_v() == 0.0
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert point.supply_voltage_v() == 0.0
    await tell(device, "OUTP ON;*WAI")
    assert point.supply_voltage_v() == 250.0


async def test_reset_takes_the_supply_away(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("ac_source").device
    await tell(device, "*RST")
    assert point.supply_voltage_v() == 0.0
    assert await ask(device, "OUTP?;VOLT?") == "0;+0.00000000E+00"


@pytest.mark.parametrize(
    ("message", "code"), [("VOLT 301", -222), ("FREQ 44", -222), ("VOLT 1HZ", -131), ("SOUR:POW 100", -221)]
)
async def test_settings_beyond_the_rating_change_nothing(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock, message: str, code: int
) -> None:
    device = seat("ac_source").device
    assert await error_of(device, message) == code
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert point.supply_voltage_v() == 230.0


async def test_source_reads_back_what_its_points_draw(seat: SeatMaker, point: ServicePoint, world: World) -> None:
    device = seat("ac_source").device
    other = world.plant.add_service_point("other")
    seat("electronic_load")
    await tell(world.seats["electronic_load"].device, "POW 2300;:INP ON;*WAI")  # type: ignore[attr-defined]
    other.set_load(point.state.load)
    assert float(await ask(device, "MEAS:CURR?")) == pytest.approx(20.0, abs=0.16)
    assert float(await ask(device, "MEAS:VOLT?")) == pytest.approx(230.0, abs=0.67)
    assert float(await ask(device, "MEAS:FREQ?")) == pytest.approx(50.0, abs=0.02)


async def test_dead_output_has_no_frequency(seat: SeatMaker) -> None:
    device = seat("ac_source").device
    await tell(device, "OUTP OFF")
    assert float(await ask(device, "MEAS:FREQ?")) == 9.91e37


async def test_load_side_source_begins_off_and_feeds_back_when_told(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("load_side_source").device
    assert point.state.load_side_source == LoadSideSource()
    assert float(await ask(device, "MEAS:VOLT?")) < 0.5
    await tell(device, "VOLT 115;:SOUR:POW 460;:OUTP ON;*WAI")
    assert point.state.load_side_source == LoadSideSource(115.0, 460.0)
    point.operate_switch(False)


async def test_load_side_source_shows_behind_the_open_switch(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("load_side_source").device
    point.operate_switch(False)
    await tell(device, "VOLT 115;:OUTP ON;*WAI")
    assert point.load_side_voltage_v() == 115.0
    assert float(await ask(device, "MEAS:VOLT?")) == pytest.approx(115.0, abs=0.44)
    await tell(device, "OUTP OFF")
    assert point.load_side_voltage_v() == 0.0
