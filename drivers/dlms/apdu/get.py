"""GET (tags 0xC0, 0xC4)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    Attribute,
    GetResult,
    SelectedAttribute,
    Selection,
    decode_attribute,
    decode_choice,
    decode_data_access_result,
    decode_get_result,
    decode_list,
    decode_selected,
    decode_selection,
    decode_u32,
    encode_descriptor,
    encode_get_result,
    encode_list,
    encode_selected,
    encode_selection,
    encode_u8,
    encode_u32,
)
from drivers.dlms.axdr import decode_bytes, encode_bytes
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.errors import DecodeError


@dataclass(frozen=True, slots=True)
class GetRequestNormal(Apdu):
    """One attribute, or the selected part of it."""

    invoke: int
    attribute: Attribute
    selection: Selection | None = None
    tag = 0xC0

    def encode(self) -> bytes:
        head = b"\xc0\x01" + encode_u8(self.invoke)
        return head + encode_descriptor(self.attribute) + encode_selection(self.selection)


@dataclass(frozen=True, slots=True)
class GetRequestNext(Apdu):
    """The next block; ``block_number`` is the one received last."""

    invoke: int
    block_number: int
    tag = 0xC0

    def encode(self) -> bytes:
        return b"\xc0\x02" + encode_u8(self.invoke) + encode_u32(self.block_number)


@dataclass(frozen=True, slots=True)
class GetRequestWithList(Apdu):
    """Several attributes."""

    invoke: int
    attributes: tuple[SelectedAttribute, ...]
    tag = 0xC0

    def encode(self) -> bytes:
        return b"\xc0\x03" + encode_u8(self.invoke) + encode_list(self.attributes, encode_selected)


@dataclass(frozen=True, slots=True)
class GetResponseNormal(Apdu):
    """The value, or why there is none."""

    invoke: int
    result: GetResult
    tag = 0xC4

    def encode(self) -> bytes:
        return b"\xc4\x01" + encode_u8(self.invoke) + encode_get_result(self.result)


@dataclass(frozen=True, slots=True)
class GetResponseWithDataBlock(Apdu):
    """One block of a long answer, or (``block`` a result) the end of the transfer.

    The blocks joined are the encoded value (normal) or the encoded list of results (with list).
    """

    invoke: int
    last: bool
    block_number: int
    block: bytes | DataAccessResult
    tag = 0xC4

    def encode(self) -> bytes:
        head = b"\xc4\x02" + encode_u8(self.invoke) + bytes((self.last,)) + encode_u32(self.block_number)
        if isinstance(self.block, DataAccessResult):
            return head + bytes((1, self.block))
        return head + b"\x00" + encode_bytes(self.block)


@dataclass(frozen=True, slots=True)
class GetResponseWithList(Apdu):
    """A result for each attribute, in the order of the request."""

    invoke: int
    results: tuple[GetResult, ...]
    tag = 0xC4

    def encode(self) -> bytes:
        return b"\xc4\x03" + encode_u8(self.invoke) + encode_list(self.results, encode_get_result)


def _request_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    attribute, end = decode_attribute(data, at + 1)
    selection, end = decode_selection(data, end)
    return GetRequestNormal(data[at], attribute, selection), end


def _request_next(data: bytes, at: int) -> tuple[Apdu, int]:
    number, end = decode_u32(data, at + 1)
    return GetRequestNext(data[at], number), end


def _request_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    attributes, end = decode_list(data, at + 1, decode_selected)
    return GetRequestWithList(data[at], attributes), end


def _response_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    result, end = decode_get_result(data, at + 1)
    return GetResponseNormal(data[at], result), end


def _response_with_data_block(data: bytes, at: int) -> tuple[Apdu, int]:
    number, end = decode_u32(data, at + 2)
    choice = data[end]
    block: bytes | DataAccessResult
    if choice == 0:
        block, end = decode_bytes(data, end + 1)
    elif choice == 1:
        block, end = decode_data_access_result(data, end + 1)
    else:
        raise DecodeError(f"choice {choice} of a data block", end)
    return GetResponseWithDataBlock(data[at], data[at + 1] != 0, number, block), end


def _response_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    results, end = decode_list(data, at + 1, decode_get_result)
    return GetResponseWithList(data[at], results), end


_REQUESTS: dict[int, ApduDecoder] = {1: _request_normal, 2: _request_next, 3: _request_with_list}
_RESPONSES: dict[int, ApduDecoder] = {1: _response_normal, 2: _response_with_data_block, 3: _response_with_list}

DECODERS: dict[int, ApduDecoder] = {
    0xC0: lambda data, at: decode_choice("get-request", _REQUESTS, data, at),
    0xC4: lambda data, at: decode_choice("get-response", _RESPONSES, data, at),
}
