"""The role `DerInverter` at the emulated inverter, through its Modbus ports."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509

from drivers import der
from drivers.modbus.errors import ModbusExceptionError
from drivers.roles import DerInverter
from drivers.sunspec.inverter import SunSpecInverter
from fixtures import fault_box

from .conftest import StationMaker
from .station import InverterStation

# Another value of each function than the default one, within IEEE 1547's ranges.
SETTINGS: list[der.Setting] = [
    der.LimitActivePower(True, 60.0),
    der.SetActivePower(True, power_percent=40.0),
    der.SetActivePower(True, power_w=3000.0),
    der.ConstantPowerFactor(True, 0.95, der.Excitation.UNDER),
    der.ConstantReactivePower(True, -30.0, der.ReactiveBase.APPARENT_POWER, der.Priority.REACTIVE),
    der.VoltVar(
        True,
        ((90.0, 40.0), (97.0, 0.0), (103.0, 0.0), (110.0, -40.0)),
        10.0,
        100.0,
        True,
        600.0,
        der.ReactiveBase.APPARENT_POWER,
        der.Priority.REACTIVE,
    ),
    der.VoltWatt(True, ((105.0, 100.0), (109.0, 30.0)), 5.0),
    der.WattVar(
        True, ((30.0, 0.0), (60.0, 0.0), (95.0, -30.0)), der.ReactiveBase.APPARENT_POWER, der.Priority.REACTIVE
    ),
    der.FrequencyDroop(True, 0.1, 0.2, 0.04, 0.03, 4.0, 0.0),
    der.EnterService(True, 105.5, 90.0, 60.5, 59.2, 120.0, 30.0, 60.0),
    der.LowVoltageTrip(True, ((80.0, 22.0), (45.0, 3.0)), (), ((45.0, 1.0),)),
    der.HighVoltageTrip(True, ((115.0, 10.0), (120.0, 0.16)), (), ((115.0, 10.0),)),
    der.LowFrequencyTrip(True, ((58.0, 200.0), (56.0, 1.0)), (), ()),
    der.HighFrequencyTrip(True, ((61.5, 250.0), (63.0, 0.5)), (), ()),
    der.RampRates(5.0, 10.0),
]


@pytest.fixture
async def inverter(station: InverterStation) -> SunSpecInverter:
    return await station.inverter()


def test_the_driver_fulfils_the_role(inverter: SunSpecInverter) -> None:
    assert isinstance(inverter, DerInverter)


async def test_who_it_is(inverter: SunSpecInverter) -> None:
    assert await inverter.identity() == der.DerIdentity("Bench Works", "Sunny Day 10", "SD10-000001", "1.4.2")


async def test_what_it_can_do(inverter: SunSpecInverter) -> None:
    nameplate = await inverter.nameplate()
    assert nameplate.ratings.active_power_w == 10_000
    assert nameplate.ratings.charge_w is None
    assert (nameplate.normal_category, nameplate.abnormal_category) == ("B", "III")
    assert {"MAX_W", "VOLT_VAR", "FREQ_WATT", "WATT_VAR"} <= nameplate.functions


async def test_measurements_are_those_of_the_grid(station: InverterStation, inverter: SunSpecInverter) -> None:
    seen = await inverter.measurements()
    assert seen.active_power_w == pytest.approx(10_000, abs=1)
    assert seen.voltage_v == pytest.approx(240.0, abs=0.05)
    assert seen.frequency_hz == pytest.approx(60.0, abs=1e-3)
    assert seen.state in (der.OperatingState.RUNNING, der.OperatingState.THROTTLED)
    assert seen.connected
    assert not seen.alarms
    assert station.point.delivered.phases[0].voltage_v == pytest.approx(240.0)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: type(setting).__name__)
async def test_a_setting_is_read_back_as_it_was_given(inverter: SunSpecInverter, setting: der.Setting) -> None:
    assert type(setting) in await inverter.functions()
    await inverter.apply(setting)
    assert await inverter.read(type(setting)) == setting


async def test_a_limit_acts(station: InverterStation, inverter: SunSpecInverter) -> None:
    await inverter.apply(der.LimitActivePower(True, 40.0))
    await station.after(60.0)
    seen = await inverter.measurements()
    assert seen.active_power_w == pytest.approx(4000, abs=20)
    assert seen.state is der.OperatingState.THROTTLED
    assert "MAX_W" in seen.throttled_by


async def test_a_limit_is_written_in_one_request(station: InverterStation, inverter: SunSpecInverter) -> None:
    await inverter.device.discover()
    before = inverter.device.transactions
    await inverter.apply(der.LimitActivePower(True, 40.0), der.Reversion(60.0, der.LimitActivePower(True, 80.0)))
    assert inverter.device.transactions == before + 1


async def test_a_setting_reverts_when_it_is_not_renewed(station: InverterStation, inverter: SunSpecInverter) -> None:
    await inverter.apply(der.LimitActivePower(True, 40.0), der.Reversion(60.0, der.LimitActivePower(True, 80.0)))
    await station.after(45.0)
    left = await inverter.reversion(der.LimitActivePower)
    assert left.after_s == 60.0
    assert left.remaining_s == pytest.approx(15.0, abs=1.0)
    await inverter.apply(der.LimitActivePower(True, 40.0))
    await station.after(45.0)
    assert (await inverter.read(der.LimitActivePower)).limit_percent == 40.0
    await station.after(16.0)
    assert await inverter.read(der.LimitActivePower) == der.LimitActivePower(True, 80.0)
    assert (await inverter.reversion(der.LimitActivePower)).remaining_s == 0.0


async def test_a_curve_reverts_too(station: InverterStation, inverter: SunSpecInverter) -> None:
    wanted = der.VoltVar(True, ((92.0, 30.0), (98.0, 0.0), (102.0, 0.0), (108.0, -30.0)))
    later = der.VoltVar(True, ((92.0, 20.0), (98.0, 0.0), (102.0, 0.0), (108.0, -20.0)))
    await inverter.apply(wanted, der.Reversion(60.0, later))
    assert (await inverter.read(der.VoltVar)).points == wanted.points
    await station.after(61.0)
    assert (await inverter.read(der.VoltVar)).points == later.points


@pytest.mark.parametrize(
    "setting",
    [
        der.LimitActivePower(True, 140.0),
        der.ConstantPowerFactor(True, 0.5, der.Excitation.OVER),
        der.ConstantReactivePower(True, 90.0, der.ReactiveBase.APPARENT_POWER),
        der.EnterService(True, voltage_high_percent=120.0),
        der.VoltVar(True, ((92.0, 44.0), (98.0, 0.0), (95.0, 0.0), (108.0, -44.0))),
        der.FrequencyDroop(True, droop_over=0.5),
        der.LowVoltageTrip(True, ((88.0, 21.0),)),
    ],
    ids=lambda setting: type(setting).__name__,
)
async def test_what_is_out_of_range_is_refused_and_changes_nothing(
    inverter: SunSpecInverter, setting: der.Setting
) -> None:
    before = await inverter.read(type(setting))
    with pytest.raises(der.SettingRefusedError, match=rf"{type(setting).__name__}: .*model 70\d|71\d"):
        await inverter.apply(setting)
    assert await inverter.read(type(setting)) == before


async def test_more_points_than_a_curve_has_are_not_supported(inverter: SunSpecInverter) -> None:
    points = tuple((90.0 + index, 0.0) for index in range(9))
    with pytest.raises(der.UnsupportedFunctionError, match="room for 4 points, 9 are needed"):
        await inverter.apply(der.VoltVar(True, points))


async def test_a_function_is_switched_without_touching_its_curve(inverter: SunSpecInverter) -> None:
    before = await inverter.read(der.VoltVar)
    await inverter.apply(der.VoltVar(True))
    assert await inverter.read(der.VoltVar) == replace(before, enabled=True)
    await inverter.apply(der.VoltVar(False))
    assert await inverter.read(der.VoltVar) == before


async def test_what_a_device_does_not_let_be_written_is_refused(inverter: SunSpecInverter) -> None:
    assert (await inverter.read(der.AntiIslanding)).enabled
    with pytest.raises(der.SettingRefusedError, match="AntiIslEna"):
        await inverter.apply(der.AntiIslanding(False))


async def test_the_power_factor_while_charging_is_a_batterys(
    make_station: StationMaker, inverter: SunSpecInverter
) -> None:
    assert der.ConstantPowerFactorCharging not in await inverter.functions()


async def test_a_battery_shows_its_charge(make_station: StationMaker) -> None:
    station = await make_station(battery_wh=10_000.0, state_of_charge=0.6)
    inverter = await station.inverter()
    assert (await inverter.measurements()).state_of_charge_percent == pytest.approx(60.0)
    setting = der.ConstantPowerFactorCharging(True, 0.95, der.Excitation.OVER)
    await inverter.apply(setting)
    assert await inverter.read(der.ConstantPowerFactorCharging) == setting


async def test_stop_and_start(station: InverterStation, inverter: SunSpecInverter) -> None:
    await inverter.operate(der.Operation.STOP)
    await station.after(1.0)
    seen = await inverter.measurements()
    assert seen.active_power_w == 0
    assert not seen.connected
    await inverter.operate(der.Operation.START)
    await station.after(620.0)
    assert (await inverter.measurements()).active_power_w == pytest.approx(10_000, abs=5)


async def test_heartbeats(station: InverterStation, inverter: SunSpecInverter) -> None:
    first = await inverter.control()
    await station.after(10.0)
    second = await inverter.control()
    assert first.remote
    assert second.der_heartbeat == (first.der_heartbeat or 0) + 10
    await inverter.beat(77)
    assert (await inverter.control()).controller_heartbeat == 77


async def test_under_local_control_nothing_can_be_written(station: InverterStation, inverter: SunSpecInverter) -> None:
    fault_box.change_der(station.world, "inverter1", "local", {"on": True})
    assert not (await inverter.control()).remote
    with pytest.raises(der.SettingRefusedError, match="illegal function"):
        await inverter.apply(der.LimitActivePower(True, 50.0))
    fault_box.change_der(station.world, "inverter1", "local", {"on": False})
    await inverter.apply(der.LimitActivePower(True, 50.0))


async def test_configuration_is_written_and_restored(inverter: SunSpecInverter) -> None:
    rated = await inverter.configuration()
    await inverter.configure(der.Ratings(active_power_w=8000.0, reactive_injection_var=3520.0))
    changed = await inverter.configuration()
    assert (changed.active_power_w, changed.reactive_injection_var) == (8000, 3520)
    assert (await inverter.nameplate()).ratings.active_power_w == 10_000
    await inverter.configure(rated)
    assert await inverter.configuration() == rated
    with pytest.raises(der.SettingRefusedError):
        await inverter.configure(der.Ratings(active_power_w=12_000.0))


@pytest.mark.parametrize("port", ["rtu", "tcp", "tls"])
async def test_all_ports_tell_the_same(make_station: StationMaker, port: str) -> None:
    station = await make_station(ports=["rtu", "tcp", "tls"])
    inverter = await station.inverter(port)
    found = await inverter.device.discover()
    assert found.map.models == (1, *range(701, 713), 714, 715)
    found.map.check()


async def test_a_reader_reads_and_a_nobody_does_not(make_station: StationMaker) -> None:
    station = await make_station(ports=["tls"])
    reader = await station.inverter("tls", "ReadOnly")
    assert (await reader.measurements()).connected
    with pytest.raises(der.SettingRefusedError, match="illegal function"):
        await reader.apply(der.LimitActivePower(True, 50.0))
    nobody = await station.client("tls", "no_role")
    with pytest.raises(ModbusExceptionError):
        await nobody.read_holding(40000, 2)


async def test_the_certificate_of_the_tls_port_is_shown(make_station: StationMaker) -> None:
    station = await make_station(ports=["tls"], certificate_model=True)
    inverter = await station.inverter("tls")
    shown = await inverter.device.certificate()
    assert shown is not None
    certificate = x509.load_der_x509_certificate(shown[: 4 + int.from_bytes(shown[2:4], "big")])
    assert "inverter1" in certificate.subject.rfc4514_string()
    assert (await inverter.device.map()).models[-1] == 8
    assert await (await (await make_station()).inverter()).device.certificate() is None
