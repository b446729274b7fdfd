"""Our backend of bleak over Bumble: `BumbleClient` and `BumbleScanner`, given an open `HciAdapter` as ``hci``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import att, core
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection
from bumble.gatt import Characteristic
from bumble.gatt_client import CharacteristicProxy, Client, DescriptorProxy

from drivers.gatt.hci_adapter import HciAdapter
from drivers.gatt.hci_central import Report

MTU = 247
_NAMES: dict[Characteristic.Properties, CharacteristicPropertyName] = {
    Characteristic.Properties.BROADCAST: "broadcast",
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
    Characteristic.Properties.AUTHENTICATED_SIGNED_WRITES: "authenticated-signed-writes",
    Characteristic.Properties.EXTENDED_PROPERTIES: "extended-properties",
}
_DECLARATIONS = frozenset({0x2800, 0x2801, 0x2802, 0x2803})
"""Types of attributes: primary and secondary service, include, characteristic."""
_WRITE_OVERHEAD = 3  # octets of a write command that are not its value


class BumbleClient(BaseBleakClient):
    """A connection through an `HciAdapter`. ``discover``: whether connecting looks for services."""

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        hci: HciAdapter,
        discover: bool = True,
        disconnected_callback: Callable[[], None] | None = None,
        timeout: float = 10.0,
        **_platform: Any,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._hci = hci
        self._discover = discover
        self._connection: Connection | None = None

    @property
    def name(self) -> str:
        """The address: a name is read where it is wanted."""
        return self.address

    @property
    def connection(self) -> Connection:
        """Bumble's connection. Raises BleakError while there is none."""
        if self._connection is None:
            raise BleakError("not connected")
        return self._connection

    @property
    def mtu_size(self) -> int:
        """Of the attribute protocol."""
        return self.connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether the link is there."""
        return self._connection is not None

    async def connect(self, pair: bool, **_options: Any) -> None:
        """Connect; with the keys of a former pairing, encrypted. Looks for services."""
        connection = await self._hci.connect(self.address, self._timeout)
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._disconnected)
        if await self._hci.has_bond(connection):
            await self._hci.encrypt(connection, self._timeout)
        elif pair:
            await self._hci.pair(connection, self._timeout)
        if self._discover:
            await self.discover()

    def _disconnected(self, _reason: int) -> None:
        if self._connection is None:
            return
        self._connection = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.disconnect()
            except (core.BaseBumbleError, RuntimeError):
                return  # it has gone by itself

    async def pair(self, *_args: Any, **_options: Any) -> None:
        """Pair in the adapter's manner."""
        await self._hci.pair(self.connection, self._timeout)

    async def unpair(self) -> None:
        """Throw this side's keys away and disconnect."""
        await self._hci.keys.delete(str(self.connection.peer_address))
        await self.disconnect()

    # -- discovery -----------------------------------------------------------------------------------------------

    @property
    def _gatt(self) -> Client:
        client = self.connection.gatt_client
        assert client is not None
        return client

    async def discover(self) -> None:
        """Exchange the MTU and find services, characteristics and descriptors."""
        client = self._gatt
        with _as_bleak():
            await client.request_mtu(MTU)
            await client.discover_services()
            for service in client.services:
                await client.discover_characteristics((), service)
            await _find_descriptors(client)
        self.services = self._collection(client)

    def _collection(self, client: Client) -> BleakGATTServiceCollection:
        collection = BleakGATTServiceCollection()
        for service in client.services:
            told = BleakGATTService(service, service.handle, _uuid(service.uuid))
            collection.add_service(told)
            for found in service.characteristics:
                names = [name for flag, name in _NAMES.items() if found.properties & flag]
                characteristic = BleakGATTCharacteristic(
                    found, found.handle, _uuid(found.uuid), names, self._write_size, told
                )
                collection.add_characteristic(characteristic)
                for descriptor in found.descriptors:
                    kind = _uuid(descriptor.type)
                    collection.add_descriptor(BleakGATTDescriptor(descriptor, descriptor.handle, kind, characteristic))
        return collection

    def _write_size(self) -> int:
        return self.connection.att_mtu - _WRITE_OVERHEAD

    # -- reading and writing -------------------------------------------------------------------------------------

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_options: Any
    ) -> bytearray:
        """Read, in parts where it is long."""
        return await self._read(characteristic.handle)

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_options: Any
    ) -> bytearray:
        """Read a descriptor."""
        return await self._read(descriptor.handle)

    async def _read(self, handle: int) -> bytearray:
        with _as_bleak():
            return bytearray(await self._gatt.read_value(handle))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        """Write, in parts where it is long and an answer is wanted."""
        await self._write(characteristic.handle, bytes(data), response)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """Write a descriptor."""
        await self._write(descriptor.handle, bytes(data), True)

    async def _write(self, handle: int, value: bytes, response: bool) -> None:
        with _as_bleak():
            await self._gatt.write_value(handle, value, with_response=response)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_options: Any
    ) -> None:
        """Subscribe to notifications, or to indications where there are no notifications."""
        proxy: CharacteristicProxy[bytes] = characteristic.obj

        def arrived(value: bytes) -> None:
            callback(bytearray(value))

        with _as_bleak():
            await self._gatt.subscribe(proxy, arrived)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribe."""
        with _as_bleak():
            await self._gatt.unsubscribe(characteristic.obj)


@contextmanager
def _as_bleak() -> Iterator[None]:
    """Bumble's errors as bleak's."""
    try:
        yield
    except att.ATT_Error as error:
        raise BleakGATTProtocolError(error.error_code) from error
    except core.BaseBumbleError as error:
        raise BleakError(str(error)) from error


async def _find_descriptors(client: Client) -> None:
    """All descriptors in one go: what is neither a declaration nor a value belongs to the value before it."""
    values = {found.handle: found for service in client.services for found in service.characteristics}
    owner: CharacteristicProxy[bytes] | None = None
    for attribute in await client.discover_attributes():
        kind = attribute.type
        if attribute.handle in values:
            owner = values[attribute.handle]
        elif int.from_bytes(kind.to_pdu_bytes(), "little") in _DECLARATIONS:
            owner = None
        elif owner is not None:
            owner.descriptors.append(DescriptorProxy(client, attribute.handle, kind))
    for found in values.values():
        found.descriptors_discovered = True


def _uuid(uuid: UUID) -> str:
    return normalize_uuid_str(str(uuid.to_hex_str("-") if len(uuid.to_bytes()) == 16 else uuid.to_hex_str()))


class BumbleScanner(BaseBleakScanner):
    """Scans through an `HciAdapter`."""

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str = "active",
        *,
        hci: HciAdapter,
        **_platform: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._hci = hci
        self._active = scanning_mode == "active"

    async def start(self) -> None:
        """Begin anew."""
        self.seen_devices = {}
        await self._hci.scan(self._seen, self._active)

    async def stop(self) -> None:
        """Scan no more."""
        await self._hci.stop_scan()

    def _seen(self, report: Report) -> None:
        told = advertisement_of(report)
        if self.is_allowed_uuid(told.service_uuids):
            device = self.create_or_update_device(report.address, report.address, told.local_name, report, told)
            self.call_detection_callbacks(device, told)


_UUID_LISTS = {0x02: 2, 0x03: 2, 0x06: 16, 0x07: 16}
_SERVICE_DATA = {0x16: 2, 0x21: 16}


def advertisement_of(report: Report) -> AdvertisementData:
    """What an advertising report says, as bleak has it."""
    name: str | None = None
    made: dict[int, bytes] = {}
    data: dict[str, bytes] = {}
    uuids: list[str] = []
    for kind, content in AdvertisingData.from_bytes(report.data).ad_structures:
        if kind in (0x08, 0x09):
            name = content.decode("utf-8", "replace")
        elif kind == 0xFF and len(content) >= 2:
            made[int.from_bytes(content[:2], "little")] = content[2:]
        elif kind in _UUID_LISTS:
            size = _UUID_LISTS[kind]
            uuids += [_uuid(UUID.from_bytes(content[at : at + size])) for at in range(0, len(content) - size + 1, size)]
        elif kind in _SERVICE_DATA and len(content) >= _SERVICE_DATA[kind]:
            size = _SERVICE_DATA[kind]
            data[_uuid(UUID.from_bytes(content[:size]))] = content[size:]
    return AdvertisementData(name, made, data, uuids, None, 0, ())
