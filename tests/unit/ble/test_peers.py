"""Peers that were not written here: Bumble's own client at our device, and our driver at a plain Bumble peripheral."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from bumble import att, hci
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device, Peer
from bumble.gatt import GATT_MODEL_NUMBER_STRING_CHARACTERISTIC, Characteristic, Service
from bumble.host import Host
from bumble.link import LocalLink
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink, StreamPacketSink, StreamPacketSource

from drivers.clock import FreeClock
from drivers.gatt.adapter import open_adapter
from drivers.gatt.errors import AttError, GarbageError, PairingError
from drivers.gatt.metering import READING, decode_reading
from drivers.gatt.security import IoCapability, Level, PairingManner
from drivers.transport.base import SilenceError

from .conftest import Home

VALUE = "12345678-1234-5678-1234-56789abcdef1"
SECRET = "12345678-1234-5678-1234-56789abcdef2"
SERVICE = "12345678-1234-5678-1234-56789abcdef0"
ADDRESS = "F0:11:22:33:44:55"


class Owner(PairingDelegate):
    """As Bumble's documentation writes a delegate: it shows a passkey, which is typed into the device."""

    def __init__(self, types: Callable[[int], None]) -> None:
        super().__init__(PairingDelegate.DISPLAY_OUTPUT_ONLY)
        self._types = types

    async def display_number(self, number: int, digits: int = 6) -> None:
        self._types(number)


async def test_bumbles_client_discovers_pairs_and_reads(display: Home) -> None:
    url = display.seat.endpoints()["ble"]
    spec = url.removeprefix("ble+hci:").rpartition("/")[0]
    async with await open_transport(spec) as (source, sink):
        device = Device.with_hci("peer", hci.Address("F5:F4:F3:F2:F1:F0"), source, sink)
        device.pairing_config_factory = lambda _connection: PairingConfig(
            True,
            True,
            True,
            Owner(lambda number: display.seat.change_pairing({"passkey": number})),
            PairingConfig.AddressType.RANDOM,
        )
        await device.power_on()
        found: asyncio.Queue[hci.Address] = asyncio.Queue()
        device.on(Device.EVENT_ADVERTISEMENT, lambda advertisement: found.put_nowait(advertisement.address))
        await device.start_scanning(active=False)
        address = await asyncio.wait_for(found.get(), 5.0)
        await device.stop_scanning()
        connection = await device.connect(address)
        async with Peer(connection) as peer:
            await peer.request_mtu(247)
            await peer.discover_all()
            (model,) = peer.get_characteristics_by_uuid(GATT_MODEL_NUMBER_STRING_CHARACTERISTIC)
            assert await model.read_value() == b"IHD-1"
            (reading,) = peer.get_characteristics_by_uuid(UUID(READING))
            with pytest.raises(att.ATT_Error):
                await reading.read_value()
            display.seat.change_pairing({"open": True})
            await connection.pair()
            assert decode_reading(await reading.read_value()).valid
            told: asyncio.Queue[bytes] = asyncio.Queue()
            await reading.subscribe(told.put_nowait)
            await display.let_pass(3.0)
            assert decode_reading(await asyncio.wait_for(told.get(), 5.0)).at == int(display.clock.now()) - 1


class Raw(Device):
    """A plain peripheral that may answer attribute requests with bytes of the test's."""

    answer: bytes | None = None

    def on_gatt_pdu(self, connection: int, pdu: bytes) -> None:
        if self.answer is None:
            Device.on_gatt_pdu(self, connection, pdu)
        elif self.answer:
            self.send_l2cap_pdu(connection, att.ATT_CID, self.answer)


@asynccontextmanager
async def peripheral() -> AsyncIterator[tuple[Raw, str]]:
    """A peripheral as Bumble's documentation writes one, and the URL at which an adapter finds it."""
    link = LocalLink()
    controller = Controller("peripheral", link=link)
    device = Raw(name="plain", address=hci.Address(ADDRESS), host=Host(controller, AsyncPipeSink(controller)))
    readable = Characteristic.READABLE
    device.add_service(
        Service(
            UUID(SERVICE),
            [
                Characteristic(UUID(VALUE), Characteristic.Properties.READ, readable, b"x" * 300),
                Characteristic(
                    UUID(SECRET),
                    Characteristic.Properties.READ,
                    readable | Characteristic.READ_REQUIRES_ENCRYPTION,
                    b"secret",
                ),
            ],
        )
    )
    await device.power_on()
    data = bytes(AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, b"plain")]))
    await device.start_advertising(advertising_data=data, advertising_interval_min=20.0, auto_restart=True)

    class Door(StreamPacketSource):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            Controller("adapter", self, StreamPacketSink(transport), link)

    server = await asyncio.get_running_loop().create_server(Door, "127.0.0.1", 0)
    try:
        yield device, f"ble+hci:tcp-client:127.0.0.1:{server.sockets[0].getsockname()[1]}/{ADDRESS}"
    finally:
        server.close()
        await device.stop_advertising()


async def test_our_driver_at_a_plain_peripheral() -> None:
    async with peripheral() as (_device, url), open_adapter(url, FreeClock()) as adapter:
        client = await adapter.client()
        async with client:
            assert await client.read(VALUE) == b"x" * 300
            with pytest.raises(AttError) as refused:
                await client.read(SECRET)
            assert refused.value.code == 0x0F
            adapter.hci.manner = PairingManner(IoCapability.NO_INPUT_NO_OUTPUT, mitm=False)
            assert (await client.pair()).level is Level.ENCRYPTED  # it is Just Works, whatever Bumble calls it
            assert await client.read(SECRET) == b"secret"


async def test_a_plain_peripheral_that_refuses_to_pair() -> None:
    class Refuses(PairingDelegate):
        async def accept(self) -> bool:
            return False

    async with peripheral() as (device, url), open_adapter(url, FreeClock()) as adapter:
        device.pairing_config_factory = lambda _connection: PairingConfig(delegate=Refuses())
        async with await adapter.client() as client:
            with pytest.raises(PairingError) as failed:
                await client.pair()
            assert failed.value.reason == 0x05


async def test_an_answer_that_is_no_pdu_is_garbage_and_none_is_silence() -> None:
    async with peripheral() as (device, url), open_adapter(url, FreeClock()) as adapter:
        client = await adapter.client()
        async with client:
            device.answer = b"\x01\x0a"  # an error response that was cut off
            with pytest.raises(GarbageError):
                await client.read(VALUE)
            device.answer = b""
            client.answer_s = 0.1
            with pytest.raises(SilenceError):
                await client.read(VALUE)
            client.answer_s = 5.0
