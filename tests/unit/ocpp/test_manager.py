"""A charging manager and its station in one host, on a clock that steps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.charging import ChargerRefusedError, ConnectorState
from drivers.cim.credentials import Credential, client_context
from drivers.clock import FreeClock
from drivers.ocpp.charge_point import StationIdentity, connect
from drivers.ocpp.errors import NoAnswerError, UpgradeRefusedError
from drivers.ocpp.tls import CLIENT_TLS
from drivers.roles import EvCharger
from drivers.sep2.der import DERControlBase
from fixtures.clock import PlantClock
from fixtures.home.actuators import DerOrder
from fixtures.home.charger_actuator import ChargerActuator
from fixtures.ocpp.manager_seat import ManagerSeat
from fixtures.world import World

IDENTITY = "CP-0003"
START = 1_767_571_200.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(PlantClock(START, guard_s=5.0), tmp_path, seed=1)
    made.add("manager", "charging_manager", {"stations": {IDENTITY: "charger"}})
    made.add(
        "charger", "ocpp_charger", {"identity": IDENTITY, "csms": "seat:manager", "free_vend": True, "max_a": 32.0}
    )
    await made.start()
    await made.fresh()
    yield made
    await made.stop()


def manager(world: World) -> ManagerSeat:
    seat = world.seat("manager")
    assert isinstance(seat, ManagerSeat)
    return seat


async def test_a_station_comes_when_it_is_wanted_and_follows(world: World) -> None:
    clock = world.clock
    world.plant.vehicle("charger").plug(True)
    await clock.advance_to(clock.now() + 10.0)

    async def drive() -> None:
        async with manager(world).session(IDENTITY) as charger:
            assert isinstance(charger, EvCharger)
            assert (await charger.identity()).model == "ECS-7"
            assert (await charger.status()).state is ConnectorState.CHARGING
            await charger.set_limit(10.0)
            assert await charger.limit() == 10.0
            await clock.sleep_until(clock.now() + 5.0)
            power_w = (await charger.readings()).power_w
            assert power_w is not None
            assert 1500.0 < power_w <= 2300.0
            await charger.set_limit(None)
            with pytest.raises(ChargerRefusedError):
                await charger.start()

    began = clock.now()
    await clock.result_of(clock.spawn(drive(), "drive"))
    assert clock.now() - began < 10.0


async def test_a_station_without_power_does_not_come(world: World) -> None:
    world.seat("charger").power(False)

    async def drive() -> None:
        async with manager(world).session(IDENTITY):
            pass

    with pytest.raises(NoAnswerError):
        await world.clock.result_of(world.clock.spawn(drive(), "drive"))


async def test_nobody_costs_a_timer_while_nothing_is_wanted(world: World) -> None:
    began = world.clock.now()
    await world.clock.advance_to(began + 30 * 86_400.0)
    assert not manager(world).ocpp_url


async def test_an_energy_management_steers_a_station_of_a_manager(world: World) -> None:
    """By the same actuator as a charger with registers."""
    actuator = ChargerActuator("home/charger", world.clock, lambda: manager(world).session(IDENTITY), 32.0)
    world.plant.vehicle("charger").plug(True)
    await world.clock.advance_to(world.clock.now() + 10.0)
    half = DerOrder(DERControlBase(fixed_w=-5_000), category=int(actuator.category))
    assert await world.clock.result_of(world.clock.spawn(actuator.act(half), "act"))
    assert world.service_point("charger").measured.active_w <= 16.0 * 230.0
    assert await world.clock.result_of(world.clock.spawn(actuator.act(None), "let go"))


@pytest.mark.parametrize(("faults", "gets_in"), [((), False), (("F-A25",), True)])
async def test_an_identity_is_taken_over_with_its_password_only(
    tmp_path: Path, faults: tuple[str, ...], gets_in: bool
) -> None:
    world = World(PlantClock(mode="free"), tmp_path, seed=1)
    world.add("manager", "charging_manager", {"outside": "CP-9001"}, faults=faults)
    await world.start()
    trust = Credential.from_pem(world.secrets.published("manager/ocpp/authority").decode("ascii"))
    context, url = client_context(trust, CLIENT_TLS), world.seat("manager").endpoints()["stations"]
    right = StationIdentity("CP-9001", world.secrets.published("manager/ocpp/password"))
    first = await connect(url, right, FreeClock(), context=context)
    try:
        await first.call("Heartbeat")
        if gets_in:
            impostor = await connect(url, StationIdentity("CP-9001"), FreeClock(), context=context)
            assert await first.ended(5.0)
            await impostor.close()
            return
        with pytest.raises(UpgradeRefusedError):
            await connect(url, StationIdentity("CP-9001"), FreeClock(), context=context)
        await first.call("Heartbeat")
        second = await connect(url, right, FreeClock(), context=context)
        assert await first.ended(5.0)
        await second.call("Heartbeat")
        await second.close()
    finally:
        await first.close()
        await world.stop()


async def test_a_vehicle_feeds_back_by_a_negative_limit_of_2_1(tmp_path: Path) -> None:
    world = World(PlantClock(START, guard_s=5.0), tmp_path, seed=1)
    world.add("manager", "charging_manager", {"stations": {IDENTITY: "charger"}})
    made = {
        "identity": IDENTITY,
        "csms": "seat:manager",
        "free_vend": True,
        "discharges": True,
        "versions": ["ocpp2.1"],
    }
    world.add("charger", "ocpp_charger", {**made, "vehicle": {"discharge_w": 7400.0}})
    await world.start()
    await world.fresh()
    world.plant.vehicle("charger").plug(True)
    await world.clock.advance_to(START + 10.0)
    async with manager(world).session(IDENTITY) as charger:
        await charger.set_limit(-16.0)
        await world.clock.advance_to(world.clock.now() + 10.0)
        assert world.service_point("charger").measured.active_w == pytest.approx(-16.0 * 230.0, rel=0.02)
        told = await charger.readings()
        assert told.power_w == pytest.approx(-16.0 * 230.0, rel=0.02)
        assert await charger.limit() == pytest.approx(-16.0)
    await world.stop()
