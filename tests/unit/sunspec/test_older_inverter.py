"""The role `DerInverter` at an inverter that has the models before 701 only."""

from __future__ import annotations

import pytest

from drivers import der
from drivers.roles import DerInverter
from drivers.sunspec.device import SunSpecDevice
from drivers.sunspec.inverter import SunSpecInverter, inverter_of
from drivers.sunspec.older_inverter import OlderSunSpecInverter

from .conftest import StationMaker
from .station import InverterStation

SETTINGS: list[der.Setting] = [
    der.LimitActivePower(True, 60.0),
    der.ConstantPowerFactor(True, 0.95, der.Excitation.UNDER),
    der.ConstantPowerFactor(True, 0.92, der.Excitation.OVER),
    der.ConstantReactivePower(True, -30.0, der.ReactiveBase.REACTIVE_POWER),
    der.ConstantReactivePower(True, 20.0, der.ReactiveBase.ACTIVE_POWER),
]


@pytest.fixture
async def old_station(make_station: StationMaker) -> InverterStation:
    return await make_station(models="old", phases=3)


@pytest.fixture
async def old(old_station: InverterStation) -> OlderSunSpecInverter:
    return OlderSunSpecInverter(SunSpecDevice(await old_station.client(), old_station.clock))


async def test_it_fulfils_the_role_as_far_as_it_goes(old: OlderSunSpecInverter) -> None:
    assert isinstance(old, DerInverter)
    assert (await old.device.map()).models == (1, 103, 120, 121, 122, 123)
    assert await old.functions() == {der.LimitActivePower, der.ConstantPowerFactor, der.ConstantReactivePower}
    for call in (old.read(der.VoltVar), old.apply(der.VoltVar(True)), old.control(), old.beat(1), old.reset_alarms()):
        with pytest.raises(der.UnsupportedFunctionError, match="before 701"):
            await call


async def test_what_it_is_and_does(old: OlderSunSpecInverter) -> None:
    assert (await old.identity()).serial_number == "SD10-000001"
    ratings = (await old.nameplate()).ratings
    assert (ratings.active_power_w, ratings.reactive_absorption_var) == (10_000, 4400)
    assert ratings.power_factor_over_excited == 0.9
    seen = await old.measurements()
    assert seen.active_power_w == pytest.approx(10_000, abs=1)
    assert seen.voltage_v == pytest.approx(240.0)
    assert len(seen.phases) == 3
    assert seen.connected
    assert seen.power_factor == pytest.approx(1.0)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: type(setting).__name__)
async def test_a_setting_is_read_back_as_it_was_given(old: OlderSunSpecInverter, setting: der.Setting) -> None:
    await old.apply(setting)
    assert await old.read(type(setting)) == setting


async def test_the_sign_of_a_power_factor_is_the_devices(old: OlderSunSpecInverter) -> None:
    await old.apply(der.ConstantPowerFactor(True, 0.95, der.Excitation.OVER))
    assert (await old.device.read_model(123))["OutPFSet"] == -0.95
    other = OlderSunSpecInverter(old.device, positive_power_factor=der.Excitation.OVER)
    assert (await other.read(der.ConstantPowerFactor)).excitation is der.Excitation.UNDER


async def test_a_limit_acts_and_ends_by_itself(old_station: InverterStation, old: OlderSunSpecInverter) -> None:
    await old.apply(der.LimitActivePower(True, 40.0), der.Reversion(60.0))
    assert await old.reversion(der.LimitActivePower) == der.ReversionState(60.0, None)
    await old_station.after(50.0)
    assert (await old.measurements()).active_power_w == pytest.approx(4000, abs=20)
    await old_station.after(11.0)
    assert not (await old.read(der.LimitActivePower)).enabled
    with pytest.raises(der.UnsupportedFunctionError, match="no other value"):
        await old.apply(der.LimitActivePower(True, 40.0), der.Reversion(60.0, der.LimitActivePower(True, 80.0)))


async def test_disconnect_and_connect(old_station: InverterStation, old: OlderSunSpecInverter) -> None:
    await old.operate(der.Operation.STOP)
    await old_station.after(1.0)
    assert not (await old.measurements()).connected
    await old.operate(der.Operation.START)
    await old_station.after(620.0)
    assert (await old.measurements()).connected


async def test_configuration(old: OlderSunSpecInverter) -> None:
    await old.configure(der.Ratings(active_power_w=8000.0, reactive_absorption_var=4000.0))
    changed = await old.configuration()
    assert (changed.active_power_w, changed.reactive_absorption_var) == (8000, 4000)
    with pytest.raises(der.SettingRefusedError):
        await old.configure(der.Ratings(active_power_w=20_000.0))


@pytest.mark.parametrize(
    ("models", "driver"), [("old", OlderSunSpecInverter), ("new", SunSpecInverter), ("both", SunSpecInverter)]
)
async def test_the_driver_is_that_of_the_map(make_station: StationMaker, models: str, driver: type[object]) -> None:
    station = await make_station(models=models)
    assert isinstance(await inverter_of(SunSpecDevice(await station.client(), station.clock)), driver)
