"""What probes on Bluetooth share: the row's exchange, a question of no effect, who is at the device, recovery."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.access.ble import OWNER, BleAccess, short
from bench.controls import power_cuts
from bench.controls.attempts import Attempt, attempt
from bench.exchanges.ble_exchange import CentralCommand, CentralMessage, CentralReading
from drivers.gatt.adapter import Adapter
from drivers.gatt.client import GattClient
from drivers.gatt.errors import NoSuchAttributeError
from drivers.gatt.load_control import STATE, decode_state
from drivers.gatt.metering import READING, decode_reading
from drivers.gatt.security import LinkSecurity, PairingManner

if TYPE_CHECKING:
    from bench.controls.trial import Trial

GIVEN_UP_S = 40.0
"""Station time after which a device has given up waiting for somebody."""
_TRIES = 4
_SETTLE_S = 1.0
_PAUSE_S, _LONG_PAUSE_S = 0.02, 0.4
"""Real time between two looks whether a device that waits for somebody has given up."""
LOCKED_S = 3700.0


def exchange_of(trial: Trial) -> CentralCommand | CentralReading | CentralMessage:
    """The row's exchange. Raises TypeError for one of another link, which the registry cannot have found."""
    if not isinstance(trial.exchange, CentralCommand | CentralReading | CentralMessage):
        raise TypeError(f"{trial.row.id} on {trial.link} has no exchange with a Bluetooth device")
    return trial.exchange


def command_of(trial: Trial) -> CentralCommand:
    """The row's exchange, which commands. Raises TypeError."""
    if not isinstance(trial.exchange, CentralCommand):
        raise TypeError(f"{trial.row.id} commands nothing over Bluetooth")
    return trial.exchange


def access_of(trial: Trial) -> BleAccess:
    """How the bench reaches the device."""
    return exchange_of(trial).access


def handle_of(client: GattClient, name: str) -> int:
    """The handle of a characteristic by the first part of its UUID. Raises NoSuchAttributeError."""
    for handle, found in client.characteristics.items():
        if short(found.uuid) == name:
            return handle
    raise NoSuchAttributeError(f"the device has no characteristic {name}")


async def read(client: GattClient, name: str) -> bytes:
    """A value by the first part of its UUID."""
    return await client.read(handle_of(client, name))


async def write(client: GattClient, name: str, value: bytes) -> None:
    """Write one."""
    await client.write(handle_of(client, name), value)


async def ask(trial: Trial, client: GattClient) -> bytes:
    """A question without an effect."""
    return await read(client, access_of(trial).declared.state)


async def values(client: GattClient) -> dict[str, bytes]:
    """All that this client may read, by the first part of the UUID."""
    found = {}
    for handle, characteristic in client.characteristics.items():
        if "read" in characteristic.properties:
            tried = await attempt(client.read(handle))
            if tried.accepted:
                found[short(characteristic.uuid)] = tried.value
    return found


async def settings(trial: Trial, client: GattClient) -> dict[str, bytes]:
    """What the owner may write and read, the clock apart."""
    declared = access_of(trial).declared
    kept = [name for name in declared.writable if name in declared.readable and name != "2a2b"]
    return {name: await read(client, name) for name in kept}


async def energy_wh(client: GattClient) -> float:
    """What the device has counted, in both directions: an appliance by its state, a display by its reading."""
    if client.has(STATE):
        return decode_state(await client.read(STATE)).energy_wh
    reading = decode_reading(await client.read(READING))
    return reading.import_wh + reading.export_wh


async def good_one(trial: Trial, series: str, what: str) -> None:
    """Record that the row's message works, and take it back: an attack on a dead device proves nothing."""
    exchange = exchange_of(trial)
    await exchange.prepare()
    tried = await attempt(exchange.perform())
    effect = await exchange.observe()
    trial.record.observe(series, tried.accepted and effect.happened is True, what=what, answer=tried.text)
    await exchange.restore()


async def took_effect(trial: Trial, client: GattClient | None = None) -> bool | None:
    """Whether a command has taken effect, at the witness, or any message is shown, as the owner reads, through a link
    that is open; a reading has no effect."""
    if isinstance(trial.exchange, CentralMessage):
        return None if client is None else bool(await trial.exchange.shown(client))
    if isinstance(trial.exchange, CentralCommand):
        return (await trial.exchange.observe()).happened
    return False


async def answers_again(trial: Trial, patience_s: float) -> float | None:
    """Seconds of station time until the device answers its owner, None after ``patience_s``."""
    started = trial.clock.now()
    for number in range(_TRIES):
        if await _answers(trial):
            return trial.clock.now() - started - (_SETTLE_S if number else 0.0)
        await trial.station.advance(patience_s / _TRIES)
    return None


async def _answers(trial: Trial) -> bool:
    access = access_of(trial)

    async def question() -> None:
        async with access.open_link(await access.owner()) as client:
            await ask(trial, client)

    return (await attempt(question())).accepted


def boot_s(trial: Trial) -> float:
    """After so much station time with supply it may be asked again (PIXIT, and a little more)."""
    device = trial.station.lab.seat(trial.seat).device
    return float(device.pixit.get("boot_s", 0.0)) + 0.1 if device is not None else 0.0


async def power_cycle(trial: Trial, off_s: float) -> None:
    """Cut the supply for ``off_s``, and let the device boot."""
    await power_cuts.power_cycle(trial, off_s)
    await trial.station.advance(boot_s(trial))


@dataclass
class Nobody:
    """Nobody is at the device, so that it waits in vain; the bench's side says yes to everything."""

    trial: Trial
    guess: int | None = None
    in_vain: bool = False

    async def shown(self, passkey: int) -> None:
        """Nobody types it in."""
        self.in_vain = True

    async def meanwhile(self) -> None:
        """What happens while the device waits."""
        await self.trial.station.advance(GIVEN_UP_S)

    async def type_in(self) -> int | None:
        """A guess."""
        return self.guess

    async def compare(self, number: int) -> bool:
        """Nobody presses the button of the device."""
        self.in_vain = True
        return True


@dataclass
class WrongHand(Nobody):
    """Somebody at the device types another passkey than the one that is shown, or sees another number."""

    async def shown(self, passkey: int) -> None:
        """As one does who was told wrongly."""
        await access_of(self.trial).hand.shown(passkey ^ 1)

    async def compare(self, number: int) -> bool:
        """The other device shows another number: somebody is in between."""
        await access_of(self.trial).hand.compare((number + 1) % 1_000_000)
        return True


async def pair_as(client: GattClient, manner: PairingManner) -> Attempt:
    """Try to pair in a manner with a person of its own."""
    client.adapter.hci.manner = manner
    pairing, pause_s = asyncio.ensure_future(attempt(client.pair())), _PAUSE_S
    while not (await asyncio.wait({pairing}, timeout=pause_s))[0]:
        if isinstance(manner.person, Nobody) and manner.person.in_vain:
            pause_s = _LONG_PAUSE_S
            await manner.person.meanwhile()
    return pairing.result()


async def bond(trial: Trial, adapter: Adapter, manner: PairingManner = OWNER) -> LinkSecurity:
    """Pair an adapter with the device, with a hand there, and disconnect."""
    access = access_of(trial)
    async with access.open_link(adapter) as client:
        await access.hand.open_window()
        return await access.pair(client, manner)
