"""The emulated sub-meter: what flows at its service point, as registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.access.modbus_declared import modbus_of
from bench.lab.config import load_device
from drivers.modbus.client import ModbusClient
from drivers.modbus.errors import ModbusExceptionError
from drivers.modbus.field_device import ModbusFieldDevice
from drivers.modbus.link import RtuLink
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.field.sub_meter import SubMeterSeat, make_seat
from fixtures.plant import Load
from fixtures.world import World

POINTS = modbus_of(load_device(Path(__file__).parents[3] / "lab_configs" / "devices" / "modbus-sub-meter.toml")).map


async def _seat(directory: Path, **settings: object) -> tuple[World, SubMeterSeat]:
    world = World(PlantClock(0.0, "stepped"), directory, seed=1)
    world.add("sub", "modbus_sub_meter", dict(settings), faults=(), factory=make_seat)
    seat = world.seat("sub")
    assert isinstance(seat, SubMeterSeat)
    await seat.start()
    seat.fresh(frozenset())
    return world, seat


async def _read(world: World, seat: SubMeterSeat, *names: str) -> list[float]:
    transport = make_transport(seat.endpoints()["rtu"], world.clock, counted=True, baud=9600)
    async with ModbusClient(RtuLink(transport)) as client:
        found = await ModbusFieldDevice(client, POINTS).values(names)
    return [float(found[name]) for name in names]


async def test_what_flows_is_read_over_the_serial_line(tmp_path: Path) -> None:
    world, seat = await _seat(tmp_path)
    try:
        world.service_point("sub").set_load([Load(power_w=1500.0)])
        await world.clock.advance_to(3600.0)
        voltage, power, imported, exported = await _read(world, seat, "voltage", "power_1", "imported", "exported")
        assert (voltage, power) == (pytest.approx(230.0), pytest.approx(1500.0))
        assert imported == pytest.approx(1.5, rel=1e-3)
        assert exported == 0.0
    finally:
        await seat.stop()


async def test_a_meter_that_reads_too_high_does_so_in_power_and_energy(tmp_path: Path) -> None:
    world, seat = await _seat(tmp_path, error=0.05)
    try:
        world.service_point("sub").set_load([Load(power_w=1000.0)])
        await world.clock.advance_to(3600.0)
        power, imported = await _read(world, seat, "power_1", "imported")
        assert power == pytest.approx(1050.0)
        assert imported == pytest.approx(1.05, rel=1e-3)
    finally:
        await seat.stop()


async def test_the_demand_period_is_at_most_an_hour(tmp_path: Path) -> None:
    world, seat = await _seat(tmp_path)
    try:
        transport = make_transport(seat.endpoints()["rtu"], world.clock, counted=True, baud=9600)
        async with ModbusClient(RtuLink(transport)) as client:
            device = ModbusFieldDevice(client, POINTS)
            await device.set_value("demand_period", 15.0)
            assert await device.value("demand_period") == 15.0
            with pytest.raises(ModbusExceptionError):
                await device.set_value("demand_period", 61.0)
            assert await device.value("demand_period") == 15.0
    finally:
        await seat.stop()


async def test_nothing_else_can_be_written(tmp_path: Path) -> None:
    world, seat = await _seat(tmp_path)
    try:
        transport = make_transport(seat.endpoints()["rtu"], world.clock, counted=True, baud=9600)
        async with ModbusClient(RtuLink(transport)) as client:
            with pytest.raises(ModbusExceptionError):
                await client.write_register(0, 1)
    finally:
        await seat.stop()


def test_an_unknown_port_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'radio'"):
        make_seat("sub", {"ports": ["radio"]}, World(PlantClock(0.0, "stepped"), tmp_path, seed=1))
