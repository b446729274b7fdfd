"""ACTION (tags 0xC3, 0xC7)."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.dlms.apdu.common import (
    Apdu,
    ApduDecoder,
    Block,
    GetResult,
    Method,
    decode_action_result,
    decode_block,
    decode_choice,
    decode_get_result,
    decode_list,
    decode_method,
    decode_optional,
    decode_u32,
    encode_descriptor,
    encode_get_result,
    encode_list,
    encode_optional,
    encode_u8,
    encode_u32,
)
from drivers.dlms.data import Data, decode_from, encode_data
from drivers.dlms.enums import ActionResult


@dataclass(frozen=True, slots=True)
class ActionRequestNormal(Apdu):
    """Call one method. ``parameters`` None: the field is absent."""

    invoke: int
    method: Method
    parameters: Data | None = None
    tag = 0xC3

    def encode(self) -> bytes:
        head = b"\xc3\x01" + encode_u8(self.invoke)
        return head + encode_descriptor(self.method) + encode_optional(self.parameters, encode_data)


@dataclass(frozen=True, slots=True)
class ActionRequestNextPblock(Apdu):
    """The next block of the answer; ``block_number`` is the one received last."""

    invoke: int
    block_number: int
    tag = 0xC3

    def encode(self) -> bytes:
        return b"\xc3\x02" + encode_u8(self.invoke) + encode_u32(self.block_number)


@dataclass(frozen=True, slots=True)
class ActionRequestWithList(Apdu):
    """Call several methods; ``parameters`` in the order of ``methods``, null-data where there are none."""

    invoke: int
    methods: tuple[Method, ...]
    parameters: tuple[Data, ...]
    tag = 0xC3

    def encode(self) -> bytes:
        head = b"\xc3\x03" + encode_u8(self.invoke)
        return head + encode_list(self.methods, encode_descriptor) + encode_list(self.parameters, encode_data)


@dataclass(frozen=True, slots=True)
class ActionRequestWithFirstPblock(Apdu):
    """Call one method; its parameters are too long and come in blocks that, joined, encode them."""

    invoke: int
    method: Method
    block: Block
    tag = 0xC3

    def encode(self) -> bytes:
        return b"\xc3\x04" + encode_u8(self.invoke) + encode_descriptor(self.method) + self.block.encode()


@dataclass(frozen=True, slots=True)
class ActionRequestWithListAndFirstPblock(Apdu):
    """Call several methods; the blocks, joined, encode the list of parameters."""

    invoke: int
    methods: tuple[Method, ...]
    block: Block
    tag = 0xC3

    def encode(self) -> bytes:
        head = b"\xc3\x05" + encode_u8(self.invoke)
        return head + encode_list(self.methods, encode_descriptor) + self.block.encode()


@dataclass(frozen=True, slots=True)
class ActionRequestWithPblock(Apdu):
    """A further block of the parameters."""

    invoke: int
    block: Block
    tag = 0xC3

    def encode(self) -> bytes:
        return b"\xc3\x06" + encode_u8(self.invoke) + self.block.encode()


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """Action-Response-With-Optional-Data. ``returned`` None: the field is absent."""

    result: ActionResult
    returned: GetResult | None = None

    def encode(self) -> bytes:
        return bytes((self.result,)) + encode_optional(self.returned, encode_get_result)


def decode_outcome(data: bytes, at: int) -> tuple[ActionOutcome, int]:
    result, at = decode_action_result(data, at)
    returned, at = decode_optional(data, at, decode_get_result)
    return ActionOutcome(result, returned), at


@dataclass(frozen=True, slots=True)
class ActionResponseNormal(Apdu):
    """What came of the call."""

    invoke: int
    outcome: ActionOutcome
    tag = 0xC7

    def encode(self) -> bytes:
        return b"\xc7\x01" + encode_u8(self.invoke) + self.outcome.encode()


@dataclass(frozen=True, slots=True)
class ActionResponseWithPblock(Apdu):
    """One block of a long answer; the blocks joined are the encoded outcome (or list of outcomes)."""

    invoke: int
    block: Block
    tag = 0xC7

    def encode(self) -> bytes:
        return b"\xc7\x02" + encode_u8(self.invoke) + self.block.encode()


@dataclass(frozen=True, slots=True)
class ActionResponseWithList(Apdu):
    """What came of each call, in the order of the request."""

    invoke: int
    outcomes: tuple[ActionOutcome, ...]
    tag = 0xC7

    def encode(self) -> bytes:
        return b"\xc7\x03" + encode_u8(self.invoke) + encode_list(self.outcomes, ActionOutcome.encode)


@dataclass(frozen=True, slots=True)
class ActionResponseNextPblock(Apdu):
    """A block of the parameters has arrived, more are wanted."""

    invoke: int
    block_number: int
    tag = 0xC7

    def encode(self) -> bytes:
        return b"\xc7\x04" + encode_u8(self.invoke) + encode_u32(self.block_number)


def _request_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    method, end = decode_method(data, at + 1)
    parameters, end = decode_optional(data, end, decode_from)
    return ActionRequestNormal(data[at], method, parameters), end


def _request_next_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    number, end = decode_u32(data, at + 1)
    return ActionRequestNextPblock(data[at], number), end


def _request_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    methods, end = decode_list(data, at + 1, decode_method)
    parameters, end = decode_list(data, end, decode_from)
    return ActionRequestWithList(data[at], methods, parameters), end


def _request_with_first_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    method, end = decode_method(data, at + 1)
    block, end = decode_block(data, end)
    return ActionRequestWithFirstPblock(data[at], method, block), end


def _request_with_list_and_first_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    methods, end = decode_list(data, at + 1, decode_method)
    block, end = decode_block(data, end)
    return ActionRequestWithListAndFirstPblock(data[at], methods, block), end


def _request_with_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    block, end = decode_block(data, at + 1)
    return ActionRequestWithPblock(data[at], block), end


def _response_normal(data: bytes, at: int) -> tuple[Apdu, int]:
    outcome, end = decode_outcome(data, at + 1)
    return ActionResponseNormal(data[at], outcome), end


def _response_with_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    block, end = decode_block(data, at + 1)
    return ActionResponseWithPblock(data[at], block), end


def _response_with_list(data: bytes, at: int) -> tuple[Apdu, int]:
    outcomes, end = decode_list(data, at + 1, decode_outcome)
    return ActionResponseWithList(data[at], outcomes), end


def _response_next_pblock(data: bytes, at: int) -> tuple[Apdu, int]:
    number, end = decode_u32(data, at + 1)
    return ActionResponseNextPblock(data[at], number), end


_REQUESTS: dict[int, ApduDecoder] = {
    1: _request_normal,
    2: _request_next_pblock,
    3: _request_with_list,
    4: _request_with_first_pblock,
    5: _request_with_list_and_first_pblock,
    6: _request_with_pblock,
}
_RESPONSES: dict[int, ApduDecoder] = {
    1: _response_normal,
    2: _response_with_pblock,
    3: _response_with_list,
    4: _response_next_pblock,
}

DECODERS: dict[int, ApduDecoder] = {
    0xC3: lambda data, at: decode_choice("action-request", _REQUESTS, data, at),
    0xC7: lambda data, at: decode_choice("action-response", _RESPONSES, data, at),
}
