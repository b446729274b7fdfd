"""Power analyser and multimeter read the plant: windows, ranges, energy, the current log around a switch operation."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fixtures.clock import PlantClock
from fixtures.instruments.device import ScpiDevice
from fixtures.plant import Load, LoadSideSource, ServicePoint, Shunt
from tests.unit.instruments.conftest import SeatMaker, ask, tell


async def number(device: ScpiDevice, query: str) -> float:
    return float(await ask(device, query))


async def log_of(device: ScpiDevice) -> list[tuple[float, float]]:
    values = [float(text) for text in (await ask(device, "FETC:LOG?")).split(",")]
    return list(zip(values[0::2], values[1::2], strict=True))


async def test_steady_state_is_read_within_the_stated_uncertainty(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=1840.0, reactive_var=-1380.0))  # 2300 VA: 10 A at 230 V, cos phi 0.8 leading
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    # ranges 300 V and 20 A; power range 6 kW: 0.05 % of reading + 0.02 % of range
    assert await number(device, "FETC:VOLT?") == pytest.approx(230.0, abs=0.175)
    assert await number(device, "FETC:CURR?") == pytest.approx(10.0, abs=0.009)
    assert await number(device, "FETC:POW:ACT?") == pytest.approx(1840.0, abs=2.13)
    assert await number(device, "FETC:POW:REAC?") == pytest.approx(-1380.0, abs=1.9)
    assert await number(device, "FETC:POW:APP?") == pytest.approx(2300.0, abs=2.36)
    assert await number(device, "FETC:POW:PFAC?") == pytest.approx(0.8, abs=0.0011)
    assert await number(device, "FETC:FREQ?") == pytest.approx(50.0, abs=0.003)
    assert await number(device, "SENS:VOLT:RANG?") == 300.0
    assert await number(device, "SENS:CURR:RANG?") == 20.0


async def test_reading_is_the_rms_over_its_window(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser", window_s=0.2).device
    point.set_load(Load(power_w=2300.0))
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    point.set_load(Load(power_w=0.0))
    await plant_clock.advance_to(plant_clock.now() + 0.1)
    # half of the window 10 A, half nothing: 10 / sqrt(2) A; the mean power is half
    assert await number(device, "FETC:CURR?") == pytest.approx(7.0711, abs=0.008)
    assert await number(device, "FETC:POW?") == pytest.approx(1150.0, abs=1.8)
    await plant_clock.advance_to(plant_clock.now() + 0.1)
    assert await number(device, "FETC:CURR?") < 0.0001


async def test_small_current_is_read_in_a_small_range(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=2.3))
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert await number(device, "FETC:CURR?") == pytest.approx(0.010, abs=0.00002)
    assert await number(device, "SENS:CURR:RANG?") == 0.05


async def test_fixed_range_overloads(seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=2300.0))
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    await tell(device, "CURR:RANG 4")
    assert await ask(device, "CURR:RANG:AUTO?") == "0"
    assert await number(device, "FETC:CURR?") == 9.9e37
    assert await number(device, "FETC:POW?") == 9.9e37
    await tell(device, "CURR:RANG:AUTO ON")
    assert await number(device, "FETC:CURR?") == pytest.approx(10.0, abs=0.01)


async def test_dead_line_has_neither_frequency_nor_power_factor(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    point.connect_mains(False)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert await number(device, "FETC:FREQ?") == 9.91e37
    assert await number(device, "FETC:POW:PFAC?") == 9.91e37
    assert await number(device, "FETC:VOLT?") < 0.007


async def test_energy_is_integrated_by_direction(seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=3000.0))
    await tell(device, "INT:RES;STAR")
    await plant_clock.advance_to(plant_clock.now() + 1800.0)
    point.set_load_side_source(LoadSideSource(230.0, 5000.0))
    await plant_clock.advance_to(plant_clock.now() + 900.0)
    await tell(device, "INT:STOP")
    await plant_clock.advance_to(plant_clock.now() + 900.0)
    # 3 kW for half an hour in, 5 kW - 3 kW for a quarter of an hour out
    assert await number(device, "FETC:ENER:IMP?") == pytest.approx(1500.0, abs=2.0)
    assert await number(device, "FETC:ENER:EXP?") == pytest.approx(500.0, abs=2.0)
    assert await number(device, "INT:TIME?") == 2700.0


async def test_energy_starts_from_zero_after_a_reset(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=3000.0))
    await tell(device, "INT:STAR")
    await plant_clock.advance_to(plant_clock.now() + 3600.0)
    await tell(device, "INT:STOP;RES")
    assert await number(device, "FETC:ENER?") == 0.0
    assert await number(device, "INT:TIME?") == 0.0


async def test_energy_never_runs_backwards(seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=100.0))
    await tell(device, "INT:STAR")
    readings = []
    for _ in range(50):
        await plant_clock.advance_to(plant_clock.now() + 0.5)
        readings.append(await number(device, "FETC:ENER?"))
    assert all(earlier <= later for earlier, later in pairwise(readings))
    assert readings[-1] > readings[0]


async def test_log_has_points_on_both_sides_of_a_switch_operation(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser", log_interval_s=0.001).device
    point.set_load(Load(power_w=2300.0))
    await plant_clock.advance_to(plant_clock.now() + 10.0)
    await tell(device, "LOG:STAR")
    started = plant_clock.now()
    await plant_clock.advance_to(started + 5.0)
    point.operate_switch(False)
    opened = plant_clock.now() + point.travel_s
    await plant_clock.advance_to(opened + 5.0)
    log = await log_of(device)
    before = [(at, current) for at, current in log if at < opened]
    after = [(at, current) for at, current in log if at >= opened]
    assert before[-1][0] == pytest.approx(opened, abs=0.0011)
    assert after[0][0] == pytest.approx(opened, abs=0.0011)
    assert all(current == pytest.approx(10.0, abs=0.01) for _, current in before)
    assert all(current < 0.0001 for _, current in after)
    assert log[0][0] == pytest.approx(started, abs=0.0011)
    assert log[-1][0] == pytest.approx(plant_clock.now(), abs=0.0011)
    assert 12 <= len(log) <= 30


async def test_log_reads_the_same_twice_and_ascends(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    for power_w in (100.0, 0.0, 2300.0, 50.0):
        point.set_load(Load(power_w=power_w))
        await plant_clock.advance_to(plant_clock.now() + 0.0123)
    log = await log_of(device)
    assert await log_of(device) == log
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(log))


async def test_log_keeps_what_is_new_when_it_is_full(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    for step in range(1200):
        point.set_load(Load(power_w=230.0 * (step % 2)))
        await plant_clock.advance_to(plant_clock.now() + 1.0)
    log = await log_of(device)
    assert log[-1][0] == pytest.approx(plant_clock.now(), abs=0.0011)
    assert len(log) <= 5000


async def test_analyser_sees_what_goes_around_the_meter(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("power_analyser").device
    point.set_load(Load(power_w=2300.0))
    point.set_shunt(Shunt.AROUND_METER)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert point.measured.current_a == 0.0
    assert await number(device, "FETC:CURR?") == pytest.approx(10.0, abs=0.01)


@pytest.mark.parametrize(("position", "voltage_v"), [("line", 230.0), ("load", 0.0)])
async def test_position_decides_on_which_side_of_the_switch_the_voltage_is_read(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock, position: str, voltage_v: float
) -> None:
    device = seat("power_analyser", position=position).device
    point.operate_switch(False)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert await number(device, "FETC:VOLT?") == pytest.approx(voltage_v, abs=0.18)


async def test_multimeter_reads_behind_the_switch(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("multimeter").device
    point.operate_switch(False)
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert await number(device, "MEAS:VOLT:AC?") < 0.002
    assert await number(device, "MEAS:FREQ?") == 9.91e37
    point.set_load_side_source(LoadSideSource(5.0))
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert await number(device, "MEAS:VOLT?") == pytest.approx(5.0, abs=0.0141)
    assert await number(device, "VOLT:RANG?") == 30.0
    assert await number(device, "MEAS:FREQ?") == pytest.approx(50.0, abs=0.006)
