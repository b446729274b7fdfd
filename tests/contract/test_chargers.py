"""What every driver of a vehicle's charger must keep, over OCPP and over Modbus, against the emulated chargers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.charging import ConnectorState
from drivers.modbus.charger import ModbusCharger
from drivers.modbus.charger_map import load_family
from drivers.modbus.client import ModbusClient
from drivers.modbus.link import TcpLink
from drivers.roles import EvCharger
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.ocpp.manager_seat import ManagerSeat
from fixtures.world import World

START = 1_767_571_200.0
RATED_A, VOLTAGE_V = 32.0, 230.0
FAMILY = "abb_terra_ac"
PARKED = {"plugged": False}


@dataclass
class Bay:
    """A charger in its role, and the plant around its outlet."""

    world: World
    charger: EvCharger

    async def after(self, seconds: float) -> float:
        """Let time pass; what then flows into the vehicle, W."""
        await self.world.clock.advance_to(self.world.clock.now() + seconds)
        return self.world.service_point("box").delivered.active_w

    async def charge(self) -> None:
        """A vehicle comes and is let charge."""
        self.world.plant.vehicle("box").plug(True)
        await self.charger.start("04A1")
        assert await self.after(15.0) > 0.8 * RATED_A * VOLTAGE_V


@asynccontextmanager
async def over_ocpp(directory: Path) -> AsyncIterator[Bay]:
    world = World(PlantClock(START, guard_s=5.0), directory, seed=1)
    world.add("manager", "charging_manager", {"stations": {"CP-1": "box"}})
    world.add("box", "ocpp_charger", {"identity": "CP-1", "csms": "seat:manager", "max_a": RATED_A})
    await world.start()
    await world.fresh()
    manager = world.seat("manager")
    assert isinstance(manager, ManagerSeat)
    async with manager.session("CP-1") as charger:
        yield Bay(world, charger)
    await world.stop()


@asynccontextmanager
async def over_modbus(directory: Path) -> AsyncIterator[Bay]:
    world = World(PlantClock(START, guard_s=5.0), directory, seed=1)
    world.add("box", "modbus_charger", {"family": FAMILY, "ports": ["tcp"], "rated_a": RATED_A, "vehicle": PARKED})
    await world.start()
    await world.fresh()
    family = load_family(FAMILY)
    transport = make_transport(world.seat("box").endpoints()["tcp"], world.clock, counted=True)
    async with ModbusClient(TcpLink(transport), family.units[0]) as client:
        yield Bay(world, ModbusCharger(client, family))
    await world.stop()


@pytest.fixture(params=[over_ocpp, over_modbus], ids=["ocpp", "modbus"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[Bay]:
    make: Callable[[Path], AbstractAsyncContextManager[Bay]] = request.param
    return make(tmp_path)


async def test_the_driver_is_of_the_role(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        assert isinstance(bay.charger, EvCharger)
        assert (await bay.charger.identity()).model


async def test_a_connector_without_a_vehicle_is_available(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        assert (await bay.charger.status()).state is ConnectorState.AVAILABLE


async def test_a_limit_is_kept_and_told(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        await bay.charge()
        await bay.charger.set_limit(10.0)
        assert 0.7 * 10.0 * VOLTAGE_V < await bay.after(10.0) <= 10.0 * VOLTAGE_V
        assert await bay.charger.limit() == pytest.approx(10.0, abs=0.1)


async def test_a_limit_below_six_amperes_pauses(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        await bay.charge()
        await bay.charger.set_limit(4.0)
        assert await bay.after(10.0) == 0.0
        assert (await bay.charger.status()).state is not ConnectorState.CHARGING


async def test_without_the_limit_it_charges_as_before(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        await bay.charge()
        before_w = await bay.after(1.0)
        await bay.charger.set_limit(8.0)
        assert await bay.after(10.0) < 0.5 * before_w
        await bay.charger.set_limit(None)
        assert await bay.after(10.0) == pytest.approx(before_w, rel=0.01)


async def test_readings_are_those_of_the_plant(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        await bay.charge()
        power_w = await bay.after(60.0)
        told = await bay.charger.readings()
        assert told.power_w == pytest.approx(power_w, rel=0.01)
        if told.currents_a:
            assert told.currents_a[0] == pytest.approx(power_w / VOLTAGE_V, rel=0.01)


async def test_what_was_begun_is_ended(place: AbstractAsyncContextManager[Bay]) -> None:
    async with place as bay:
        await bay.charge()
        assert (await bay.charger.status()).state is ConnectorState.CHARGING
        await bay.charger.stop()
        assert await bay.after(15.0) == 0.0
