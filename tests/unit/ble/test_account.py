"""A display that belongs to a meter: what it shows of it, the meter's notices and their receipts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.gatt import account, metering
from drivers.gatt.client import GattClient
from drivers.gatt.errors import AttError
from fixtures.ble.display_seat import DisplaySeat, make_display
from fixtures.clock import PlantClock
from fixtures.meter import dozing
from fixtures.meter.model.meter import Meter
from fixtures.meter.model.metrology import Quantity
from fixtures.meter.model.prepayment import AccountMode, LimitAction, Terms
from fixtures.meter.seat import MeterSeat
from fixtures.plant import Load
from fixtures.world import World

from .conftest import START, Home

PRICE = 25
POWER_W = 2_000.0
TERMS = Terms(AccountMode.PREPAYMENT, (PRICE, PRICE), low=2_500, emergency=1_000, action=LimitAction.NONE)


class MeteredHome(Home):
    """A display, and the meter that it belongs to."""

    @property
    def meter(self) -> Meter:
        seat = self.world.seat("meter")
        assert isinstance(seat, MeterSeat)
        return seat.awake()

    def prepaid(self, credit: int) -> None:
        """The account has so much credit, and is then run on `TERMS`."""
        self.meter.consumption.prepayment.reset(credit, 0)
        self.meter.consumption.prepayment.set_terms(TERMS)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[GattClient]:
        """A client of the owner, told of notices."""
        async with self.adapter() as adapter, await adapter.client() as client:
            await self.pair(client)
            await client.subscribe(account.NOTICE)
            yield client

    async def use_up(self, client: GattClient, seconds: float) -> list[account.Notice]:
        """Let a load draw for so long; what the owner is told."""
        self.world.service_point("meter").set_load(Load(POWER_W))
        await self.let_pass(seconds)
        self.world.service_point("meter").set_load(Load(0.0))
        return await told(client)


async def told(client: GattClient) -> list[account.Notice]:
    """The notices that have come; what was told before comes before the answer."""
    await client.read(account.STATUS)
    return [account.decode_notice(one.value) for one in client.notices()]


@asynccontextmanager
async def metered(directory: Path, *faults: str) -> AsyncIterator[MeteredHome]:
    clock = PlantClock(START)
    world = World(clock, directory)
    world.add("meter", "", {"ports": ["tcp"]}, factory=dozing.make_seat)
    settings = {"meter": "meter", "service_point": "meter"}
    seat = world.add("display", "", settings, faults=faults, factory=make_display)
    assert isinstance(seat, DisplaySeat)
    await world.start()
    try:
        yield MeteredHome(world, seat, clock)
    finally:
        await world.stop()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[MeteredHome]:
    async with metered(tmp_path) as made:
        yield made


async def test_the_meter_sleeps_until_somebody_looks_at_its_display(home: MeteredHome) -> None:
    seat = home.world.seat("meter")
    assert isinstance(seat, MeterSeat)
    assert seat.meter is None
    async with home.owner() as client:
        await client.read(metering.READING)
    assert seat.meter is not None


async def test_it_shows_the_registers_and_the_hours_of_the_profile(home: MeteredHome) -> None:
    home.world.service_point("meter").set_load(Load(1_000.0))
    async with home.owner() as client:
        await home.let_pass(2 * 3600.0 + 60.0)
        reading = metering.decode_reading(await client.read(metering.READING))
        counts = home.meter.metrology.counts()
        assert (reading.import_wh, reading.export_wh) == (counts[Quantity.IMPORT], counts[Quantity.EXPORT])
        assert reading.power_w == pytest.approx(1_000.0, rel=0.01)
        hours = metering.decode_history(await client.read(metering.HISTORY))
        assert [entry.at for entry in hours[-2:]] == [START + 3600, START + 7200]
        assert hours[-1].import_wh == pytest.approx(1_000.0, rel=0.01)


async def test_while_the_meter_is_down_nothing_is_shown_as_valid(home: MeteredHome) -> None:
    async with home.owner() as client:
        home.world.seat("meter").power(False)
        assert not metering.decode_reading(await client.read(metering.READING)).valid


async def test_the_status_is_that_of_the_account(home: MeteredHome) -> None:
    home.prepaid(5_000)
    home.world.service_point("meter").set_load(Load(POWER_W))
    async with home.owner() as client:
        status = account.decode_status(await client.read(account.STATUS))
    assert (status.credit, status.state, status.price_per_kwh) == (5_000, account.CreditState.SUFFICIENT, 25_000)
    assert status.remaining_s == home.meter.consumption.remaining_s()
    assert status.flags == account.Flags.PREPAID | account.Flags.SUPPLY_ON


async def test_a_notice_comes_again_until_its_receipt(home: MeteredHome) -> None:
    home.prepaid(5_000)
    async with home.owner() as client:
        first = (await home.use_up(client, 200.0))[0]
        assert first.told is account.Told.CREDIT_LOW
        assert first.credit <= TERMS.low
        await home.let_pass(31.0)
        assert [one.number for one in await told(client)] == [first.number]
        await client.write(account.RECEIPT, account.encode_receipt(first.log, first.number))
        await home.let_pass(120.0)
        assert await told(client) == []


async def test_a_notice_waits_for_whoever_comes(home: MeteredHome) -> None:
    home.prepaid(100)
    async with home.owner() as client:
        waiting = account.decode_notice(await client.read(account.NOTICE))
        assert waiting.told is account.Told.CREDIT_LOW
        await client.write(account.RECEIPT, account.encode_receipt(waiting.log, waiting.number))
        assert await client.read(account.NOTICE) == b""


@pytest.mark.parametrize("receipt", [account.encode_receipt(2, 999), b"\x02", b""])
async def test_a_receipt_for_nothing_is_refused(home: MeteredHome, receipt: bytes) -> None:
    async with home.owner() as client:
        with pytest.raises(AttError):
            await client.write(account.RECEIPT, receipt)


async def test_emergency_credit_is_taken_when_the_credit_is_low_and_not_before(home: MeteredHome) -> None:
    home.prepaid(5_000)
    async with home.owner() as client:
        with pytest.raises(AttError):
            await client.write(account.EMERGENCY, account.TAKE_EMERGENCY)
        home.meter.consumption.prepayment.reset(1_000, 0)
        await client.write(account.EMERGENCY, account.TAKE_EMERGENCY)
        status = account.decode_status(await client.read(account.STATUS))
    assert status.credit == 1_000 + TERMS.emergency
    assert account.Flags.EMERGENCY_IN_USE in status.flags


async def test_a_stranger_sees_nothing_of_the_account(home: MeteredHome) -> None:
    async with home.adapter() as adapter, await adapter.client() as client:
        for uuid in (account.STATUS, account.LIMITS, account.NOTICE):
            with pytest.raises(AttError) as refused:
                await client.read(uuid)
            assert refused.value.protects


async def test_a_display_without_a_meter_has_no_account(display: Home) -> None:
    async with display.adapter() as adapter, await adapter.client() as client:
        assert not client.has(account.STATUS)


async def test_a_seat_that_is_no_meter_is_refused(tmp_path: Path) -> None:
    world = World(PlantClock(START), tmp_path)
    world.add("other", "", {}, factory=make_display)
    seat = world.add("display", "", {"meter": "other"}, factory=make_display)
    assert isinstance(seat, DisplaySeat)
    with pytest.raises(ValueError, match="no meter"):
        seat.make_application()
