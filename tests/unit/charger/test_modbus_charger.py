"""Chargers with Modbus: the role over each family's registers, at the pilot and at the vehicle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.charging.pilot import decode
from drivers.charging import ChargerRefusedError, ConnectorState
from drivers.modbus.charger import ModbusCharger
from drivers.modbus.charger_map import ChargerMapError, family_names, load_family
from drivers.modbus.client import ModbusClient
from drivers.modbus.link import RtuLink, TcpLink
from drivers.roles import EvCharger
from drivers.transport.urls import make_transport
from fixtures.charger.modbus_seat import ModbusChargerSeat, make_seat
from fixtures.clock import PlantClock
from fixtures.world import World

WITH_FALL_BACK = ["abb_terra_ac", "keba_p30", "heidelberg_energy_control"]
CHARGING_ONLY = [name for name in family_names() if name != "wallbox_quasar"]


@dataclass
class Bay:
    """A charger with its vehicle, and the link to it."""

    world: World
    charger: ModbusCharger

    async def after(self, seconds: float) -> float:
        """Let time pass; the power then, W."""
        await self.world.clock.advance_to(self.world.clock.now() + seconds)
        return self.world.service_point("box").delivered.active_w

    @property
    def allowed_a(self) -> float:
        """What the pilot lets the vehicle draw."""
        duty = self.world.plant.pilot("box").pwm
        return 0.0 if duty is None else decode(100.0 * duty).current_a


@asynccontextmanager
async def bay(directory: Path, family: str, *faults: str, **settings: object) -> AsyncIterator[Bay]:
    world = World(PlantClock(0.0, "stepped"), directory, seed=1)
    known = load_family(family)
    port = "tcp" if "tcp" in known.lines else "rtu"
    made = {"family": family, "ports": [port], "unit": known.units[0], "rated_a": 16.0, **settings}
    world.add("box", "modbus_charger", made, faults=faults, factory=make_seat)
    seat = world.seat("box")
    assert isinstance(seat, ModbusChargerSeat)
    await seat.start()
    seat.fresh(frozenset(faults))
    more = {"baud": 19200, "parity": "E"} if port == "rtu" else {}
    transport = make_transport(seat.endpoints()[port], world.clock, counted=True, **more)
    link = RtuLink(transport) if port == "rtu" else TcpLink(transport)
    try:
        async with ModbusClient(link, known.units[0], timeout_s=2.0) as client:
            yield Bay(world, ModbusCharger(client, known))
    finally:
        await seat.stop()


@pytest.mark.parametrize("family", family_names())
async def test_a_limit_is_kept_at_the_pilot_and_shown(tmp_path: Path, family: str) -> None:
    async with bay(tmp_path, family) as outlet:
        assert isinstance(outlet.charger, EvCharger)
        assert await outlet.after(10.0) > 3000.0
        await outlet.charger.set_limit(10.0)
        power_w = await outlet.after(10.0)
        assert 9.0 < outlet.allowed_a <= 10.0
        assert 1800.0 < power_w <= 2300.0
        assert await outlet.charger.limit() == pytest.approx(10.0, abs=0.01)
        readings = await outlet.charger.readings()
        assert readings.power_w == pytest.approx(power_w, abs=1.0)
        assert (await outlet.charger.status()).state is ConnectorState.CHARGING


@pytest.mark.parametrize("family", family_names())
async def test_a_limit_below_six_amperes_pauses_and_a_higher_one_resumes(tmp_path: Path, family: str) -> None:
    async with bay(tmp_path, family) as outlet:
        await outlet.after(10.0)
        await outlet.charger.set_limit(3.0)
        assert await outlet.after(10.0) == 0.0
        assert outlet.allowed_a == 0.0
        assert (await outlet.charger.status()).state in (ConnectorState.SUSPENDED_EVSE, ConnectorState.PREPARING)
        await outlet.charger.set_limit(8.0)
        assert await outlet.after(10.0) > 1500.0


@pytest.mark.parametrize("family", family_names())
async def test_the_plug_shows(tmp_path: Path, family: str) -> None:
    async with bay(tmp_path, family, vehicle={"plugged": False}) as outlet:
        await outlet.after(10.0)
        assert (await outlet.charger.status()).state is ConnectorState.AVAILABLE


@pytest.mark.parametrize("family", CHARGING_ONLY)
async def test_a_charger_that_cannot_is_not_told_to_discharge(tmp_path: Path, family: str) -> None:
    async with bay(tmp_path, family) as outlet:
        with pytest.raises(ChargerRefusedError):
            await outlet.charger.set_limit(-10.0)


async def test_a_vehicle_discharges_by_a_negative_limit(tmp_path: Path) -> None:
    vehicle = {"discharge_w": 7000.0}
    async with bay(tmp_path, "wallbox_quasar", discharges=True, vehicle=vehicle) as outlet:
        await outlet.charger.set_limit(-10.0)
        assert await outlet.after(10.0) == pytest.approx(-2300.0)
        readings = await outlet.charger.readings()
        assert readings.power_w == pytest.approx(-2300.0)
        assert readings.soc_percent == pytest.approx(50.0)
        await outlet.charger.set_limit(10.0)
        assert await outlet.after(10.0) > 2000.0


@pytest.mark.parametrize("family", WITH_FALL_BACK)
async def test_a_charger_falls_back_when_its_controller_is_silent(tmp_path: Path, family: str) -> None:
    async with bay(tmp_path, family) as outlet:
        current_a = 8.0 if load_family(family).fall_back_current else None
        await outlet.charger.set_fall_back(current_a, 60.0)
        await outlet.charger.set_limit(14.0)
        await outlet.after(58.0)
        assert 13.0 < outlet.allowed_a <= 14.0
        await outlet.after(3.0)
        assert 7.0 < outlet.allowed_a <= 8.0
        await outlet.charger.set_limit(12.0)
        assert 11.0 < outlet.allowed_a <= 12.0


@pytest.mark.parametrize(("fault", "after_s", "allowed_a"), [("F-A11", 120.0, 14.0), ("F-A12", 10.0, 16.0)])
async def test_defects_of_the_fall_back_show(tmp_path: Path, fault: str, after_s: float, allowed_a: float) -> None:
    async with bay(tmp_path, "abb_terra_ac", fault) as outlet:
        await outlet.charger.set_fall_back(None, 60.0)
        await outlet.charger.set_limit(14.0)
        await outlet.after(after_s)
        assert outlet.allowed_a == pytest.approx(allowed_a, abs=0.6)


async def test_what_a_controller_set_goes_with_the_power(tmp_path: Path) -> None:
    async with bay(tmp_path, "abb_terra_ac") as outlet:
        await outlet.charger.set_limit(8.0)
        await outlet.after(5.0)
        seat = outlet.world.seat("box")
        seat.power(False)
        assert await outlet.after(5.0) == 0.0
        seat.power(True)
        assert await outlet.after(20.0) > 3000.0


def test_every_family_names_its_source_and_what_it_commands() -> None:
    assert len(family_names()) >= 3
    for name in family_names():
        family = load_family(name)
        assert family.family == name
        assert family.source
        assert family.command.lowest_a >= 6.0


def test_an_unknown_family_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ChargerMapError, match="abb_terra_ac"):
        load_family("nobody")
    broken = tmp_path / "mine.toml"
    broken.write_text(
        'family = "mine"\ntitle = "t"\nsource = "s"\n[points]\n[status]\npoint = "x"\nnames = {}\n[command]\n'
    )
    with pytest.raises(ChargerMapError, match="mine"):
        load_family(str(broken))
