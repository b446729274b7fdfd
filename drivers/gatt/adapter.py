"""Adapters: the near end of Bluetooth links. `open_adapter` makes the one that a device's URL names.

An adapter of the host offers what its operating system offers. One over HCI offers every layer to probes, and pairs as
it is told. `Adapter` is what both have.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

from drivers.clock import Clock
from drivers.gatt.address import HCI, BleUrl, parse_ble_url
from drivers.gatt.client import ANSWER_S, GattClient
from drivers.gatt.errors import PairingError
from drivers.gatt.security import LinkSecurity
from drivers.transport.base import CannotOpenError, PeerClosedError, SilenceError, UnsupportedError
from drivers.transport.tap import Tap

if TYPE_CHECKING:
    from bleak.backends.scanner import AdvertisementData

    from drivers.gatt.hci_adapter import HciAdapter

FIND_S = 5.0
_PAIR_S = 20.0


@dataclass(frozen=True)
class Advert:
    """What a device tells everybody. ``raw`` is its advertising or scan response data, where the adapter shows it."""

    address: str
    name: str | None
    services: tuple[str, ...] = ()
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    raw: bytes = b""


def _advert(address: str, told: AdvertisementData, raw: bytes = b"") -> Advert:
    services = tuple(told.service_uuids)
    return Advert(address, told.local_name, services, told.manufacturer_data, told.service_data, raw)


class Adapter(ABC):
    """Speaks to the device of ``url``; use as a context."""

    def __init__(self, url: BleUrl, clock: Clock) -> None:
        self.url = url
        self.clock = clock

    @property
    @abstractmethod
    def taps(self) -> Mapping[str, Tap]:
        """The layers below ``gatt`` that can be reached."""

    @property
    def hci(self) -> HciAdapter:
        """The controller. Raises UnsupportedError where the operating system drives it."""
        raise UnsupportedError(f"{self.url.adapter} belongs to the operating system: use ble+hci: for this")

    @property
    @abstractmethod
    def opened(self) -> bool:
        """Whether it can be used."""

    @abstractmethod
    async def open(self) -> None:
        """Reach the adapter. Raises CannotOpenError."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of it. Never raises."""

    async def __aenter__(self) -> Adapter:
        await self.open()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        await self.close()

    @abstractmethod
    async def adverts(self, seconds: float) -> list[Advert]:
        """What is advertised during some seconds of real time, by any device."""

    @abstractmethod
    async def find(self, within_s: float = FIND_S) -> str:
        """The present address of the URL's device. Raises SilenceError when it does not advertise."""

    @abstractmethod
    async def client(self, answer_s: float = ANSWER_S) -> GattClient:
        """A client of the URL's device, not yet connected. Raises SilenceError."""

    @abstractmethod
    async def pair(self, client: GattClient) -> None:
        """Pair. Raises PairingError, SilenceError, PeerClosedError."""

    @abstractmethod
    def security_of(self, client: GattClient) -> LinkSecurity | None:
        """What a client's link is worth; None where the adapter does not tell."""


class HostAdapter(Adapter):
    """An adapter of this machine, by bleak's own backend. Passkeys are asked for by the system's agent."""

    @property
    def taps(self) -> Mapping[str, Tap]:
        return {}

    @property
    def opened(self) -> bool:
        return True

    async def open(self) -> None:
        return

    async def close(self) -> None:
        return

    async def adverts(self, seconds: float) -> list[Advert]:
        from bleak import BleakScanner
        from bleak.exc import BleakError

        try:
            async with BleakScanner(bluez={"adapter": self.url.adapter}) as scanner:
                await asyncio.sleep(seconds)
                found = scanner.discovered_devices_and_advertisement_data
        except (BleakError, OSError) as error:
            text = (
                f"the adapter {self.url.adapter} does not scan: {error}; BlueZ must run, and its D-Bus be allowed to us"
            )
            raise CannotOpenError(text) from error
        return [_advert(device.address, told) for device, told in found.values()]

    async def find(self, within_s: float = FIND_S) -> str:
        if self.url.address:
            return self.url.address.removesuffix("/P")
        for advert in await self.adverts(within_s):
            if advert.name == self.url.name:
                return advert.address
        raise SilenceError(f"no device advertises the name {self.url.name!r}")

    async def client(self, answer_s: float = ANSWER_S) -> GattClient:
        from bleak import BleakClient

        bleak = BleakClient(await self.find(), timeout=answer_s, bluez={"adapter": self.url.adapter})
        return GattClient(self, bleak, answer_s)

    async def pair(self, client: GattClient) -> None:
        from bleak.exc import BleakError

        try:
            async with asyncio.timeout(_PAIR_S):
                await client.bleak.pair()
        except BleakError as error:
            raise PairingError(None, str(error)) from error

    def security_of(self, client: GattClient) -> LinkSecurity | None:
        return None


class ControllerAdapter(Adapter):
    """A controller over HCI, with Bumble. ``address``: its static random address; by default, a new one."""

    def __init__(self, url: BleUrl, clock: Clock, address: str = "") -> None:
        super().__init__(url, clock)
        from drivers.gatt.hci_adapter import HciAdapter

        self._hci = HciAdapter(url.adapter, clock, address)

    @property
    def taps(self) -> Mapping[str, Tap]:
        return self._hci.taps

    @property
    def hci(self) -> HciAdapter:
        return self._hci

    @property
    def opened(self) -> bool:
        return self._hci.opened

    async def open(self) -> None:
        await self._hci.open()

    async def close(self) -> None:
        await self._hci.close()

    async def adverts(self, seconds: float) -> list[Advert]:
        from drivers.gatt.bumble_backend import advertisement_of

        reports = await self._hci.listen(seconds)
        return [_advert(report.address, advertisement_of(report), report.data) for report in reports]

    async def find(self, within_s: float = FIND_S) -> str:
        if self.url.address:
            return self.url.address
        from drivers.gatt.bumble_backend import advertisement_of
        from drivers.gatt.hci_central import Report

        found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def seen(report: Report) -> None:
            if not found.done() and advertisement_of(report).local_name == self.url.name:
                found.set_result(report.address)

        await self._hci.scan(seen)
        try:
            async with asyncio.timeout(within_s):
                return await found
        except TimeoutError:
            raise SilenceError(f"no device advertises the name {self.url.name!r}") from None
        finally:
            await self._hci.stop_scan()

    async def client(self, answer_s: float = ANSWER_S, discover: bool = True) -> GattClient:
        """``discover`` false: nothing is asked when the link is there, not even for the MTU."""
        from bleak import BleakClient

        from drivers.gatt.bumble_backend import BumbleClient

        address = await self.find(answer_s)
        bleak = BleakClient(address, timeout=answer_s, backend=BumbleClient, hci=self._hci, discover=discover)
        return GattClient(self, bleak, answer_s)

    async def pair(self, client: GattClient) -> None:
        from drivers.gatt.bumble_backend import BumbleClient

        backend = client.bleak._backend
        assert isinstance(backend, BumbleClient)
        if not backend.is_connected:
            raise PeerClosedError("the device has ended the connection")
        await self._hci.pair(backend.connection, max(_PAIR_S, client.answer_s))

    def security_of(self, client: GattClient) -> LinkSecurity | None:
        from drivers.gatt.bumble_backend import BumbleClient

        backend = client.bleak._backend
        assert isinstance(backend, BumbleClient)
        return self._hci.security.get(backend.connection.handle) if backend.is_connected else None


def open_adapter(url: str, clock: Clock, address: str = "") -> Adapter:
    """The adapter that ``url`` names, not yet open. Raises BleUrlError."""
    parsed = parse_ble_url(url)
    return ControllerAdapter(parsed, clock, address) if parsed.scheme == HCI else HostAdapter(parsed, clock)
