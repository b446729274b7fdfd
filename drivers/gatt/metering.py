"""The metering service: what an in-home display, a sub-meter or a meter's port for the customer tells over Bluetooth.

The SIG has no service for it; this one is the bench's own (docs/handbook/ble.md has its definition). All integers are
little-endian. A reading (31 octets) is longer than what fits into the smallest MTU, and a history is longer still.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from drivers.gatt.errors import GarbageError
from drivers.gatt.uuids import own_uuid

SERVICE, READING, HISTORY, PRICE, PLAN, PROJECTION, CUSTOMER, LOG = (own_uuid(number) for number in range(1, 9))

DATA_VALID, CLOCK_VALID = 0x01, 0x02
_READING = struct.Struct("<IBiQQHI")
_ENTRY = struct.Struct("<II")
_MOST_ENTRIES = 60
_PRICE, _PLAN = struct.Struct("<I"), struct.Struct("<IH")
_PROJECTION = struct.Struct("<IQ")
PRICE_STEP, ENERGY_STEP_WH = 1e-5, 0.1


@dataclass(frozen=True)
class Reading:
    """``at``: UTC, s; power in W, energies in Wh, in steps of 0.1; voltage in steps of 0.1 V, current of 1 mA.

    ``valid`` is false where there is nothing to show: the other values are then zero.
    """

    at: int
    power_w: float = 0.0
    import_wh: float = 0.0
    export_wh: float = 0.0
    voltage_v: float = 0.0
    current_a: float = 0.0
    valid: bool = True
    clock_valid: bool = True

    def encode(self) -> bytes:
        """Its 31 octets."""
        status = (DATA_VALID if self.valid else 0) | (CLOCK_VALID if self.clock_valid else 0)
        tenths = [round(value * 10) for value in (self.power_w, self.import_wh, self.export_wh, self.voltage_v)]
        return _READING.pack(self.at, status, *tenths, round(self.current_a * 1000))


def decode_reading(value: bytes) -> Reading:
    """Raises GarbageError."""
    if len(value) != _READING.size:
        raise GarbageError(f"a reading has {_READING.size} octets, not {len(value)}")
    at, status, power, imported, exported, voltage, current = _READING.unpack(value)
    if status & ~(DATA_VALID | CLOCK_VALID):
        raise GarbageError(f"a reading with status 0x{status:02X}")
    return Reading(
        at,
        power / 10,
        imported / 10,
        exported / 10,
        voltage / 10,
        current / 1000,
        bool(status & DATA_VALID),
        bool(status & CLOCK_VALID),
    )


@dataclass(frozen=True)
class Entry:
    """Energy imported in the interval that ended ``at`` (UTC, s), Wh."""

    at: int
    import_wh: float


def encode_history(entries: Sequence[Entry]) -> bytes:
    """The last entries, oldest first, as many as fit into one value."""
    kept = entries[-_MOST_ENTRIES:]
    return b"".join(_ENTRY.pack(entry.at, round(entry.import_wh / ENERGY_STEP_WH)) for entry in kept)


def decode_history(value: bytes) -> list[Entry]:
    """Raises GarbageError for half an entry, or entries that are not in order."""
    if len(value) % _ENTRY.size:
        raise GarbageError(f"a history of {len(value)} octets: an entry has {_ENTRY.size}")
    entries = [Entry(at, steps * ENERGY_STEP_WH) for at, steps in _ENTRY.iter_unpack(value)]
    if any(later.at <= earlier.at for earlier, later in itertools.pairwise(entries)):
        raise GarbageError("a history whose entries are not in order")
    return entries


def encode_price(per_kwh: float) -> bytes:
    """A price of a kWh, in steps of 0.00001."""
    return _PRICE.pack(round(per_kwh / PRICE_STEP))


def decode_price(value: bytes) -> float:
    """Raises GarbageError."""
    if len(value) != _PRICE.size:
        raise GarbageError(f"a price has {_PRICE.size} octets, not {len(value)}")
    return float(_PRICE.unpack(value)[0]) * PRICE_STEP


@dataclass(frozen=True)
class Plan:
    """A pattern of usage: so many Wh a day, for so many days."""

    daily_wh: int
    days: int

    def encode(self) -> bytes:
        """Its 6 octets."""
        return _PLAN.pack(self.daily_wh, self.days)


def decode_plan(value: bytes) -> Plan:
    """Raises GarbageError."""
    if len(value) != _PLAN.size:
        raise GarbageError(f"a plan has {_PLAN.size} octets, not {len(value)}")
    return Plan(*_PLAN.unpack(value))


@dataclass(frozen=True)
class Projection:
    """What a plan costs: at which price of a kWh, and in all, in steps of 0.00001."""

    price: float
    cost: float

    def encode(self) -> bytes:
        """Its 12 octets."""
        return _PROJECTION.pack(round(self.price / PRICE_STEP), round(self.cost / PRICE_STEP))


def decode_projection(value: bytes) -> Projection:
    """Raises GarbageError."""
    if len(value) != _PROJECTION.size:
        raise GarbageError(f"a projection has {_PROJECTION.size} octets, not {len(value)}")
    price, cost = _PROJECTION.unpack(value)
    return Projection(price * PRICE_STEP, cost * PRICE_STEP)
