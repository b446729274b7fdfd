"""SET (tags 0xC1, 0xC5)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    Attribute,
    Block,
    SelectedAttribute,
    Selection,
    decode_attribute,
    decode_block,
    decode_choice,
    decode_data_access_result,
    decode_list,
    decode_selected,
    decode_selection,
    decode_u32,
    encode_descriptor,
    encode_list,
    encode_selected,
    encode_selection,
    encode_u8,
    encode_u32,
)
from drivers.dlms.data import Data, decode_from, encode_data
from drivers.dlms.enums import DataAccessResult


@dataclass(frozen=True, slots=True)
class SetRequestNormal(Apdu):
    """Write one attribute, or the selected part of it."""

    invoke: int
    attribute: Attribute
    selection: Selection | None
    value: Data
    tag = 0xC1

    def encode(self) -> bytes:
        head = b"\xc1\x01" + encode_u8(self.invoke)
        return head + encode_selected((self.attribute, self.selection)) + encode_data(self.value)


@dataclass(frozen=True, slots=True)
class SetRequestWithFirstBlock(Apdu):
    """As normal; the value is too long and comes in blocks that, joined, encode it."""

    invoke: int
    attribute: Attribute
    selection: Selection | None
    block: Block
    tag = 0xC1

    def encode(self) -> bytes:
        head = b"\xc1\x02" + encode_u8(self.invoke) + encode_descriptor(self.attribute)
        return head + encode_selection(self.selection) + self.block.encode()


@dataclass(frozen=True, slots=True)
class SetRequestWithBlock(Apdu):
    """A further block."""

    invoke: int
    block: Block
    tag = 0xC1

    def encode(self) -> bytes:
        return b"\xc1\x03" + encode_u8(self.invoke) + self.block.encode()


@dataclass(frozen=True, slots=True)
class SetRequestWithList(Apdu):
    """Write several attributes; ``values`` in the order of ``attributes``."""

    invoke: int
    attributes: tuple[SelectedAttribute, ...]
    values: tuple[Data, ...]
    tag = 0xC1

    def encode(self) -> bytes:
        head = b"\xc1\x04" + encode_u8(self.invoke)
        return head + encode_list(self.attributes, encode_selected) + encode_list(self.values, encode_data)


@dataclass(frozen=True, slots=True)
class SetRequestWithListAndFirstBlock(Apdu):
    """As with-list; the blocks, joined, encode the list of values."""

    invoke: int
    attributes: tuple[SelectedAttribute, ...]
    block: Block
    tag = 0xC1

    def encode(self) -> bytes:
        head = b"\xc1\x05" + encode_u8(self.invoke)
        return head + encode_list(self.attributes, encode_selected) + self.block.encode()


@dataclass(frozen=True, slots=True)
class SetResponseNormal(Apdu):
    """Whether the attribute was written."""

    invoke: int
    result: DataAccessResult
    tag = 0xC5

    def encode(self) -> bytes:
        return b"\xc5\x01" + bytes((self.invoke, self.result))


@dataclass(frozen=True, slots=True)
class SetResponseDataBlock(Apdu):
    """A block has arrived, more are wanted."""

    invoke: int
    block_number: int
    tag = 0xC5

    def encode(self) -> bytes:
        return b"\xc5\x02" + encode_u8(self.invoke) + encode_u32(self.block_number)


@dataclass(frozen=True, slots=True)
class SetResponseLastDataBlock(Apdu):
    """The last block has arrived; whether the attribute was written."""

    invoke: int
    result: DataAccessResult
    block_number: int
    tag = 0xC5

    def encode(self) -> bytes:
        return b"\xc5\x03" + bytes((self.invoke, self.result)) + encode_u32(self.block_number)


@dataclass(frozen=True, slots=True)
class SetResponseLastDataBlockWithList(Apdu):
    """The last block has arrived; whether each attribute was written."""

    invoke: int
    results: tuple[DataAccessResult, ...]
    block_number: int
    tag = 0xC5

    def encode(self) -> bytes:
        head = b"\xc5\x04" + encode_u8(self.invoke)
        return head + encode_list(self.results, encode_u8) + encode_u32(self.block_number)


@dataclass(frozen=True, slots=True)
class SetResponseWithList(Apdu):
    """Whether each attribute was written, in the order of the request."""

    invoke: int
    results: tuple[DataAccessResult, ...]
    tag = 0xC5

    def encode(self) -> bytes:
        return b"\xc5\x05" + encode_u8(self.invoke) + encode_list(self.results, encode_u8)


def _request_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    attribute, end = decode_attribute(data, at + 1)
    selection, end = decode_selection(data, end)
    value, end = decode_from(data, end)
    return SetRequestNormal(data[at], attribute, selection, value), end


def _request_with_first_block(data: bytes, at: int) -> tuple[Apdu, int]:
    attribute, end = decode_attribute(data, at + 1)
    selection, end = decode_selection(data, end)
    block, end = decode_block(data, end)
    return SetRequestWithFirstBlock(data[at], attribute, selection, block), end


def _request_with_block(data: bytes, at: int) -> tuple[Apdu, int]:
    block, end = decode_block(data, at + 1)
    return SetRequestWithBlock(data[at], block), end


def _request_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    attributes, end = decode_list(data, at + 1, decode_selected)
    values, end = decode_list(data, end, decode_from)
    return SetRequestWithList(data[at], attributes, values), end


def _request_with_list_and_first_block(data: bytes, at: int) -> tuple[Apdu, int]:
    attributes, end = decode_list(data, at + 1, decode_selected)
    block, end = decode_block(data, end)
    return SetRequestWithListAndFirstBlock(data[at], attributes, block), end


def _response_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    result, end = decode_data_access_result(data, at + 1)
    return SetResponseNormal(data[at], result), end


def _response_data_block(data: bytes, at: int) -> tuple[Apdu, int]:
    number, end = decode_u32(data, at + 1)
    return SetResponseDataBlock(data[at], number), end


def _response_last_data_block(data: bytes, at: int) -> tuple[Apdu, int]:
    result, end = decode_data_access_result(data, at + 1)
    number, end = decode_u32(data, end)
    return SetResponseLastDataBlock(data[at], result, number), end


def _response_last_data_block_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    results, end = decode_list(data, at + 1, decode_data_access_result)
    number, end = decode_u32(data, end)
    return SetResponseLastDataBlockWithList(data[at], results, number), end


def _response_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    results, end = decode_list(data, at + 1, decode_data_access_result)
    return SetResponseWithList(data[at], results), end


_REQUESTS: dict[int, ApduDecoder] = {
    1: _request_normal,
    2: _request_with_first_block,
    3: _request_with_block,
    4: _request_with_list,
    5: _request_with_list_and_first_block,
}
_RESPONSES: dict[int, ApduDecoder] = {
    1: _response_normal,
    2: _response_data_block,
    3: _response_last_data_block,
    4: _response_last_data_block_with_list,
    5: _response_with_list,
}

DECODERS: dict[int, ApduDecoder] = {
    0xC1: lambda data, at: decode_choice("set-request", _REQUESTS, data, at),
    0xC5: lambda data, at: decode_choice("set-response", _RESPONSES, data, at),
}
