"""The emulated controller of street lights: sun, command, faults of lamps, its registers, what it keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.access.modbus_declared import modbus_of
from bench.lab.config import load_device
from drivers.cim.credentials import Credential, client_context
from drivers.modbus.client import ModbusClient
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.field_device import ModbusFieldDevice
from drivers.modbus.link import TcpLink
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.field.seat import StreetLightSeat, make_seat
from fixtures.field.sun import is_night, next_change, sun_times
from fixtures.world import World

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
DEVICE = load_device(Path(__file__).parents[3] / "lab_configs" / "devices" / "street-light.toml")
POINTS = modbus_of(DEVICE).map
BY_COMMAND, ON, OFF = 1, 1, 0


class Controller:
    """One seat in a world of its own, and a headend's view of it."""

    def __init__(self, directory: Path, faults: tuple[str, ...]) -> None:
        self.clock = PlantClock(MIDNIGHT)
        self.world = World(self.clock, directory, seed=7628)
        self.world.add("lights", "street_light", {"lamps": 6}, faults=faults, factory=make_seat)
        seat = self.world.seat("lights")
        assert isinstance(seat, StreetLightSeat)
        self.seat = seat

    def client(self, role: str = "Maintenance") -> ModbusClient:
        pem = bytes.fromhex(self.world.secrets._book[f"lights/modbus/{role}"]).decode()
        context = client_context(Credential.from_pem(pem))
        transport = make_transport(self.seat.endpoints()["tls"], self.clock, context=context, counted=True)
        return ModbusClient(TcpLink(transport))

    async def values(self, *names: str) -> list[float | str | bool]:
        async with self.client() as client:
            found = await ModbusFieldDevice(client, POINTS).values(names)
        return [found[name] for name in names]

    async def set(self, **values: float) -> None:
        async with self.client() as client:
            for name, value in values.items():
                await ModbusFieldDevice(client, POINTS).set_value(name, value)

    async def wait(self, seconds: float) -> None:
        await self.clock.advance_to(self.clock.now() + seconds)


Maker = Callable[..., Awaitable[Controller]]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Maker]:
    made: list[Controller] = []

    async def maker(*faults: str) -> Controller:
        controller = Controller(tmp_path, faults)
        made.append(controller)
        await controller.world.start()
        return controller

    yield maker
    for controller in made:
        await controller.world.stop()


@pytest.mark.parametrize(
    ("day", "latitude", "longitude", "rise", "fall"),
    [  # as calendars print them for these places, not looked up in an almanac: hence three minutes
        ("2026-03-20T12:00Z", 51.4779, 0.0, "2026-03-20T06:04Z", "2026-03-20T18:13Z"),  # Greenwich
        ("2026-06-21T12:00Z", 48.137, 11.575, "2026-06-21T03:13Z", "2026-06-21T19:17Z"),  # Munich
    ],
)
def test_sunrise_and_sunset(day: str, latitude: float, longitude: float, rise: str, fall: str) -> None:
    times = sun_times(datetime.fromisoformat(day).timestamp(), latitude, longitude)
    assert times is not None
    for seen, published in zip(times, (rise, fall), strict=True):
        assert seen == pytest.approx(datetime.fromisoformat(published).timestamp(), abs=180.0)


def test_polar_day_and_night() -> None:
    june, december = (datetime(2026, month, 21, tzinfo=UTC).timestamp() for month in (6, 12))
    assert sun_times(june, 78.0, 15.0) is None
    assert not is_night(june, 78.0, 15.0)
    assert is_night(december, 78.0, 15.0)
    assert next_change(december, 78.0, 15.0) > december


async def test_lamps_follow_the_sun_and_then_the_command(make: Maker) -> None:
    lights = await make()
    assert await lights.values("night", "commanded", "power") == [1.0, 1.0, 600.0]
    await lights.wait(12 * 3600)
    assert await lights.values("night", "commanded", "power") == [0.0, 0.0, 0.0]
    await lights.set(mode=BY_COMMAND, command=ON)
    assert await lights.values("commanded", "power", "status_1") == [1.0, 600.0, 1.0]
    point = lights.world.service_point("lights")
    assert point.delivered.active_w == 600.0


async def test_a_lamp_out_of_its_band_for_the_hold_time_is_one_fault_until_it_is_repaired(make: Maker) -> None:
    lights = await make()
    await lights.set(mode=BY_COMMAND, command=ON)
    for state in ("open", "aged"):
        lights.seat.change_lamp(3, state)
        began = lights.clock.now()
        await lights.wait(59.0)
        assert await lights.values("fault_count") == [0.0]
        await lights.wait(2.0)
        assert await lights.values("fault_count", "fault_lamp_1", "fault_kind_1", "status_3") == [1.0, 3.0, 1.0, 2.0]
        (since,) = await lights.values("fault_since_1")
        assert float(since) == pytest.approx(began + 60.0, abs=1.0)
        await lights.wait(3600.0)
        assert await lights.values("fault_count") == [1.0]
        lights.seat.change_lamp(3, "good")
        assert await lights.values("fault_count", "fault_lamp_1", "status_3") == [0.0, 0.0, 1.0]


async def test_what_is_no_fault(make: Maker) -> None:
    lights = await make()
    await lights.set(mode=BY_COMMAND, command=ON)
    lights.seat.change_lamp(1, "open")
    await lights.wait(50.0)
    lights.seat.change_lamp(1, "good")  # shorter than the hold time
    await lights.wait(600.0)
    lights.world.service_point("lights").connect_mains(False)
    await lights.wait(600.0)
    assert await lights.values("fault_count", "status_1") == [0.0, 4.0]
    lights.world.service_point("lights").connect_mains(True)
    await lights.set(command=OFF)
    lights.seat.change_lamp(2, "open")  # dark, and to be dark
    await lights.wait(600.0)
    assert await lights.values("fault_count") == [0.0]


@pytest.mark.parametrize(("fault", "count"), [("", 0.0), ("F-P39", 6.0)])
async def test_day_burn_is_a_fault_and_darkness_by_day_is_none(make: Maker, fault: str, count: float) -> None:
    lights = await make(*([fault] if fault else []))
    await lights.set(mode=BY_COMMAND, command=OFF)
    await lights.wait(120.0)
    assert await lights.values("fault_count") == [count]
    if not fault:
        lights.seat.change_lamp(5, "bridged")
        await lights.wait(61.0)
        assert await lights.values("fault_lamp_1", "fault_kind_1", "status_5") == [5.0, 2.0, 3.0]


async def test_settings_and_log_outlive_a_power_cut(make: Maker) -> None:
    lights = await make()
    await lights.set(mode=BY_COMMAND, command=OFF, hold=90)
    lights.seat.power(False)
    await lights.wait(30.0)
    lights.seat.power(True)
    await lights.wait(6.0)
    assert await lights.values("mode", "command", "hold", "power") == [1.0, 0.0, 90.0, 0.0]
    async with lights.client() as client:
        log = await client.read_input(4096, 4)
    assert log[1] >= 4  # power up twice, writes


@pytest.mark.parametrize(("fault", "power"), [("F-A6", 600.0), ("", 0.0)])
async def test_the_relay_after_a_boot(make: Maker, fault: str, power: float) -> None:
    lights = await make(*([fault] if fault else []))
    await lights.set(mode=BY_COMMAND, command=OFF)
    lights.seat.power(False)
    lights.seat.power(True)
    await lights.wait(6.0)
    assert await lights.values("power") == [power]


async def test_rights_by_role(make: Maker) -> None:
    lights = await make()
    async with lights.client("ReadOnly") as client:
        assert await client.read_input(0, 1) == [6]
        for request in (client.read_holding(0, 1), client.read_input(4096, 4), client.write_register(1, 1)):
            with pytest.raises(ModbusExceptionError) as refused:
                await request
            assert refused.value.code == 1
    async with lights.client("Headend") as client:
        await client.write_register(1, 1)
        with pytest.raises(ModbusExceptionError):
            await client.write_register(3, 90)


async def test_values_out_of_range_change_nothing(make: Maker) -> None:
    lights = await make()
    async with lights.client() as client:
        with pytest.raises(ModbusExceptionError) as refused:
            await client.write_registers(0, [1, 0, 99])
        assert refused.value.code == 3
    assert await lights.values("mode", "tolerance") == [0.0, 20.0]
