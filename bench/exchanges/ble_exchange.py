"""Exchanges over Bluetooth: the bench is the central, paired by the device's owner."""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from bench.access.ble import BleAccess
from bench.exchanges.appliance_command import CYCLE_MIN, DUTY_PERCENT, ApplianceCommand
from bench.exchanges.base import Effect, Exchange
from bench.exchanges.witness import Wiring
from drivers.gatt.client import GattClient
from drivers.gatt.errors import AttError
from drivers.gatt.load_control import STATE, Act, Command, GattAppliance, decode_state
from drivers.gatt.messages import CANCEL, MESSAGE, SHOWN, Message, encode_cancel
from drivers.transport.base import UnsupportedError

if TYPE_CHECKING:
    from bench.catalogue.model import Row
    from bench.lab.station import Station


_EVENT = 4_711


class CentralCommand(ApplianceCommand):
    """A command to an appliance; ``order`` is the row's."""

    link: ClassVar[str] = "ble"
    order: ClassVar[Command]

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = BleAccess(station, seat)

    @property
    def rated_w(self) -> float:
        return self.access.declared.rated_w

    @property
    def back_s(self) -> float:
        declared = self.access.declared
        return declared.dwell_s + declared.random_s + 1.0

    @property
    def cycle_s(self) -> float:
        return self.access.declared.cycle_s

    @asynccontextmanager
    async def session(self) -> AsyncIterator[GattClient]:
        """The owner's link, on which changes of the state are told."""
        async with self.access.session() as client:
            await client.subscribe(STATE)
            yield client

    async def reassure(self, client: GattClient) -> None:
        await client.read(STATE)  # a word from the owner is all that the appliance asks for

    async def send(self, client: GattClient) -> None:
        await GattAppliance(client).command(self.order)

    async def shed(self, client: GattClient, duration_s: float) -> None:
        await GattAppliance(client).shed(duration_s)

    async def start_cycles(self, client: GattClient) -> None:
        await GattAppliance(client).command(Command(Act.CYCLE, _EVENT, CYCLE_MIN, DUTY_PERCENT))

    async def level(self, client: GattClient, share: float) -> None:
        await GattAppliance(client).limit(share)

    async def store(self, client: GattClient, duration_s: float) -> None:
        raise UnsupportedError("the load control service has no word for storing")

    async def release(self, client: GattClient) -> None:
        await GattAppliance(client).release()

    async def undo(self, client: GattClient) -> None:
        await self.release(client)

    async def told(self, client: GattClient) -> Mapping[str, float]:
        state = await GattAppliance(client).state()
        return {
            "power_w": state.power_w,
            "energy_wh": state.energy_wh,
            "idle": float(not state.runs),
            "curtailed": float(state.runs and state.act is not Act.RELEASE and not state.opted_out),
            "opted_out": float(state.opted_out),
        }

    async def hear_opt_out(self, client: GattClient, within_s: float) -> bool:
        await self.station.advance(within_s)
        await client.read(STATE)  # what was told before comes before the answer
        heard = [decode_state(notice.value) for notice in client.notices() if notice.uuid == STATE]
        return any(state.opted_out for state in heard)

    async def close(self) -> None:
        await self.access.close()


class OwnersExchange(Exchange):
    """What a device's owner does over Bluetooth that moves nothing: it reads, or gives a text."""

    link: ClassVar[str] = "ble"

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.access = BleAccess(station, seat)
        self.wiring = Wiring(station, seat)

    @property
    def message(self) -> str:
        """Rows of one stimulus class send the same."""
        return ""

    async def prepare(self) -> None:
        """Pair, so that what follows is the row's own message."""
        async with self.access.session():
            return

    async def close(self) -> None:
        await self.access.close()


class CentralMessage(OwnersExchange):
    """A text for the customer, to a device that shows it. A subclass says which (`new_message`)."""

    predicates: ClassVar[frozenset[str]] = frozenset({"notifies"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.given: Message | None = None

    @abstractmethod
    def new_message(self) -> Message:
        """The row's message, as it is given now."""

    async def perform(self, access: Any = None) -> Message:
        """Give the message as the owner's gateway, or through an open client. Raises AttError, SilenceError."""
        self.given = self.new_message()
        if access is not None:
            await self.give(access, self.given)
            return self.given
        async with self.access.session() as client:
            await self.give(client, self.given)
        return self.given

    async def give(self, client: GattClient, message: Message) -> None:
        """Give any message."""
        await client.write(MESSAGE, message.encode())

    async def cancel(self, client: GattClient, message: Message) -> None:
        """Take one back."""
        await client.write(CANCEL, encode_cancel(message.number))

    async def shown(self, client: GattClient) -> str:
        """What stands on the device's screen, as it tells."""
        return (await client.read(SHOWN)).decode(errors="replace")

    async def observe(self) -> Effect:
        """Whether the device shows the row's text: a message that nobody gave is not looked for."""
        async with self.access.session() as client:
            shown = await self.shown(client)
        return Effect(self.given is not None and self.given.text in shown, "the device's screen", shown)

    async def restore(self) -> None:
        """The message is taken back; one that is not there any more is no matter."""
        if self.given is None:
            return
        async with self.access.session() as client:
            with contextlib.suppress(AttError):
                await self.cancel(client, self.given)
        self.given = None


class CentralReading(OwnersExchange):
    """A reading over Bluetooth. A subclass says what is read (`ask`)."""

    predicates: ClassVar[frozenset[str]] = frozenset({"returns"})

    def __init__(self, station: Station, seat: str, row: Row) -> None:
        super().__init__(station, seat, row)
        self.answer: Any = None

    @abstractmethod
    async def ask(self, client: GattClient) -> Any:
        """Ask for what the row returns. Raises AttError, GarbageError, SilenceError."""

    async def perform(self, access: Any = None) -> Any:
        """Ask as the owner, or through an open client."""
        if access is not None:
            self.answer = await self.ask(access)
            return self.answer
        async with self.access.session() as client:
            self.answer = await self.ask(client)
        return self.answer

    async def observe(self) -> Effect:
        """A reading's effect is its answer."""
        return Effect(self.answer is not None, "the answer itself", str(self.answer))

    async def restore(self) -> None:
        """A reading leaves nothing behind."""
        self.answer = None
