"""Unsolicited services: DataNotification (tag 0x0F, push) and EventNotification (tag 0xC2)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    Attribute,
    decode_attribute,
    decode_optional,
    decode_u32,
    encode_descriptor,
    encode_optional,
    encode_u32,
)
from drivers.dlms.axdr import decode_bytes, encode_bytes
from drivers.dlms.data import Data, decode_from, encode_data
from drivers.dlms.datetimes import DateTime
from drivers.dlms.errors import DecodeError


@dataclass(frozen=True, slots=True)
class DataNotification(Apdu):
    """Pushed data. ``long_invoke``: 24-bit id, flags in bits 30 (confirmed) and 31 (high priority)."""

    long_invoke: int
    date_time: DateTime | None
    body: Data
    tag = 0x0F

    def encode(self) -> bytes:
        when = b"\x00" if self.date_time is None else encode_bytes(self.date_time.to_bytes())
        return b"\x0f" + encode_u32(self.long_invoke) + when + encode_data(self.body)


@dataclass(frozen=True, slots=True)
class EventNotification(Apdu):
    """The value of an attribute, sent unasked."""

    time: DateTime | None
    attribute: Attribute
    value: Data
    tag = 0xC2

    def encode(self) -> bytes:
        when = encode_optional(self.time, lambda time: encode_bytes(time.to_bytes()))
        return b"\xc2" + when + encode_descriptor(self.attribute) + encode_data(self.value)


def _decode_moment(data: bytes, at: int) -> tuple[DateTime | None, int]:
    """An octet-string that is empty or a date-time."""
    raw, end = decode_bytes(data, at)
    if not raw:
        return None, end
    try:
        return DateTime.from_bytes(raw), end
    except DecodeError as error:
        raise DecodeError(error.reason, at) from None


def _data_notification(data: bytes, at: int) -> tuple[Apdu, int]:
    long_invoke, at = decode_u32(data, at)
    when, at = _decode_moment(data, at)
    body, at = decode_from(data, at)
    return DataNotification(long_invoke, when, body), at


def _event_notification(data: bytes, at: int) -> tuple[Apdu, int]:
    when, at = decode_optional(data, at, _decode_moment)
    attribute, at = decode_attribute(data, at)
    value, at = decode_from(data, at)
    return EventNotification(when, attribute, value), at


DECODERS: dict[int, ApduDecoder] = {0x0F: _data_notification, 0xC2: _event_notification}
