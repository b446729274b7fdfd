"""The load control service: what a thermostat or a load switch takes and tells over Bluetooth.

The SIG has no service for it; this one is the bench's own (docs/handbook/ble.md has its definition). All integers are
little-endian. A command is confirmed by the answer to its writing; what is in force stands in the state.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from drivers.gatt.client import GattClient
from drivers.gatt.errors import GarbageError
from drivers.gatt.uuids import own_uuid

SERVICE, COMMAND, STATE, SET_POINT, LABEL, LOG = (own_uuid(number) for number in range(0x101, 0x107))
RUNS, OPTED_OUT = 0x01, 0x02
_COMMAND, _STATE, _SET_POINT = struct.Struct("<BHHB"), struct.Struct("<BBHIQhh"), struct.Struct("<h")
_MINUTE_S = 60.0
_HUNDRED = 100


class Act(IntEnum):
    """What a command asks for."""

    RELEASE = 0
    SHED = 1
    OFF = 2
    LIMIT = 3
    CYCLE = 4


@dataclass(frozen=True)
class Command:
    """``number``: of the event. ``minutes``: how long it holds, 0 until `Act.RELEASE`. ``percent``: the limit, or the
    part of a cycle in which the load may run."""

    act: Act
    number: int = 0
    minutes: int = 0
    percent: int = 0

    def encode(self) -> bytes:
        """Its 6 octets."""
        return _COMMAND.pack(self.act, self.number, self.minutes, self.percent)


def decode_command(value: bytes) -> Command:
    """Raises GarbageError."""
    if len(value) != _COMMAND.size:
        raise GarbageError(f"a command has {_COMMAND.size} octets, not {len(value)}")
    act, number, minutes, percent = _COMMAND.unpack(value)
    if act not in set(Act) or percent > _HUNDRED:
        raise GarbageError(f"no command: {value.hex()}")
    return Command(Act(act), number, minutes, percent)


@dataclass(frozen=True)
class State:
    """``act`` and ``number`` of the event in force; power in W, energy in Wh, in steps of 0.1; temperatures in degrees
    Celsius, in steps of 0.01."""

    act: Act
    number: int = 0
    runs: bool = False
    opted_out: bool = False
    power_w: float = 0.0
    energy_wh: float = 0.0
    set_point_c: float = 0.0
    temperature_c: float = 0.0

    def encode(self) -> bytes:
        """Its 20 octets, which fit into the smallest MTU."""
        flags = (RUNS if self.runs else 0) | (OPTED_OUT if self.opted_out else 0)
        temperatures = (round(self.set_point_c * 100), round(self.temperature_c * 100))
        power, energy = round(self.power_w * 10), round(self.energy_wh * 10)
        return _STATE.pack(self.act, flags, self.number, power, energy, *temperatures)


def decode_state(value: bytes) -> State:
    """Raises GarbageError."""
    if len(value) != _STATE.size:
        raise GarbageError(f"a state has {_STATE.size} octets, not {len(value)}")
    act, flags, number, power, energy, set_point, temperature = _STATE.unpack(value)
    if act not in set(Act) or flags & ~(RUNS | OPTED_OUT):
        raise GarbageError(f"no state: {value.hex()}")
    runs, opted_out = bool(flags & RUNS), bool(flags & OPTED_OUT)
    return State(Act(act), number, runs, opted_out, power / 10, energy / 10, set_point / 100, temperature / 100)


def encode_set_point(celsius: float) -> bytes:
    """In steps of 0.01 degrees."""
    return _SET_POINT.pack(round(celsius * 100))


def decode_set_point(value: bytes) -> float:
    """Degrees Celsius. Raises GarbageError."""
    if len(value) != _SET_POINT.size:
        raise GarbageError(f"a set-point has {_SET_POINT.size} octets, not {len(value)}")
    return float(_SET_POINT.unpack(value)[0]) / 100


class GattAppliance:
    """An appliance behind a connected client, as the role `drivers.roles.HanDevice`. Raises what `GattClient` does."""

    def __init__(self, client: GattClient) -> None:
        self._client = client

    async def command(self, command: Command) -> None:
        """Give any command."""
        await self._client.write(COMMAND, command.encode())

    async def state(self) -> State:
        """What it says of itself."""
        return decode_state(await self._client.read(STATE))

    async def shed(self, duration_s: float | None = None) -> None:
        """Draw as little as comfort allows, for a time (whole minutes) or until `release`."""
        await self.command(Command(Act.SHED, minutes=round((duration_s or 0.0) / _MINUTE_S)))

    async def turn_off(self) -> None:
        """Off, now, whatever the customer chose, until `release`."""
        await self.command(Command(Act.OFF))

    async def limit(self, share: float) -> None:
        """Draw at most ``share`` (0 to 1) of the rating, until `release`. Raises ValueError beyond it."""
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share of the rating is 0 to 1, not {share}")
        await self.command(Command(Act.LIMIT, percent=int(share * _HUNDRED)))

    async def release(self) -> None:
        """End whatever was asked for."""
        await self.command(Command(Act.RELEASE))

    async def power_w(self) -> float:
        """What the appliance says that it draws."""
        return (await self.state()).power_w

    async def opted_out(self) -> bool:
        """Whether the customer has opted out of the event that holds."""
        return (await self.state()).opted_out

    async def set_point(self) -> float:
        """Degrees Celsius."""
        return decode_set_point(await self._client.read(SET_POINT))

    async def set_to(self, celsius: float) -> None:
        """Another set-point."""
        await self._client.write(SET_POINT, encode_set_point(celsius))
