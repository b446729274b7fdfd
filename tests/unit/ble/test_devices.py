"""The emulated devices through our driver, over HCI on TCP."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.gatt import load_control, metering, sig
from drivers.gatt.errors import AttError, NotEncryptedError, PairingError
from drivers.gatt.load_control import Act, GattAppliance
from drivers.gatt.security import IoCapability, Level, Method, PairingManner
from drivers.roles import HanDevice
from drivers.transport.base import PeerClosedError, SilenceError
from drivers.transport.tap import drop
from fixtures.ble.display_seat import make_display
from fixtures.ble.thermostat_seat import ThermostatSeat, make_thermostat
from fixtures.plant import Load

from .conftest import PASSKEY, START, Home, home

NUMERIC = PairingManner(IoCapability.DISPLAY_YES_NO)
NOTHING = PairingManner(IoCapability.NO_INPUT_NO_OUTPUT, mitm=False)


async def test_a_seat_nobody_talks_to_has_no_stack(display: Home) -> None:
    display.seat.fresh(frozenset())
    await display.let_pass(86_400.0)
    assert display.seat._unit is None
    assert display.seat._application is None


async def test_a_stranger_reads_what_is_public_and_nothing_else(display: Home) -> None:
    async with display.adapter() as adapter, await adapter.client() as client:
        assert await client.read(sig.MODEL) == b"IHD-1"
        assert client.security.level is Level.OPEN
        with pytest.raises(AttError) as refused:
            await client.read(metering.READING)
        assert refused.value.protects


@pytest.mark.parametrize(("manner", "method"), [(PASSKEY, Method.PASSKEY), (NUMERIC, Method.NUMERIC_COMPARISON)])
async def test_authenticated_pairing_opens_the_reading(display: Home, manner: PairingManner, method: Method) -> None:
    display.world.service_point("device").set_load(Load(1000.0))
    async with display.adapter() as adapter, await adapter.client() as client:
        worth = await display.pair(client, manner)
        assert (worth.method, worth.level) == (method, Level.SECURE)
        reading = metering.decode_reading(await client.read(metering.READING))
        assert reading.power_w == pytest.approx(1000.0, abs=0.1)
        assert reading.at == int(display.clock.now())


async def test_just_works_is_no_authentication(tmp_path: Path) -> None:
    async with (
        home(make_display, tmp_path, "F-C16") as made,
        made.adapter() as adapter,
        await adapter.client() as client,
    ):
        worth = await made.pair(client, NOTHING)
        assert worth.level is Level.ENCRYPTED
        with pytest.raises(AttError):
            await client.read(metering.READING)


@pytest.mark.parametrize("off", [1, 2])
async def test_a_wrong_passkey_or_number_ends_the_pairing(display: Home, off: int) -> None:
    async with display.adapter() as adapter, await adapter.client() as client:
        with pytest.raises(PairingError):
            await display.pair(client, PASSKEY if off == 1 else NUMERIC, off)
        assert client.security.level is Level.OPEN


async def test_a_bond_lasts_over_a_reconnection_and_a_power_cycle(display: Home) -> None:
    async with display.adapter() as adapter:
        async with await adapter.client() as client:
            await display.pair(client)
        async with await adapter.client() as client:
            assert client.security.level is Level.SECURE
        display.seat.power(False)
        display.seat.power(True)
        await display.let_pass(3.0)
        async with await adapter.client() as client:
            assert metering.decode_reading(await client.read(metering.READING)).valid


async def test_a_bond_lost_at_the_device_is_an_error_and_no_silence(display: Home) -> None:
    async with display.adapter() as adapter:
        async with await adapter.client() as client:
            await display.pair(client)
        display.seat.change_pairing({"forget": True})
        with pytest.raises(NotEncryptedError):
            await (await adapter.client()).connect()


async def test_a_bond_lost_at_this_side_pairs_anew(display: Home) -> None:
    async with display.adapter() as adapter:
        async with await adapter.client() as client:
            await display.pair(client)
        await adapter.hci.forget()
        async with await adapter.client() as client:
            with pytest.raises(AttError) as refused:
                await client.read(metering.READING)
            assert refused.value.code == 0x0F
            assert (await display.pair(client)).level is Level.SECURE


async def test_readings_are_told_on_the_plants_clock(display: Home) -> None:
    async with display.adapter() as adapter, await adapter.client() as client:
        await display.pair(client)
        await client.subscribe(metering.READING)
        await display.let_pass(7.0)
        await client.read(metering.READING)
        assert len(client.notices()) == 3
        await client.unsubscribe(metering.READING)
        await display.let_pass(7.0)
        await client.read(metering.READING)
        assert client.notices() == []


async def test_the_history_has_whole_hours_of_the_plant(display: Home) -> None:
    display.world.service_point("device").set_load(Load(1500.0))
    async with display.adapter() as adapter, await adapter.client() as client:
        await display.pair(client)
        await display.let_pass(3 * 3600.0 + 60.0)
        entries = metering.decode_history(await client.read(metering.HISTORY))
    assert [entry.at for entry in entries] == [int(START + 3600 * number) for number in (1, 2, 3)]
    assert [entry.import_wh for entry in entries] == pytest.approx([1500.0] * 3, abs=0.2)


async def test_long_values_are_written_and_read_whole(display: Home) -> None:
    text = bytes(0x41 + at % 26 for at in range(200))
    async with display.adapter() as adapter:
        async with await adapter.client() as client:
            await display.pair(client)
            await client.write(metering.CUSTOMER, text)
        async with await adapter.client() as client:
            assert await client.read(metering.CUSTOMER) == text
            with pytest.raises(AttError) as refused:
                await client.write(metering.CUSTOMER, text + b"x")
            assert refused.value.code == 0x0D


async def test_the_address_changes_and_the_owner_finds_the_device(display: Home) -> None:
    seen = set()
    async with display.adapter() as adapter:
        for _boot in range(2):
            seen.add(await adapter.find())
            display.seat.power(False)
            display.seat.power(True)
            await display.let_pass(3.0)
    assert len(seen) == 2
    assert all(int(address[:2], 16) >> 6 == 1 for address in seen)


async def test_the_thermostat_is_a_han_device_and_draws_from_the_plant(thermostat: Home) -> None:
    point = thermostat.world.service_point("device")
    assert isinstance(thermostat.seat, ThermostatSeat)
    thermostat.seat.change_appliance("use", True)
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        await thermostat.pair(client)
        device = GattAppliance(client)
        assert isinstance(device, HanDevice)
        await thermostat.let_pass(1800.0)
        before_w = point.delivered.active_w
        assert before_w == pytest.approx(3000.0)
        assert await device.power_w() == pytest.approx(before_w)
        await device.limit(0.5)
        assert point.delivered.active_w == pytest.approx(1500.0)
        await device.turn_off()
        assert point.delivered.active_w == 0.0
        assert (await device.state()).act is Act.OFF
        await device.release()
        await thermostat.let_pass(200.0)
        assert point.delivered.active_w == pytest.approx(3000.0)


async def test_set_points_are_kept_within_their_range(thermostat: Home) -> None:
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        await thermostat.pair(client)
        device = GattAppliance(client)
        await device.set_to(26.5)
        with pytest.raises(AttError):
            await device.set_to(95.0)
        assert await device.set_point() == 26.5


async def test_strangers_never_put_the_owner_out(thermostat: Home) -> None:
    async with thermostat.adapter() as owner, await owner.client() as client:
        await thermostat.pair(client)
        for _stranger in range(4):
            async with thermostat.adapter() as adapter, await adapter.client():
                assert (await GattAppliance(client).state()).act is Act.RELEASE


async def test_a_message_that_is_lost_is_silence(thermostat: Home) -> None:
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        await thermostat.pair(client)
        with client.taps["gatt"].interfering(drop), pytest.raises(SilenceError):
            await GattAppliance(client).turn_off()
        assert (await GattAppliance(client).state()).act is Act.RELEASE


async def test_taps_see_every_layer(thermostat: Home) -> None:
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        layers = {name: tap.capturing() for name, tap in client.taps.items()}
        seen = {name: context.__enter__() for name, context in layers.items()}
        await client.read(sig.MODEL)
        await thermostat.pair(client)
        for context in layers.values():
            context.__exit__(None, None, None)
    assert set(seen) == {"line", "att", "smp", "gatt"}
    assert seen["gatt"][-1].data == b"\x0bTHM-2"
    assert any(one.data == b"\x0bTHM-2" for one in seen["att"])
    assert seen["smp"][0].data[0] == 0x01


async def test_a_device_that_leaves_in_the_middle_is_told_apart_from_a_silent_one(thermostat: Home) -> None:
    async with thermostat.adapter() as adapter, await adapter.client(answer_s=5.0) as client:
        await thermostat.pair(client)
        thermostat.seat.power(False)
        with pytest.raises(PeerClosedError):
            await GattAppliance(client).state()


async def test_a_hung_device_is_silent_within_the_deadline(tmp_path: Path) -> None:
    async with home(make_thermostat, tmp_path, "F-A3") as made, made.adapter() as adapter:
        client = await adapter.client(answer_s=5.0)
        await client.connect()
        client.answer_s = 0.1
        with pytest.raises(SilenceError):
            await client.ask(b"\x0a\x01")  # it hangs on this one
        with pytest.raises(SilenceError):
            await client.read(sig.MODEL)
        await client.close()


async def test_a_wrong_write_never_reaches_the_application(thermostat: Home) -> None:
    async with thermostat.adapter() as adapter, await adapter.client() as client:
        await thermostat.pair(client)
        with pytest.raises(AttError) as refused:
            await client.write(load_control.STATE, b"\x00")
        assert refused.value.code == 0x03
        assert (await client.ask(b"\x12\x01\x00\x00"))[-1] == 0x03  # a service's declaration
