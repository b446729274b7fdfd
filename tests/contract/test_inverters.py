"""What every driver of a DER must keep, on SunSpec's present models and on the older ones, at the emulated inverter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers import der, roles
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.inverter import inverter_of
from tests.unit.sunspec.station import InverterStation

ALL = (
    der.LimitActivePower,
    der.SetActivePower,
    der.ConstantPowerFactor,
    der.ConstantPowerFactorCharging,
    der.ConstantReactivePower,
    der.VoltVar,
    der.VoltWatt,
    der.WattVar,
    der.FrequencyDroop,
    der.EnterService,
    der.LowVoltageTrip,
    der.HighVoltageTrip,
    der.LowFrequencyTrip,
    der.HighFrequencyTrip,
    der.RampRates,
    der.AntiIslanding,
)


@dataclass
class Wired:
    """A driver, and the station of its device."""

    station: InverterStation
    driver: roles.DerInverter


@pytest.fixture(params=[("new", "tls"), ("new", "rtu"), ("old", "tcp")], ids=lambda param: " ".join(param))
async def wired(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Wired]:
    models, port = request.param
    station = InverterStation(tmp_path, models=models, ports=[port], phases=3)
    await station.start()
    try:
        client = await station.client(port, "Maintenance")
        yield Wired(station, await inverter_of(SunSpecDevice(client, station.clock)))
    finally:
        await station.stop()


async def test_it_is_the_role(wired: Wired) -> None:
    assert isinstance(wired.driver, roles.DerInverter)


async def test_label_and_ratings_are_told_in_si_units(wired: Wired) -> None:
    label = await wired.driver.identity()
    assert (label.manufacturer, label.serial_number) == ("Bench Works", "SD10-000001")
    ratings = (await wired.driver.nameplate()).ratings
    assert (ratings.active_power_w, ratings.apparent_power_va, ratings.reactive_injection_var) == (10_000, 10_000, 4400)
    assert (await wired.driver.configuration()).active_power_w == 10_000


async def test_power_to_the_grid_is_positive(wired: Wired) -> None:
    seen = await wired.driver.measurements()
    assert seen.active_power_w == pytest.approx(10_000, rel=0.01)
    assert seen.voltage_v == pytest.approx(240.0, rel=0.01)
    assert seen.frequency_hz == pytest.approx(60.0, abs=0.01)
    assert len(seen.phases) == 3
    assert seen.at == pytest.approx(wired.station.clock.now(), abs=5.0)


async def test_injected_reactive_power_is_positive(wired: Wired) -> None:
    await wired.driver.apply(der.LimitActivePower(True, 50.0))
    await wired.driver.apply(der.ConstantReactivePower(True, 50.0, der.ReactiveBase.REACTIVE_POWER))
    await wired.station.after(60.0)
    assert (await wired.driver.measurements()).reactive_power_var == pytest.approx(2200, rel=0.02)


@pytest.mark.parametrize(
    ("excitation", "sign"), [(der.Excitation.OVER, 1.0), (der.Excitation.UNDER, -1.0)], ids=["over", "under"]
)
async def test_over_excited_injects_reactive_power(wired: Wired, excitation: der.Excitation, sign: float) -> None:
    await wired.driver.apply(der.LimitActivePower(True, 50.0))
    await wired.driver.apply(der.ConstantPowerFactor(True, 0.95, excitation))
    await wired.station.after(60.0)
    seen = await wired.driver.measurements()
    assert seen.power_factor == pytest.approx(0.95, abs=0.01)
    assert seen.reactive_power_var == pytest.approx(sign * 1643, rel=0.03)


async def test_a_function_is_offered_and_read_or_neither(wired: Wired) -> None:
    offered = await wired.driver.functions()
    assert der.LimitActivePower in offered
    for kind in ALL:
        if kind in offered:
            assert isinstance(await wired.driver.read(kind), kind)
        else:
            with pytest.raises(der.UnsupportedFunctionError):
                await wired.driver.read(kind)


async def test_what_is_left_open_stays_as_it_is(wired: Wired) -> None:
    await wired.driver.apply(der.LimitActivePower(True, 70.0))
    await wired.driver.apply(der.LimitActivePower(False))
    assert await wired.driver.read(der.LimitActivePower) == der.LimitActivePower(False, 70.0)


async def test_a_refused_setting_says_so_and_changes_nothing(wired: Wired) -> None:
    before = await wired.driver.read(der.LimitActivePower)
    with pytest.raises(der.SettingRefusedError, match="LimitActivePower"):
        await wired.driver.apply(der.LimitActivePower(True, 150.0))
    assert await wired.driver.read(der.LimitActivePower) == before


async def test_a_limit_that_is_not_renewed_ends(wired: Wired) -> None:
    await wired.driver.apply(der.LimitActivePower(True, 30.0), der.Reversion(120.0))
    assert (await wired.driver.reversion(der.LimitActivePower)).after_s == 120.0
    await wired.station.after(100.0)
    assert (await wired.driver.measurements()).active_power_w == pytest.approx(3000, rel=0.02)
    await wired.station.after(80.0)
    assert (await wired.driver.measurements()).active_power_w == pytest.approx(10_000, rel=0.02)


async def test_stopped_it_gives_nothing(wired: Wired) -> None:
    await wired.driver.operate(der.Operation.STOP)
    await wired.station.after(5.0)
    seen = await wired.driver.measurements()
    assert seen.active_power_w == 0
    assert seen.connected is False
    assert seen.state is der.OperatingState.OFF
