"""The bench at the other end of a device's Bluetooth link.

What the device file says of it::

    [pixit.ble]
    public = ["2a24", "2a29"]        # characteristics that anybody may read, by the first part of their UUID
    told = ["2a05", "2a19"]          # those of whose changes anybody may be told
    readable = ["2a24", "2a25"]      # those that the owner may read
    writable = ["7d1c0106"]          # those that the owner may write
    io = "keyboard_display"          # what the device can show and take in while it pairs
    level = 4                        # of security mode 1, that its protected characteristics demand
    tries = 3                        # wrong passkeys after which it takes none for a while
    log = "7d1c0106"                 # a characteristic with its log of pairings
    fixed = { 7d1c0102 = 6 }         # those whose values have one length, in octets
    fallback_s = 900.0               # of an appliance: an event is given up so long after its owner was last heard
    silent_s = 7200.0                # of an appliance: ... and after so long without a word
    links = 3                        # as many connections at a time
    window_s = 120.0                 # its pairing window closes after so long
    idle_s = 60.0                    # a link that is not encrypted ends after so long without a word
    answer_s = 3.0                   # real time after which the bench takes a device for silent
    private_address = true           # it changes its address
    state = "7d1c0103"               # a characteristic that is read without an effect
    text = "7d1c0105"                # one that takes a text, of `longest` octets at the most
    longest = 200
    repeat_s = 30.0                  # of a display: a notice without receipt comes again after so long
    rated_w = 3000.0                 # of an appliance: what it draws while it runs
    dwell_s = 60.0                   # of an appliance: it stays off for at least so long
    cycle_s = 600.0                  # of an appliance: its duty cycles
    random_s = 30.0                  # of an appliance: the random part of coming back
    set_points = { range = [16, 32], usual = 24, other = 26 }

Pairing needs a hand at the device: the fault box's act ``pairing`` in emulation and in the lab.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from bench.lab.errors import LabError
from bench.lab.operator import OperatorRefusedError
from bench.lab.strict import Strict, mistakes_in
from drivers.gatt import sig
from drivers.gatt.adapter import Adapter, ControllerAdapter
from drivers.gatt.client import GattClient
from drivers.gatt.security import IoCapability, LinkSecurity, PairingManner
from drivers.transport.base import UnsupportedError

if TYPE_CHECKING:
    from bench.lab.station import Station

LINK = "ble"
ITEM = "ble"


class NotABleDeviceError(LabError):
    """Something answered, and not as the device would; or the device file says nothing of Bluetooth."""


class SetPointTable(Strict):
    """Set-points in degrees Celsius: what may be set, what usually is, and another one that may be set."""

    range: tuple[int, int]
    usual: float
    other: float


class BleTable(Strict):
    """``[pixit.ble]``."""

    public: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    io: str = "keyboard_display"
    level: int = 4
    links: int = 1
    tries: int = 3
    log: str = ""
    fixed: dict[str, int] = Field(default_factory=dict)
    fallback_s: float | None = None
    silent_s: float = 0.0
    window_s: float = 120.0
    idle_s: float = 60.0
    answer_s: float = 5.0
    private_address: bool = False
    state: str = ""
    text: str = ""
    longest: int = 0
    repeat_s: float = 60.0
    rated_w: float = 0.0
    dwell_s: float = 0.0
    random_s: float = 0.0
    cycle_s: float = 0.0
    set_points: SetPointTable | None = None

    @property
    def capability(self) -> IoCapability:
        """What the device can show and take in. Raises KeyError."""
        return IoCapability[self.io.upper()]


def short(uuid: str) -> str:
    """The first part of a UUID, without the zeros of an assigned number."""
    return uuid.split("-", maxsplit=1)[0].lower().removeprefix("0000")


@dataclass
class Hand:
    """Whoever stands at the device in ``seat`` while it pairs: by the fault box."""

    station: Station
    seat: str

    async def open_window(self, on: bool = True) -> None:
        """Open the pairing window, or close it."""
        await self.station.box.do(self.seat, "pairing", open=on)

    async def forget(self) -> None:
        """Remove all bonds from the device."""
        await self.station.box.do(self.seat, "pairing", forget=True)

    async def shown(self, passkey: int) -> None:
        """Type the bench's passkey into the device."""
        await self.station.box.do(self.seat, "pairing", passkey=passkey)

    async def type_in(self) -> int | None:
        """The bench has no eyes for the device's display: it shows passkeys itself."""
        return None

    async def compare(self, number: int) -> bool:
        """Have both displays compared; the device is told by a press of its button, the bench by the answer."""
        try:
            await self.station.box.do(self.seat, "pairing", compare=number)
        except OperatorRefusedError:
            return False
        return True


OWNER = PairingManner(IoCapability.DISPLAY_ONLY)
"""The owner pairs by a passkey that the bench shows; `BYSTANDER` has nothing to show and no keys."""
BYSTANDER = PairingManner(IoCapability.NO_INPUT_NO_OUTPUT, mitm=False)


@dataclass
class BleAccess:
    """How the bench reaches the device in ``seat``. `close` lets go of the owner's adapter."""

    station: Station
    seat: str
    _owner: Adapter | None = field(default=None, repr=False)

    @property
    def declared(self) -> BleTable:
        """``pixit.ble``. Raises NotABleDeviceError."""
        device = self.station.lab.seat(self.seat).device
        try:
            return BleTable.model_validate(device.pixit.get(ITEM, {}) if device is not None else {})
        except ValidationError as error:
            wrong = "; ".join(mistakes_in(BleTable, error))
            raise NotABleDeviceError(f"the device file of seat {self.seat}: pixit.ble: {wrong}") from None

    def is_state(self, uuid: str) -> bool:
        """Whether a characteristic is the one that is read without an effect."""
        return short(uuid) == self.declared.state

    def is_text(self, uuid: str) -> bool:
        """Whether a characteristic is the one that takes a text."""
        return short(uuid) == self.declared.text

    @property
    def hand(self) -> Hand:
        """Whoever stands at the device."""
        return Hand(self.station, self.seat)

    def manner(self, manner: PairingManner = OWNER) -> PairingManner:
        """A manner of pairing with a hand at the device."""
        return replace(manner, person=self.hand)

    async def owner(self) -> Adapter:
        """The owner's adapter, open: its keys last as long as this object. Raises CannotOpenError."""
        if self._owner is None or not self._owner.opened:
            self._owner = self.station.bluetooth(self.seat)
            await self._owner.open()
        return self._owner

    async def close(self) -> None:
        """Let go of it. Never raises."""
        if self._owner is not None:
            await self._owner.close()

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[Adapter]:
        """An adapter that the device has never met. Raises CannotOpenError."""
        adapter = self.station.bluetooth(self.seat)
        async with adapter:
            yield adapter

    async def connect(self, adapter: Adapter, answer_s: float | None = None) -> GattClient:
        """A client, connected; with the keys of a former pairing, encrypted."""
        client = await adapter.client(answer_s or self.declared.answer_s)
        try:
            await client.connect()
        except BaseException:
            await client.close()
            raise
        return client

    @asynccontextmanager
    async def open_link(self, adapter: Adapter, answer_s: float | None = None) -> AsyncIterator[GattClient]:
        """A connected client of any adapter, unpaired unless the adapter has met the device."""
        client = await self.connect(adapter, answer_s)
        try:
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def bare_link(self, adapter: Adapter | None = None) -> AsyncIterator[GattClient]:
        """A link on which nothing was asked yet, not even for the MTU; the owner's is encrypted. Only over HCI."""
        adapter = adapter or await self.owner()
        if not isinstance(adapter, ControllerAdapter):
            raise UnsupportedError("the operating system asks a device by itself: use ble+hci: for this")
        async with await adapter.client(self.declared.answer_s, discover=False) as client:
            yield client

    async def pair(self, client: GattClient, manner: PairingManner = OWNER) -> LinkSecurity:
        """Pair in a manner, with a hand at the device. An adapter of the host pairs as its system does."""
        if client.taps.get("smp") is not None:
            client.adapter.hci.manner = self.manner(manner)
        return await client.pair()

    @asynccontextmanager
    async def session(self, answer_s: float | None = None) -> AsyncIterator[GattClient]:
        """A client of the owner: paired at the first time, encrypted from then on."""
        async with self.open_link(await self.owner(), answer_s) as client:
            if not client.security.encrypted:
                await self.hand.open_window()
                await self.pair(client)
            yield client


async def identify(station: Station, seat: str, port: str) -> str:
    """Who answers at a port, by its device information."""
    access = BleAccess(station, seat)
    async with access.stranger() as adapter, access.open_link(adapter) as client:
        made, model = await client.read(sig.MANUFACTURER), await client.read(sig.MODEL)
    return f"{made.decode(errors='replace')} {model.decode(errors='replace')}"
