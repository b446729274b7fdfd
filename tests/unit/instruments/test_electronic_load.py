"""The electronic load is the load of its service point."""

from __future__ import annotations

import pytest

from fixtures.clock import PlantClock
from fixtures.plant import NO_LOAD, Load, ServicePoint
from tests.unit.instruments.conftest import SeatMaker, ask, error_of, tell


async def test_constant_power_with_a_lagging_power_factor(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "FUNC POW;POW 800;POW:PFAC 0.8;:INP ON;*WAI")
    assert point.measured.active_w == pytest.approx(800.0)
    assert point.measured.reactive_var == pytest.approx(600.0)  # tan(acos 0.8) = 0.75


async def test_leading_power_factor_is_negative(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "POW 800;POW:PFAC -0.8;:INP ON;*WAI")
    assert point.measured.reactive_var == pytest.approx(-600.0)


async def test_constant_current_stays_when_the_voltage_changes(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "FUNC CURR;CURR 10;:INP ON;*WAI")
    point.source.set(voltage_v=115.0)
    assert point.measured.current_a == pytest.approx(10.0)
    assert point.measured.active_w == pytest.approx(1150.0)


async def test_constant_current_returns_with_the_supply(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "FUNC CURR;CURR 10;:INP ON;*WAI")
    point.connect_mains(False)
    assert point.measured.current_a == 0.0
    point.connect_mains(True)
    assert point.measured.current_a == pytest.approx(10.0)


async def test_resistance_follows_ohm(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "FUNC RES;RES 23;:INP ON;*WAI")
    assert point.measured.current_a == pytest.approx(10.0)
    point.source.set(voltage_v=115.0)
    assert point.measured.current_a == pytest.approx(5.0)


async def test_nothing_is_drawn_before_the_input_is_on(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("electronic_load", settling_s=0.05).device
    await tell(device, "POW 1000")
    await plant_clock.advance_to(plant_clock.now() + 1.0)
    assert point.measured.active_w == 0.0
    await tell(device, "INP ON")
    assert point.measured.active_w == 0.0
    await plant_clock.advance_to(plant_clock.now() + 0.05)
    assert point.measured.active_w == 1000.0


async def test_input_off_acts_at_once(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "POW 1000;:INP ON;*WAI;:INP OFF")
    assert point.state.load == (NO_LOAD,)


async def test_load_that_was_there_at_the_start_stays_and_is_shown(seat: SeatMaker, point: ServicePoint) -> None:
    point.set_load(Load(power_w=800.0, reactive_var=-600.0))
    device = seat("electronic_load").device
    assert point.measured.active_w == 800.0
    assert await ask(device, "INP?;FUNC?") == "1;POW"
    assert float(await ask(device, "POW?")) == 800.0
    assert float(await ask(device, "POW:PFAC?")) == pytest.approx(-0.8)


async def test_load_reads_nothing_behind_an_open_switch(
    seat: SeatMaker, point: ServicePoint, plant_clock: PlantClock
) -> None:
    device = seat("electronic_load").device
    await tell(device, "POW 1000;:INP ON;*WAI")
    assert float(await ask(device, "MEAS:CURR?")) == pytest.approx(1000 / 230, abs=0.024)
    assert float(await ask(device, "MEAS:POW?")) == pytest.approx(1000.0, abs=7.1)
    point.operate_switch(False)
    await plant_clock.advance_to(plant_clock.now() + 0.1)
    assert float(await ask(device, "MEAS:CURR?")) <= 0.011
    assert float(await ask(device, "MEAS:VOLT?")) <= 0.21


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("POW -1", -222),
        ("CURR 61", -222),
        ("RES 0", -222),
        ("POW:PFAC 0", -222),
        ("POW:PFAC 1.1", -222),
        ("FUNC X", -141),
    ],
)
async def test_settings_beyond_the_rating_are_refused(seat: SeatMaker, message: str, code: int) -> None:
    assert await error_of(seat("electronic_load").device, message) == code


async def test_reset_draws_nothing(seat: SeatMaker, point: ServicePoint) -> None:
    device = seat("electronic_load").device
    await tell(device, "POW 1000;:INP ON;*WAI;*RST")
    assert point.measured.active_w == 0.0
    assert await ask(device, "INP?") == "0"
