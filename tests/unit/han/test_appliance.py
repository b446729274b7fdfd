"""The emulated appliances behind CTA-2045, through our own client on a stepped clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.cta2045.appliance import Cta2045Appliance
from drivers.cta2045.basic import Basic, CommunicationStatus, Opcode, OperationalState
from drivers.cta2045.errors import ApplicationNakError, LinkNakError, ResponseCodeError
from drivers.cta2045.frame import Frame
from drivers.cta2045.intermediate import Cycling, EnergyPrice, SetPoints, TemperatureOffset, Termination, Units
from drivers.roles import HanDevice
from drivers.transport.base import SilenceError
from tests.unit.han.appliances import home

_UNKNOWN = 0x55


@pytest.mark.parametrize(
    ("appliance", "rated_w"),
    [("water_heater", 4500.0), ("air_conditioner", 3000.0), ("pool_pump", 1100.0), ("evse", 7200.0)],
)
async def test_every_kind_sheds_and_comes_back_after_its_dwell(tmp_path: Path, appliance: str, rated_w: float) -> None:
    async with home(tmp_path, appliance) as at:
        assert await at.client.state() == OperationalState.RUNNING_NORMAL
        assert at.watts == rated_w
        await at.client.shed(300.0)
        assert at.watts == 0.0
        assert await at.client.state() == OperationalState.IDLE_CURTAILED
        await at.client.end()
        await at.let_pass(50.0)
        assert at.watts == 0.0
        await at.released()
        assert at.watts == rated_w
        assert await at.client.state() == OperationalState.RUNNING_NORMAL


async def test_an_event_ends_by_itself_at_its_time_plus_a_random_part(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.shed(288.0)
        await at.let_pass(287.0)
        assert at.watts == 0.0
        await at.let_pass(33.0)
        assert at.watts == 4500.0


async def test_cycling_draws_in_its_duty_pattern_and_ends(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.start_cycling(Cycling(7, 0.0, 30, 50))
        drawn = []
        for _minute in range(30):
            await at.let_pass(60.0)
            drawn.append(at.watts > 0.0)
        assert 13 <= sum(drawn) <= 17
        assert drawn[:4] == [False] * 4
        assert drawn[5:9] == [True] * 4
        await at.released()
        assert await at.client.state() == OperationalState.RUNNING_NORMAL


async def test_only_its_own_cycling_event_is_terminated(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.start_cycling(Cycling(7, 0.0, 30, 0))
        with pytest.raises(ResponseCodeError):
            await at.client.terminate_cycling(Termination(8))
        assert at.watts == 0.0
        await at.client.terminate_cycling(Termination(7))
        await at.released()
        assert at.watts == 4500.0


async def test_a_customer_stops_a_shed_and_says_so_but_not_an_emergency(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.shed(900.0)
        at.seat.change_appliance("override", True)
        await at.client.listen(at.clock.now() + 1.0)
        assert list(at.client.unasked) == [Basic(Opcode.CUSTOMER_OVERRIDE, 1)]
        await at.released()
        assert at.watts == 4500.0
        assert await at.client.state() == OperationalState.RUNNING_OPTED_OUT
        await at.client.grid_emergency(None)
        assert at.watts == 0.0


async def test_a_word_that_nobody_took_is_said_when_the_module_is_back(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.close()
        at.seat.change_appliance("override", True)
        await at.let_pass(10.0)
        await at.client.open()
        await at.client.state()
        await at.client.listen(at.clock.now() + 1.0)
        assert list(at.client.unasked) == [Basic(Opcode.CUSTOMER_OVERRIDE, 1)]


async def test_the_loss_of_the_utility_ends_an_event_after_its_time(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.critical_peak(None)
        await at.client.tell_outside(CommunicationStatus.LOST)
        await at.let_pass(890.0)
        assert at.watts == 0.0
        await at.let_pass(45.0)
        assert at.watts == 4500.0


async def test_a_high_price_sheds_until_a_low_one(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.price(EnergyPrice(55, 840, 2))
        assert at.watts == 0.0
        await at.client.price(EnergyPrice(10, 840, 2))
        await at.released()
        assert at.watts == 4500.0


async def test_a_level_limits_the_power(tmp_path: Path) -> None:
    async with home(tmp_path, "evse") as at:
        await at.client.command(Opcode.POWER_LEVEL, 64)
        assert at.watts == pytest.approx(7200.0 * 64 / 127)


async def test_load_up_heats_a_tank_that_is_warm_enough(tmp_path: Path) -> None:
    async with home(tmp_path, used=False) as at:
        await at.let_pass(6 * 3600.0)
        assert at.watts == 0.0
        await at.client.load_up(600.0)
        assert at.watts == 4500.0
        assert await at.client.state() == OperationalState.RUNNING_HEIGHTENED


async def test_set_points_of_others_and_beyond_the_range_are_refused(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        own = await at.client.read_set_points()
        for bad in (
            SetPoints(0x0007, Units.CELSIUS, 50, 50),
            SetPoints(own.device_type, Units.CELSIUS, 50, 95),
            SetPoints(own.device_type, Units.FAHRENHEIT, 50, 50),
        ):
            with pytest.raises(ResponseCodeError):
                await at.client.set_points(bad)
        assert await at.client.read_set_points() == own
        await at.client.set_points(SetPoints(own.device_type, Units.CELSIUS, 50, 50))
        assert (await at.client.read_set_points()).first == 50


async def test_an_event_and_a_set_point_outlive_the_supply(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        await at.client.set_points(SetPoints(0x0002, Units.CELSIUS, 50, 50))
        await at.client.critical_peak(None)
        at.seat.power(False)
        await at.let_pass(20.0)
        with pytest.raises(SilenceError):
            await at.client.state()
        at.seat.power(True)
        await at.let_pass(6.0)
        assert at.watts == 0.0
        assert await at.client.state() == OperationalState.IDLE_CURTAILED
        assert (await at.client.read_set_points()).first == 50


async def test_what_is_not_known_is_refused_by_name(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        with pytest.raises(ApplicationNakError) as caught:
            await at.client.command(_UNKNOWN)
        assert caught.value.reason == 1
        with pytest.raises(LinkNakError, match="unsupported"):
            await at.client.link.send(Frame(0x0900, b"\x01\x02"))


async def test_the_commodity_is_what_the_service_point_saw(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        (reading,) = await at.client.commodity()
        assert reading.rate == 4500
        assert reading.total == round(at.point.delivered_energy().import_wh)


async def test_days_of_idling_are_made_up_for_without_timers(tmp_path: Path) -> None:
    async with home(tmp_path, used=False) as at:
        await at.client.close()
        await at.let_pass(30 * 86_400.0)
        await at.client.open()
        assert 49 <= await at.client.present_temperature() <= 56


@pytest.mark.parametrize("fault", ["F-P52", "F-I14"])
async def test_a_device_that_only_says_that_it_sheds(tmp_path: Path, fault: str) -> None:
    async with home(tmp_path, "water_heater", fault) as at:
        await at.client.shed(300.0)
        assert at.watts == 4500.0


async def test_an_override_that_stops_a_scram(tmp_path: Path) -> None:
    async with home(tmp_path, "water_heater", "F-P54") as at:
        at.seat.change_appliance("override", True)
        await at.client.grid_emergency(None)
        await at.released()
        assert at.watts == 4500.0


async def test_the_random_part_differs_from_time_to_time_unless_it_is_missing(tmp_path: Path) -> None:
    for fault, least_s, most_s in (("", 1.0, 31.0), ("F-I39", 0.0, 0.5)):
        async with home(tmp_path, "evse", *([fault] if fault else [])) as at:
            delays = []
            for _time in range(4):
                await at.client.shed(None)
                await at.let_pass(120.0)
                ended = at.clock.now()
                await at.client.end()
                while at.watts == 0.0:
                    await at.let_pass(0.25)
                delays.append(at.clock.now() - ended)
            assert least_s <= max(delays) - min(delays) <= most_s


async def test_the_driver_is_the_role_of_an_appliance(tmp_path: Path) -> None:
    async with home(tmp_path) as at:
        appliance = Cta2045Appliance(at.client)
        assert isinstance(appliance, HanDevice)
        await appliance.limit(0.5)
        assert await appliance.power_w() == pytest.approx(2250.0, rel=0.02)
        with pytest.raises(ValueError, match="0 to 1"):
            await appliance.limit(1.5)
        at.seat.change_appliance("override", True)
        await at.client.listen(at.clock.now() + 1.0)
        assert await appliance.opted_out()
        await appliance.turn_off()
        assert await appliance.power_w() == 0.0
        await appliance.release()
        at.seat.change_appliance("override", False)
        await at.released()
        assert at.watts == 4500.0


async def test_a_temperature_offset_bounds_how_far_a_shed_goes(tmp_path: Path) -> None:
    async with home(tmp_path, "air_conditioner") as at:
        await at.client.request(TemperatureOffset(2, Units.CELSIUS).encode(), "temperature offset")
        await at.client.shed(None)
        await at.let_pass(600.0)
        warmest = 0.0
        for _ in range(60):
            await at.let_pass(60.0)
            warmest = max(warmest, await at.client.present_temperature())
        assert warmest == 27.0  # 24 and the band of 1, and 2 more


async def test_an_appliance_without_a_thermostat_has_no_offset(tmp_path: Path) -> None:
    async with home(tmp_path, "pool_pump") as at:
        with pytest.raises(ResponseCodeError):
            await at.client.request(TemperatureOffset(2, Units.CELSIUS).encode(), "temperature offset")
