"""What several xDLMS services share: descriptors, selections, results, data blocks (IEC 62056-5-3, abstract syntax)."""

from __future__ import annotations

import struct
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, TypeVar

from drivers.dlms.axdr import decode_bytes, decode_length, encode_bytes, encode_length, take
from drivers.dlms.data import Data, decode_from, encode_data, encode_into
from drivers.dlms.enums import ActionResult, DataAccessResult
from drivers.dlms.errors import DecodeError, EncodeError
from drivers.dlms.obis import Obis

T = TypeVar("T")


class Apdu:
    """An xDLMS APDU. ``tag`` is its first byte.

    Not an `abc.ABC`: its instance check is a Python function, which every ``match`` on a message would call many times.
    """

    __slots__ = ()
    tag: ClassVar[int]

    @abstractmethod
    def encode(self) -> bytes:
        """The bytes on the wire. Raises EncodeError for a field that the format cannot hold."""


ApduDecoder: TypeAlias = Callable[[bytes, int], tuple[Apdu, int]]
"""Decodes from the byte after the tag."""

# -- invoke-id-and-priority ------------------------------------------------------------------------------------------

CONFIRMED = 0x40
HIGH_PRIORITY = 0x80


def invoke_byte(invoke_id: int, *, confirmed: bool = True, high_priority: bool = True) -> int:
    """invoke-id-and-priority: id 0 to 15 in the low bits, service class in bit 6, priority in bit 7."""
    return (invoke_id & 0x0F) | (CONFIRMED if confirmed else 0) | (HIGH_PRIORITY if high_priority else 0)


# -- descriptors -----------------------------------------------------------------------------------------------------

_DESCRIPTOR = struct.Struct(">H6sb")
_as_obis = bytes.__new__  # the layout has made sure of the length


@dataclass(frozen=True, slots=True)
class Attribute:
    """cosem-attribute-descriptor: class, logical name, attribute index (1 is the logical name, 0 means all)."""

    class_id: int
    instance: Obis
    index: int

    def __str__(self) -> str:
        return f"{self.class_id}/{self.instance}/{self.index}"


@dataclass(frozen=True, slots=True)
class Method:
    """cosem-method-descriptor: class, logical name, method index."""

    class_id: int
    instance: Obis
    index: int

    def __str__(self) -> str:
        return f"{self.class_id}/{self.instance}/method {self.index}"


@dataclass(frozen=True, slots=True)
class Selection:
    """selective-access-descriptor: which part of an attribute. `drivers.dlms.selection` makes the usual ones."""

    selector: int
    parameters: Data


def encode_descriptor(descriptor: Attribute | Method) -> bytes:
    try:
        return _DESCRIPTOR.pack(descriptor.class_id, descriptor.instance, descriptor.index)
    except struct.error as error:
        raise EncodeError(f"descriptor {descriptor}: {error}") from None


def decode_attribute(data: bytes, at: int) -> tuple[Attribute, int]:
    class_id, instance, index = _DESCRIPTOR.unpack_from(data, at)
    return Attribute(class_id, _as_obis(Obis, instance), index), at + 9


def decode_method(data: bytes, at: int) -> tuple[Method, int]:
    class_id, instance, index = _DESCRIPTOR.unpack_from(data, at)
    return Method(class_id, _as_obis(Obis, instance), index), at + 9


def encode_selection(selection: Selection | None) -> bytes:
    if selection is None:
        return b"\x00"
    return b"\x01" + encode_u8(selection.selector) + encode_data(selection.parameters)


def decode_selection(data: bytes, at: int) -> tuple[Selection | None, int]:
    present, at = decode_flag(data, at)
    if not present:
        return None, at
    parameters, end = decode_from(data, at + 1)
    return Selection(data[at], parameters), end


SelectedAttribute: TypeAlias = tuple[Attribute, Selection | None]


def encode_selected(item: SelectedAttribute) -> bytes:
    return encode_descriptor(item[0]) + encode_selection(item[1])


def decode_selected(data: bytes, at: int) -> tuple[SelectedAttribute, int]:
    attribute, at = decode_attribute(data, at)
    selection, at = decode_selection(data, at)
    return (attribute, selection), at


# -- results ---------------------------------------------------------------------------------------------------------

GetResult: TypeAlias = Data | DataAccessResult
"""Get-Data-Result: the value, or why there is none."""


def encode_get_result(result: GetResult) -> bytes:
    if isinstance(result, DataAccessResult):
        return bytes((1, result))
    out = bytearray(b"\x00")
    encode_into(result, out)
    return bytes(out)


def decode_get_result(data: bytes, at: int) -> tuple[GetResult, int]:
    choice = data[at]
    if choice == 0:
        return decode_from(data, at + 1)
    if choice == 1:
        return decode_data_access_result(data, at + 1)
    raise DecodeError(f"choice {choice} of a get-data-result", at)


def decode_data_access_result(data: bytes, at: int) -> tuple[DataAccessResult, int]:
    try:
        return DataAccessResult(data[at]), at + 1
    except ValueError:
        raise DecodeError(f"{data[at]} is not a data-access-result", at) from None


def decode_action_result(data: bytes, at: int) -> tuple[ActionResult, int]:
    try:
        return ActionResult(data[at]), at + 1
    except ValueError:
        raise DecodeError(f"{data[at]} is not an action-result", at) from None


# -- blocks, lists, optional fields ----------------------------------------------------------------------------------

_BLOCK = struct.Struct(">BI")


@dataclass(frozen=True, slots=True)
class Block:
    """DataBlock-SA: one part of a long parameter. Numbers count from 1."""

    last: bool
    number: int
    data: bytes

    def encode(self) -> bytes:
        return _BLOCK.pack(self.last, encode_range(self.number, 0xFFFFFFFF)) + encode_bytes(self.data)


def decode_block(data: bytes, at: int) -> tuple[Block, int]:
    last, number = _BLOCK.unpack_from(data, at)
    raw, at = decode_bytes(data, at + 5)
    return Block(last != 0, number, raw), at


def encode_list(items: Sequence[T], encoder: Callable[[T], bytes]) -> bytes:
    return encode_length(len(items)) + b"".join(map(encoder, items))


def decode_list(data: bytes, at: int, decoder: Callable[[bytes, int], tuple[T, int]]) -> tuple[tuple[T, ...], int]:
    count, at = decode_length(data, at)
    if count > len(data) - at:
        raise DecodeError(f"{count} items announced, {len(data) - at} bytes left", at)
    items: list[T] = []
    for _ in range(count):
        item, at = decoder(data, at)
        items.append(item)
    return tuple(items), at


def decode_flag(data: bytes, at: int) -> tuple[bool, int]:
    """The byte before an optional field: 0 absent, 1 present."""
    flag = data[at]
    if flag > 1:
        raise DecodeError(f"{flag} where an optional field is 0 or 1", at)
    return flag == 1, at + 1


def encode_optional(value: Any, encoder: Callable[[Any], bytes]) -> bytes:
    return b"\x00" if value is None else b"\x01" + encoder(value)


def decode_optional(data: bytes, at: int, decoder: Callable[[bytes, int], tuple[T, int]]) -> tuple[T | None, int]:
    present, at = decode_flag(data, at)
    return decoder(data, at) if present else (None, at)


def decode_u8(data: bytes, at: int) -> tuple[int, int]:
    return data[at], at + 1


def decode_u16(data: bytes, at: int) -> tuple[int, int]:
    raw, at = take(data, at, 2)
    return int.from_bytes(raw, "big"), at


def decode_u32(data: bytes, at: int) -> tuple[int, int]:
    raw, at = take(data, at, 4)
    return int.from_bytes(raw, "big"), at


def encode_range(value: int, high: int) -> int:
    if not 0 <= value <= high:
        raise EncodeError(f"{value} is not in the range 0 to {high}")
    return value


def encode_u8(value: int) -> bytes:
    return bytes((encode_range(value, 0xFF),))


def encode_u16(value: int) -> bytes:
    return encode_range(value, 0xFFFF).to_bytes(2, "big")


def encode_u32(value: int) -> bytes:
    return encode_range(value, 0xFFFFFFFF).to_bytes(4, "big")


def decode_choice(name: str, decoders: dict[int, ApduDecoder], data: bytes, at: int) -> tuple[Apdu, int]:
    """Decode the choice byte that follows a tag (request type) and what comes after it."""
    decoder = decoders.get(data[at])
    if decoder is None:
        raise DecodeError(f"choice {data[at]} of a {name}", at)
    return decoder(data, at + 1)
