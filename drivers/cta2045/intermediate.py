"""Intermediate demand-response messages (CTA-2045-B, clause 11; layouts as EPRI's UCM library has them).

A request has two opcodes and fields; its reply sets 0x80 in opcode 2 and begins with a response code. Numbers are
big-endian; times are seconds since 2000-01-01 00:00 UTC on the wire and seconds since 1970 in Python.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from drivers.cta2045.errors import DecodeError, EncodeError
from drivers.cta2045.frame import INTERMEDIATE, Frame

EPOCH_2000 = 946_684_800
REPLY = 0x80


class ResponseCode(IntEnum):
    """First byte after the opcodes of a reply (CTA-2045-B, table 11-3)."""

    SUCCESS = 0
    NOT_IMPLEMENTED = 1
    BAD_VALUE = 2
    COMMAND_LENGTH = 3
    RESPONSE_LENGTH = 4
    BUSY = 5
    OTHER = 6
    CUSTOMER_OVERRIDE = 7
    NOT_ENABLED = 8


class Commodity(IntEnum):
    """What a commodity reading is of (CTA-2045-B, 11.3.1): W and Wh for electricity."""

    ELECTRICITY_CONSUMED = 0
    ELECTRICITY_PRODUCED = 1
    TOTAL_ENERGY_STORAGE = 6
    PRESENT_ENERGY_STORAGE = 7


class DeviceType(IntEnum):
    """What kind of appliance (CTA-2045-B, 11.1.1.2)."""

    WATER_HEATER_ELECTRIC = 0x0002
    CENTRAL_AC = 0x0007
    POOL_PUMP_SINGLE_SPEED = 0x0030
    EVSE_LEVEL_2 = 0x1102


class Units(IntEnum):
    """Units of temperatures."""

    FAHRENHEIT = 0
    CELSIUS = 1


GET_INFORMATION = 0x0101
GET_UTC = 0x0200
ENERGY_PRICE = 0x0300
TEMPERATURE_OFFSET = 0x0302
SET_POINT = 0x0303
PRESENT_TEMPERATURE = 0x0304
START_CYCLING = 0x0400
TERMINATE_CYCLING = 0x0401
COMMODITY = 0x0600


@dataclass(frozen=True, slots=True)
class Intermediate:
    """One message: both opcodes as a number, and the bytes after them."""

    opcodes: int
    body: bytes = b""

    def frame(self) -> Frame:
        """The message in its frame."""
        return Frame(INTERMEDIATE, self.opcodes.to_bytes(2, "big") + self.body)

    @property
    def is_reply(self) -> bool:
        """Whether it answers a request."""
        return bool(self.opcodes & REPLY)


def decode_intermediate(payload: bytes) -> Intermediate:
    """The message of an intermediate frame. Raises DecodeError unless it has both opcodes."""
    if len(payload) < 2:
        raise DecodeError("an intermediate message has two opcodes", payload)
    return Intermediate(int.from_bytes(payload[:2], "big"), payload[2:])


def reply_to(request: Intermediate, code: int, fields: bytes = b"") -> Intermediate:
    """The reply to ``request`` with its response code."""
    return Intermediate(request.opcodes | REPLY, bytes((code,)) + fields)


class _Fields:
    """A fixed layout. ``layout`` is `struct`'s, big-endian."""

    layout: ClassVar[struct.Struct]

    @classmethod
    def _unpack(cls, body: bytes) -> tuple[Any, ...]:
        if len(body) != cls.layout.size:
            raise DecodeError(f"{cls.__name__} has {cls.layout.size} bytes, not {len(body)}", body)
        return cls.layout.unpack(body)

    @classmethod
    def _pack(cls, *values: int | bytes) -> bytes:
        try:
            return cls.layout.pack(*values)
        except struct.error as error:
            raise EncodeError(f"{cls.__name__}: {error}") from None


@dataclass(frozen=True, slots=True)
class Cycling(_Fields):
    """Start cycling: ``start_at`` in s since 1970 (0: now), ``duration_min`` in minutes (0: until it is terminated),
    ``duty_percent`` of the time on, randomisation of both ends in minutes, ``criticality`` 0 to 9."""

    layout = struct.Struct(">IIHBBBB")
    event_id: int
    start_at: float
    duration_min: int
    duty_percent: int
    start_randomisation_min: int = 0
    end_randomisation_min: int = 0
    criticality: int = 0

    def encode(self) -> Intermediate:
        """The request. Raises EncodeError."""
        body = self._pack(
            self.event_id,
            to_wire_time(self.start_at),
            self.duration_min,
            self.duty_percent,
            self.start_randomisation_min,
            self.end_randomisation_min,
            self.criticality,
        )
        return Intermediate(START_CYCLING, body)

    @classmethod
    def decode(cls, body: bytes) -> Cycling:
        """Raises DecodeError."""
        event_id, start, *rest = cls._unpack(body)
        return cls(event_id, from_wire_time(start), *rest)


@dataclass(frozen=True, slots=True)
class Termination(_Fields):
    """Terminate cycling of one event, within ``end_randomisation_min`` minutes."""

    layout = struct.Struct(">IB")
    event_id: int
    end_randomisation_min: int = 0

    def encode(self) -> Intermediate:
        """The request. Raises EncodeError."""
        return Intermediate(TERMINATE_CYCLING, self._pack(self.event_id, self.end_randomisation_min))

    @classmethod
    def decode(cls, body: bytes) -> Termination:
        """Raises DecodeError."""
        return cls(*cls._unpack(body))


@dataclass(frozen=True, slots=True)
class EnergyPrice(_Fields):
    """Price of energy: ``price`` and ``next_price`` in units of 10 to the minus ``decimals`` of the currency a kWh,
    ``currency`` by ISO 4217's number, valid until ``expires_at`` (s since 1970; 0: until told otherwise)."""

    layout = struct.Struct(">HHBII")
    price: int
    currency: int
    decimals: int
    expires_at: float = 0
    next_price: int = 0

    def encode(self) -> Intermediate:
        """The request. Raises EncodeError."""
        body = self._pack(self.price, self.currency, self.decimals, to_wire_time(self.expires_at), self.next_price)
        return Intermediate(ENERGY_PRICE, body)

    @classmethod
    def decode(cls, body: bytes) -> EnergyPrice:
        """Raises DecodeError."""
        price, currency, decimals, expires, following = cls._unpack(body)
        return cls(price, currency, decimals, from_wire_time(expires), following)

    @property
    def a_kwh(self) -> float:
        """The price in whole units of the currency."""
        return float(self.price) / 10.0**self.decimals


@dataclass(frozen=True, slots=True)
class SetPoints(_Fields):
    """Set-points of a thermostat or heater in ``units``, two (heating and cooling) or the same one twice."""

    layout = struct.Struct(">HBhh")
    device_type: int
    units: int
    first: int
    second: int

    def encode(self) -> Intermediate:
        """The request. Raises EncodeError."""
        return Intermediate(SET_POINT, self.fields())

    def fields(self) -> bytes:
        """The fields alone, as in a reply. Raises EncodeError."""
        return self._pack(self.device_type, self.units, self.first, self.second)

    @classmethod
    def decode(cls, body: bytes) -> SetPoints:
        """Raises DecodeError."""
        return cls(*cls._unpack(body))


@dataclass(frozen=True, slots=True)
class TemperatureOffset(_Fields):
    """How far the device goes from its set-point during events, in ``units``."""

    layout = struct.Struct(">bB")
    offset: int
    units: int

    def encode(self) -> Intermediate:
        """The request. Raises EncodeError."""
        return Intermediate(TEMPERATURE_OFFSET, self._pack(self.offset, self.units))

    @classmethod
    def decode(cls, body: bytes) -> TemperatureOffset:
        """Raises DecodeError."""
        return cls(*cls._unpack(body))


@dataclass(frozen=True, slots=True)
class CommodityReading(_Fields):
    """One commodity: its rate now and its total, 48 bits each (W and Wh for electricity)."""

    layout = struct.Struct(">B6s6s")
    commodity: int
    rate: int
    total: int

    def fields(self) -> bytes:
        """As in a reply. Raises EncodeError."""
        try:
            return self._pack(self.commodity, self.rate.to_bytes(6, "big"), self.total.to_bytes(6, "big"))
        except OverflowError:
            raise EncodeError(f"commodity values have 48 bits and no sign: {self.rate}, {self.total}") from None

    @classmethod
    def decode_all(cls, body: bytes) -> tuple[CommodityReading, ...]:
        """All readings of a reply after its response code. Raises DecodeError."""
        size = cls.layout.size
        if len(body) % size:
            raise DecodeError(f"commodity readings have {size} bytes each", body)
        found = []
        for start in range(0, len(body), size):
            commodity, rate, total = cls._unpack(body[start : start + size])
            found.append(cls(commodity, int.from_bytes(rate, "big"), int.from_bytes(total, "big")))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Information(_Fields):
    """Who the appliance is: version of the standard, vendor, type, capability bits, model, serial number, firmware.

    Model and serial number have 16 characters, as in EPRI's library; the Python package cta2045 reads 15 (unverified).
    """

    layout = struct.Struct(">2sHHHIB16s16sBBBBB")
    version: str
    vendor: int
    device_type: int
    revision: int
    capabilities: int
    model: str
    serial: str
    firmware: tuple[int, int, int, int, int]
    """Year (two digits), month, day, major, minor."""

    def fields(self) -> bytes:
        """As in a reply. Raises EncodeError."""
        texts = [text.encode("ascii") for text in (self.version, self.model, self.serial)]
        if any(len(text) > size for text, size in zip(texts, (2, 16, 16), strict=True)):
            raise EncodeError("version has at most 2 characters, model and serial number 16")
        version, model, serial = texts
        return self._pack(
            version.ljust(2, b"\0"),
            self.vendor,
            self.device_type,
            self.revision,
            self.capabilities,
            0,
            model.ljust(16, b"\0"),
            serial.ljust(16, b"\0"),
            *self.firmware,
        )

    @classmethod
    def decode(cls, body: bytes) -> Information:
        """Raises DecodeError."""
        version, vendor, device, revision, capabilities, _, model, serial, *firmware = cls._unpack(body)
        year, month, day, major, minor = firmware
        text = [part.split(b"\0", 1)[0].decode("ascii", "replace").strip() for part in (version, model, serial)]
        return cls(text[0], vendor, device, revision, capabilities, text[1], text[2], (year, month, day, major, minor))


def to_wire_time(at: float) -> int:
    """Seconds since 2000 of a time since 1970; 0 stays 0, for it means *now* or *for good*."""
    return 0 if at == 0 else round(at) - EPOCH_2000


def from_wire_time(value: int) -> float:
    """A time since 1970 of one since 2000; 0 stays 0."""
    return 0.0 if value == 0 else float(value + EPOCH_2000)
