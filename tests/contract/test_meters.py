"""What every meter driver must keep, on DLMS and on ANSI C12.18, against the emulated meters."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from drivers import roles
from drivers.c1218.client import C1218Client, Credential
from drivers.c1218.link import C1218Link
from drivers.c1218.meter import C1218Meter
from drivers.metering import SwitchState
from drivers.transport.urls import make_transport
from fixtures.clock import PlantClock
from fixtures.meter.objects.rights import Role
from fixtures.meter_c12.seat import C12MeterSeat, make_seat
from fixtures.plant.electricity import Load
from fixtures.plant.service_point import ServicePoint
from fixtures.world import World
from tests.unit.meter.wire import MeterOnWire

START = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
DAY_S, PERIOD_S = 86_400.0, 900.0
TECHNICIAN = 3


class Metered:
    """An emulated meter on its service point; ``session`` is the role as the client that operates the meter."""

    def __init__(
        self, world: World, session: Callable[[], AbstractAsyncContextManager[roles.Meter]], serial: str
    ) -> None:
        self.world = world
        self.session = session
        self.serial = serial

    @property
    def point(self) -> ServicePoint:
        return self.world.service_point("meter")

    async def wait(self, seconds: float) -> None:
        await self.world.clock.advance_to(self.world.clock.now() + seconds)


async def over_dlms(world: World) -> Metered:
    wired = await MeterOnWire.start(world)

    @asynccontextmanager
    async def session() -> AsyncIterator[roles.Meter]:
        async with wired.role(Role.MANAGEMENT) as meter:
            yield meter

    return Metered(world, session, wired.seat.unit.serial)


async def over_c1218(world: World) -> Metered:
    seat = world.add("meter", "c1218_meter", {}, factory=make_seat)
    assert isinstance(seat, C12MeterSeat)
    await world.start()
    password = bytes.fromhex(world.secrets._book["meter/technician/password"])

    @asynccontextmanager
    async def session() -> AsyncIterator[roles.Meter]:
        transport = make_transport(seat.endpoints()["optical"], world.clock, counted=True)
        client = C1218Client(C1218Link(transport))
        await client.connect()
        try:
            await client.log_on(Credential(TECHNICIAN, b"tester", password))
            yield C1218Meter(client)
        finally:
            await client.close()
            await asyncio.sleep(0)

    return Metered(world, session, seat.unit.serial)


MAKERS: dict[str, Callable[[World], Awaitable[Metered]]] = {"dlms": over_dlms, "c1218": over_c1218}


@pytest_asyncio.fixture(params=sorted(MAKERS))
async def metered(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Metered]:
    world = World(PlantClock(START), tmp_path, seed=7628)
    try:
        yield await MAKERS[request.param](world)
    finally:
        await world.stop()


async def test_it_is_a_meter_and_tells_who_it_is(metered: Metered) -> None:
    async with metered.session() as meter:
        assert isinstance(meter, roles.Meter)
        identity = await meter.identity()
    assert identity.serial_number == metered.serial
    assert identity.device_name is not None
    assert metered.serial in identity.device_name
    assert identity.firmware is not None
    assert "1.4" in identity.firmware


async def test_the_clock_is_in_seconds_since_the_epoch_and_can_be_set(metered: Metered) -> None:
    clock = metered.world.clock
    async with metered.session() as meter:
        shown = (await meter.clock()).at
        assert shown == pytest.approx(clock.now(), abs=3.0)
        await meter.set_clock(clock.now() + 40.0)
        shown = (await meter.clock()).at
        assert shown == pytest.approx(clock.now() + 40.0, abs=3.0)


async def test_registers_have_units_and_rise_with_the_load(metered: Metered) -> None:
    metered.point.set_load(Load(2000.0, 0.0))
    async with metered.session() as meter:
        first = await meter.register("energy_import")
        power = await meter.register("power_import")
    await metered.wait(3600.0)
    metered.point.set_load(Load(0.0, 0.0))
    async with metered.session() as meter:
        second = await meter.register("energy_import")
        rates = [(await meter.register(f"energy_import_rate_{rate}")).value for rate in (1, 2)]
    assert (first.unit, power.unit) == ("Wh", "W")
    assert first.value == pytest.approx(first.raw * 10.0**first.scaler)
    assert power.value == pytest.approx(2000.0, rel=0.02)
    assert second.value - first.value == pytest.approx(2000.0, rel=0.02)
    assert sum(rates) == second.value


async def test_a_register_that_has_no_name_is_a_value_error(metered: Metered) -> None:
    async with metered.session() as meter:
        with pytest.raises(ValueError, match="nonsense"):
            await meter.register("nonsense")


async def test_values_of_the_moment_come_by_name(metered: Metered) -> None:
    async with metered.session() as meter:
        shown = await meter.instantaneous()
    assert {"voltage_l1", "current_l1", "power_import", "frequency"} <= set(shown)
    assert shown["voltage_l1"].value == pytest.approx(230.0, rel=0.01)
    assert shown["frequency"].value == pytest.approx(50.0, rel=0.001)
    assert all(reading.name == name for name, reading in shown.items())


async def test_the_load_profile_gives_rows_of_a_stretch_of_time_in_order(metered: Metered) -> None:
    metered.point.set_load(Load(1000.0, 0.0))
    await metered.wait(2 * 3600.0 + 10.0)
    async with metered.session() as meter:
        rows = await meter.load_profile(START - 3600.0, START + 3600.0)
    assert [row.at for row in rows] == [START + PERIOD_S * number for number in range(-4, 5)]
    levels = [row.readings["energy_import"].value for row in rows]
    assert levels == sorted(levels)
    assert levels[-1] - levels[-2] == pytest.approx(250.0, rel=0.02)
    assert all(row.readings["energy_import"].unit == "Wh" for row in rows)


async def test_an_interval_without_supply_has_no_row_and_the_next_one_says_why(metered: Metered) -> None:
    await metered.wait(1000.0)
    metered.point.connect_mains(False)
    await metered.wait(3600.0)
    metered.point.connect_mains(True)
    await metered.wait(3600.0)
    async with metered.session() as meter:
        rows = await meter.load_profile(START, metered.world.clock.now())
    moments = [row.at for row in rows]
    assert START + 900.0 in moments
    assert not {START + PERIOD_S * number for number in (2, 3, 4, 5)} & set(moments)
    marked = next(row for row in rows if row.at == START + 6 * PERIOD_S)
    assert marked.status


async def test_days_and_closings(metered: Metered) -> None:
    async with metered.session() as meter:
        days = await meter.daily_profile(START - 4 * DAY_S, START + 1.0)
        closings = await meter.billing()
    assert days
    assert [row.at for row in days] == sorted(row.at for row in days if row.at is not None)
    assert closings
    assert all(row.readings for row in (*days, *closings))


async def test_what_happens_is_logged_with_its_time(metered: Metered) -> None:
    metered.point.open_cover(True)
    opened = metered.world.clock.now()
    async with metered.session() as meter:
        entries = await meter.events("fraud", START - 1.0)
        assert [entry.at for entry in entries] == [pytest.approx(opened, abs=1.0)]
        assert await meter.events("communication") is not None
        with pytest.raises(KeyError):
            await meter.events("no such log")


async def test_the_switch_opens_and_closes_by_order(metered: Metered) -> None:
    async with metered.session() as meter:
        before = await meter.switch()
        assert (before.output_on, before.state) == (True, SwitchState.CONNECTED)
        await meter.disconnect()
    await metered.wait(3.0)
    assert not metered.point.contact_closed
    async with metered.session() as meter:
        opened = await meter.switch()
        assert (opened.output_on, opened.state) == (False, SwitchState.DISCONNECTED)
    await metered.wait(70.0)
    async with metered.session() as meter:
        await meter.set_control_mode(2)
        assert (await meter.switch()).mode == 2
        await meter.reconnect()
    await metered.wait(3.0)
    assert metered.point.contact_closed
