"""GET: one attribute or several, in one APDU or in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dlms.apdu import (
    Apdu,
    Attribute,
    GetRequestNext,
    GetRequestNormal,
    GetRequestWithList,
    GetResponseNormal,
    GetResponseWithDataBlock,
    GetResponseWithList,
    GetResult,
    SelectedAttribute,
    Selection,
)
from drivers.dlms.apdu.common import decode_get_result, decode_list
from drivers.dlms.axdr import decode_whole
from drivers.dlms.client.blocks import MAX_APDU_SIZE
from drivers.dlms.client.exchange import Exchange
from drivers.dlms.data import Data, decode_data
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.errors import DataAccessError, DecodeError, UnexpectedApduError


async def get(exchange: Exchange, attribute: Attribute, selection: Selection | None = None) -> Data:
    """The value of ``attribute``, or of the selected part. Raises DataAccessError and as `Exchange.request`."""
    invoke = exchange.next_invoke()
    answer = await exchange.request(GetRequestNormal(invoke, attribute, selection), invoke)
    if isinstance(answer, GetResponseNormal):
        if isinstance(answer.result, DataAccessResult):
            raise DataAccessError(answer.result, str(attribute))
        return answer.result
    if isinstance(answer, GetResponseWithDataBlock):
        return decode_data(await _collect(exchange, invoke, answer, str(attribute)))
    raise UnexpectedApduError("an answer to GET", answer)


async def get_list(exchange: Exchange, attributes: Sequence[SelectedAttribute]) -> tuple[GetResult, ...]:
    """A value or a `DataAccessResult` for each attribute. Raises DataAccessError when the whole was refused."""
    invoke = exchange.next_invoke()
    answer: Apdu = await exchange.request(GetRequestWithList(invoke, tuple(attributes)), invoke)
    if isinstance(answer, GetResponseWithList):
        results = answer.results
    elif isinstance(answer, GetResponseWithDataBlock):
        raw = await _collect(exchange, invoke, answer, "list")
        results = decode_whole(lambda data, at: decode_list(data, at, decode_get_result), raw)
    elif isinstance(answer, GetResponseNormal) and isinstance(answer.result, DataAccessResult):
        raise DataAccessError(answer.result, "list")
    else:
        raise UnexpectedApduError("an answer to GET with list", answer)
    if len(results) != len(attributes):
        raise DecodeError(f"{len(results)} results for {len(attributes)} attributes")
    return results


async def _collect(exchange: Exchange, invoke: int, block: GetResponseWithDataBlock, what: str) -> bytes:
    joined = bytearray()
    number = 1
    while True:
        if isinstance(block.block, DataAccessResult):
            raise DataAccessError(block.block, what)
        if block.block_number != number:
            raise UnexpectedApduError(f"block {number}", block)
        joined += block.block
        if block.last:
            return bytes(joined)
        if len(joined) > MAX_APDU_SIZE:
            raise DecodeError("block transfer without end")
        answer = await exchange.request(GetRequestNext(invoke, number), invoke)
        if isinstance(answer, GetResponseNormal) and isinstance(answer.result, DataAccessResult):
            raise DataAccessError(answer.result, what)
        if not isinstance(answer, GetResponseWithDataBlock):
            raise UnexpectedApduError(f"block {number + 1}", answer)
        block, number = answer, number + 1
