"""The customer account service: credit, limits, and the notices that a meter has for its customer, over Bluetooth.

The SIG's Alert Notification service tells of calls and mails in words of 18 octets, without a number, a value or a
receipt, so that this service is the bench's own (docs/handbook/ble.md has its definition). All integers are
little-endian; amounts are in hundred-thousandths of the currency unit.

A notice is indicated, and again after a while, until its receipt (log and number) was written; the confirmation of an
indication says that it came to the other stack, and not that somebody knows of it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.gatt.errors import GarbageError
from drivers.gatt.uuids import own_uuid

SERVICE, STATUS, LIMITS, NOTICE, RECEIPT, EMERGENCY = (own_uuid(number) for number in range(0x201, 0x207))
TAKE_EMERGENCY = b"\x01"

_STATUS, _LIMITS = struct.Struct("<BBiIIB"), struct.Struct("<IIIIIIB")
_NOTICE, _RECEIPT = struct.Struct("<BIBIIIiI"), struct.Struct("<BI")


class Told(IntEnum):
    """What a notice tells of; the names are those of a device file's ``event_table``."""

    ENERGY_NEAR_LIMIT = 1
    ENERGY_LIMIT_REACHED = 2
    ENERGY_LIMIT_CLEARED = 3
    DEMAND_NEAR_LIMIT = 4
    DEMAND_LIMIT_EXCEEDED = 5
    DEMAND_LIMIT_CLEARED = 6
    CREDIT_LOW = 7
    CREDIT_EXHAUSTED = 8
    CREDIT_RESTORED = 9
    CUTOFF_DEFERRED = 10
    EMERGENCY_CREDIT_IN_USE = 11


class Flags(IntFlag):
    """Of an account."""

    NONE = 0
    PREPAID = 0x01
    EMERGENCY_IN_USE = 0x02
    SUPPLY_ON = 0x04


class CreditState(IntEnum):
    """How far the credit has gone."""

    SUFFICIENT = 0
    LOW = 1
    EXHAUSTED = 2


@dataclass(frozen=True)
class Status:
    """``credit`` that is available, for how long it lasts (s), what a kWh costs now, the tariff rate that runs."""

    flags: Flags
    state: CreditState
    credit: int
    remaining_s: int
    price_per_kwh: int
    rate: int

    def encode(self) -> bytes:
        """Its 15 octets, which fit into the smallest MTU."""
        return _STATUS.pack(self.flags, self.state, self.credit, self.remaining_s, self.price_per_kwh, self.rate)


def decode_status(value: bytes) -> Status:
    """Raises GarbageError."""
    if len(value) != _STATUS.size:
        raise GarbageError(f"an account's status has {_STATUS.size} octets, not {len(value)}")
    flags, state, credit, remaining_s, price, rate = _STATUS.unpack(value)
    if flags & ~sum(Flags) or state not in set(CreditState):
        raise GarbageError(f"no status of an account: {value.hex()}")
    return Status(Flags(flags), CreditState(state), credit, remaining_s, price, rate)


@dataclass(frozen=True)
class Limits:
    """Energy used since the last reset (Wh) and average demand of the last window (W), each with the threshold of its
    warning and its limit (0: none); ``rate`` is the one whose demand is limited now."""

    used_wh: int
    energy_near_wh: int
    energy_limit_wh: int
    demand_w: int
    demand_near_w: int
    demand_limit_w: int
    rate: int

    def encode(self) -> bytes:
        """Its 25 octets."""
        energy = (self.used_wh, self.energy_near_wh, self.energy_limit_wh)
        return _LIMITS.pack(*energy, self.demand_w, self.demand_near_w, self.demand_limit_w, self.rate)


def decode_limits(value: bytes) -> Limits:
    """Raises GarbageError."""
    if len(value) != _LIMITS.size:
        raise GarbageError(f"limits have {_LIMITS.size} octets, not {len(value)}")
    return Limits(*_LIMITS.unpack(value))


@dataclass(frozen=True)
class Notice:
    """``log`` and ``number`` name the event, ``at`` is when it happened (UTC, s); the values are those of the moment at
    which the notice is given."""

    log: int
    number: int
    told: Told
    at: int
    used_wh: int
    demand_w: int
    credit: int
    remaining_s: int

    def encode(self) -> bytes:
        """Its 26 octets."""
        name = (self.log, self.number, self.told, self.at)
        return _NOTICE.pack(*name, self.used_wh, self.demand_w, self.credit, self.remaining_s)


def decode_notice(value: bytes) -> Notice:
    """Raises GarbageError."""
    if len(value) != _NOTICE.size:
        raise GarbageError(f"a notice has {_NOTICE.size} octets, not {len(value)}")
    log, number, told, *values = _NOTICE.unpack(value)
    if told not in set(Told):
        raise GarbageError(f"no notice: {value.hex()}")
    return Notice(log, number, Told(told), *values)


def encode_receipt(log: int, number: int) -> bytes:
    """Its 5 octets."""
    return _RECEIPT.pack(log, number)


def decode_receipt(value: bytes) -> tuple[int, int]:
    """Log and number. Raises GarbageError."""
    if len(value) != _RECEIPT.size:
        raise GarbageError(f"a receipt has {_RECEIPT.size} octets, not {len(value)}")
    log, number = _RECEIPT.unpack(value)
    return log, number
