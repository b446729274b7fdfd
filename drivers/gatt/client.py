"""A connection to a Bluetooth device: its services, reading, writing, notifications, pairing.

    async with open_adapter(url, clock) as adapter:
        async with adapter.client() as client:
            name = await client.read(DEVICE_NAME)

Waits are in real time: Bluetooth does not run on the station clock. The tap ``gatt`` sees each read, write and
notification in the form that it has in the attribute protocol (opcode, handle, value), whoever sends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from drivers.gatt.errors import AttError, GattError, NoSuchAttributeError
from drivers.gatt.security import OPEN_LINK, LinkSecurity
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError, UnsupportedError
from drivers.transport.tap import Tap

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic
    from bumble.device import Connection

    from drivers.gatt.adapter import Adapter

ANSWER_S = 5.0
"""Real time for an answer; the attribute protocol itself allows 30 s."""
_READ, _READ_ANSWER, _WRITE, _WRITE_COMMAND, _NOTIFIED = 0x0A, 0x0B, 0x12, 0x52, 0x1B
_OP_AND_HANDLE = 3


@dataclass(frozen=True)
class Notice:
    """A notification or an indication; ``at`` is station time in s."""

    uuid: str
    handle: int
    value: bytes
    at: float


class GattClient:
    """One connection by ``adapter`` to ``address``. Characteristics are named by UUID, or by the handle of their value.

    Calls raise AttError (the device refused), SilenceError, PeerClosedError, NoSuchAttributeError, GarbageError.
    """

    def __init__(self, adapter: Adapter, bleak: BleakClient, answer_s: float = ANSWER_S) -> None:
        self.adapter = adapter
        self.bleak = bleak
        self.answer_s = answer_s
        self.clock = adapter.clock
        self._tap = Tap("gatt", adapter.clock)
        self._notices: asyncio.Queue[Notice] = asyncio.Queue()

    @property
    def taps(self) -> Mapping[str, Tap]:
        """``gatt``, and the layers below it where the adapter opens them (``att``, ``smp``, ``line``)."""
        return {**self.adapter.taps, "gatt": self._tap}

    # -- connecting ----------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Connect and look for services."""
        async with self._asking("connect"):
            await self.bleak.connect()

    async def close(self) -> None:
        """Disconnect. Never raises."""
        try:
            async with asyncio.timeout(self.answer_s):
                await self.bleak.disconnect()
        except (GattError, OSError, EOFError, TimeoutError):
            return
        except Exception as error:
            if type(error).__module__.split(".")[0] not in ("bleak", "dbus_fast"):
                raise

    async def __aenter__(self) -> GattClient:
        try:
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def connected(self) -> bool:
        """Whether the link is there."""
        return self.bleak.is_connected

    @property
    def mtu(self) -> int:
        """Of the attribute protocol, octets."""
        return self.bleak.mtu_size

    @property
    def security(self) -> LinkSecurity:
        """What the link is worth; an open one where the adapter does not tell."""
        return self.adapter.security_of(self) or OPEN_LINK

    # -- attributes ----------------------------------------------------------------------------------------------

    @property
    def characteristics(self) -> Mapping[int, BleakGATTCharacteristic]:
        """All that the device has, by the handle of their value."""
        return self.bleak.services.characteristics

    def has(self, uuid: str) -> bool:
        """Whether the device has a characteristic of that kind."""
        return any(found.uuid == uuid.lower() for found in self.characteristics.values())

    def handle_of(self, characteristic: str | int) -> int:
        """The handle of a characteristic's value. Raises NoSuchAttributeError."""
        return self._find(characteristic).handle

    @property
    def connection(self) -> Connection:
        """Bumble's connection. Raises UnsupportedError where the operating system drives the adapter."""
        from drivers.gatt.bumble_backend import BumbleClient

        backend = self.bleak._backend
        if not isinstance(backend, BumbleClient):
            raise UnsupportedError("the adapter belongs to the operating system: use ble+hci: for this")
        if not backend.is_connected:
            raise PeerClosedError("the device has ended the connection")
        return backend.connection

    async def ask(self, pdu: bytes) -> bytes:
        """Send any attribute PDU, right or not; the device's next answer. Only over HCI (UnsupportedError)."""
        return await self.adapter.hci.ask(self.connection, pdu, self.answer_s)

    def _find(self, characteristic: str | int) -> BleakGATTCharacteristic:
        for handle, found in self.characteristics.items():
            if characteristic == handle or (isinstance(characteristic, str) and found.uuid == characteristic.lower()):
                return found
        raise NoSuchAttributeError(f"the device has no characteristic {characteristic}")

    async def read(self, characteristic: str | int) -> bytes:
        """The value, however long."""
        found = self._find(characteristic)
        request = bytes((_READ,)) + found.handle.to_bytes(2, "little")
        for _message in await self._tap.outbound(request):
            async with self._asking(f"read {found.uuid}"):
                value = bytes(await self.bleak.read_gatt_char(found))
            for answer in await self._tap.inbound(bytes((_READ_ANSWER,)) + value):
                return answer[1:]
        raise SilenceError(f"no answer to the reading of {found.uuid}")

    async def write(self, characteristic: str | int, value: bytes, *, response: bool = True) -> None:
        """Write; in parts where it is long. ``response``: wait for the device's answer."""
        found = self._find(characteristic)
        opcode = _WRITE if response else _WRITE_COMMAND
        messages = await self._tap.outbound(bytes((opcode,)) + found.handle.to_bytes(2, "little") + value)
        if not messages and response:
            raise SilenceError(f"no answer to the writing of {found.uuid}")
        for message in messages:
            async with self._asking(f"write {found.uuid}"):
                await self.bleak.write_gatt_char(found, message[_OP_AND_HANDLE:], response=response)

    # -- notifications -------------------------------------------------------------------------------------------

    async def subscribe(self, characteristic: str | int) -> None:
        """Have the device notify (or indicate) from now on."""
        found = self._find(characteristic)

        def arrived(_characteristic: BleakGATTCharacteristic, value: bytearray) -> None:
            message = bytes((_NOTIFIED,)) + found.handle.to_bytes(2, "little") + bytes(value)
            self._tap.admit(message)
            for told in self._tap.take_injected():
                self._notices.put_nowait(Notice(found.uuid, found.handle, told[_OP_AND_HANDLE:], self.clock.now()))

        async with self._asking(f"subscribe to {found.uuid}"):
            await self.bleak.start_notify(found, arrived)

    async def unsubscribe(self, characteristic: str | int) -> None:
        """No longer."""
        found = self._find(characteristic)
        async with self._asking(f"unsubscribe from {found.uuid}"):
            await self.bleak.stop_notify(found)

    async def next_notice(self, within_s: float | None = None) -> Notice:
        """The next that arrives, or has arrived. Raises SilenceError after ``within_s`` of real time."""
        wait_s = self.answer_s if within_s is None else within_s
        try:
            async with asyncio.timeout(wait_s):
                return await self._notices.get()
        except TimeoutError:
            raise SilenceError(f"no notification within {wait_s:g} s") from None

    def notices(self) -> list[Notice]:
        """What has arrived and was not yet taken, oldest first."""
        taken = []
        while not self._notices.empty():
            taken.append(self._notices.get_nowait())
        return taken

    # -- pairing -------------------------------------------------------------------------------------------------

    async def pair(self) -> LinkSecurity:
        """Pair in the adapter's manner. Raises PairingError too."""
        await self.adapter.pair(self)
        return self.security

    @asynccontextmanager
    async def _asking(self, what: str) -> AsyncIterator[None]:
        """An operation of bleak, its deadline, and its errors as ours."""
        from bleak.exc import BleakError, BleakGATTProtocolError

        try:
            async with asyncio.timeout(self.answer_s):
                yield
        except BleakGATTProtocolError as error:
            raise AttError(int(error.code), what) from error
        except TimeoutError:
            raise SilenceError(f"{what}: no answer within {self.answer_s:g} s") from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise PeerClosedError(f"{what}: the device ended the connection") from None
        except EOFError as error:
            raise PeerClosedError(f"{what}: the device ended the connection") from error
        except (FileNotFoundError, PermissionError, ConnectionRefusedError) as error:
            text = (
                f"{what}: the adapter cannot be used: {error.strerror}; BlueZ must run, and its D-Bus be allowed to us"
            )
            raise CannotOpenError(text) from error
        except BleakError as error:
            if not self.bleak.is_connected and what != "connect":
                raise PeerClosedError(f"{what}: {error}") from error
            raise GattError(f"{what}: {error}") from error
