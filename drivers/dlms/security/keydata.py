"""The list of {key id, key data} that key_transfer and key_agreement have for parameter and answer."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.dlms.data import Array, Data, Enum, OctetString, Structure
from drivers.dlms.enums import KeyId
from drivers.dlms.errors import DecodeError


def encode_key_data(entries: Iterable[tuple[KeyId, bytes]]) -> Array:
    """An array of structures of enum and octet-string."""
    return Array(Structure([Enum(key_id), OctetString(data)]) for key_id, data in entries)


def decode_key_data(value: Data) -> dict[KeyId, bytes]:
    """What `encode_key_data` makes. Raises DecodeError for another shape, and for a key id that is given twice."""
    if not isinstance(value, Array):
        raise DecodeError("not an array of {key id, key data}")
    entries: dict[KeyId, bytes] = {}
    for entry in value:
        match entry:
            case Structure((Enum() as number, OctetString() as data)):
                key_id = _key_id(number)
            case _:
                raise DecodeError("not an array of {key id, key data}")
        if key_id in entries:
            raise DecodeError(f"{key_id.name} twice")
        entries[key_id] = bytes(data)
    return entries


def _key_id(number: int) -> KeyId:
    try:
        return KeyId(number)
    except ValueError as error:
        raise DecodeError(str(error)) from None
