"""SET: one attribute or several, in one APDU or in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dlms.apdu import (
    Apdu,
    Attribute,
    Block,
    SelectedAttribute,
    Selection,
    SetRequestNormal,
    SetRequestWithBlock,
    SetRequestWithFirstBlock,
    SetRequestWithList,
    SetRequestWithListAndFirstBlock,
    SetResponseDataBlock,
    SetResponseLastDataBlock,
    SetResponseLastDataBlockWithList,
    SetResponseNormal,
    SetResponseWithList,
)
from drivers.dlms.apdu.common import encode_list
from drivers.dlms.client.exchange import Exchange
from drivers.dlms.client.splitting import first_and_rest, goes_in_blocks
from drivers.dlms.data import Data, encode_data
from drivers.dlms.enums import Conformance, DataAccessResult
from drivers.dlms.errors import DataAccessError, DecodeError, UnexpectedApduError


async def set_value(
    exchange: Exchange, attribute: Attribute, value: Data, selection: Selection | None = None, *, confirmed: bool = True
) -> None:
    """Write ``attribute``. Raises DataAccessError and as `Exchange.request`. Unconfirmed: nothing is awaited."""
    invoke = exchange.next_invoke(confirmed=confirmed)
    request = SetRequestNormal(invoke, attribute, selection, value)
    if not confirmed:
        await exchange.send_unconfirmed(request)
        return
    if goes_in_blocks(exchange, len(request.encode()), Conformance.BLOCK_TRANSFER_SET):
        empty = SetRequestWithFirstBlock(invoke, attribute, selection, Block(False, 1, b""))
        first, rest = first_and_rest(exchange, encode_data(value), len(empty.encode()))
        opening = SetRequestWithFirstBlock(invoke, attribute, selection, first)
        answer = await _send_blocks(exchange, invoke, opening, first, rest)
    else:
        answer = await exchange.request(request, invoke)
    if not isinstance(answer, SetResponseNormal | SetResponseLastDataBlock):
        raise UnexpectedApduError("an answer to SET", answer)
    if answer.result is not DataAccessResult.SUCCESS:
        raise DataAccessError(answer.result, str(attribute))


async def set_list(
    exchange: Exchange, attributes: Sequence[SelectedAttribute], values: Sequence[Data]
) -> tuple[DataAccessResult, ...]:
    """Write several attributes; a result for each. Raises DataAccessError when the whole was refused."""
    invoke = exchange.next_invoke()
    request = SetRequestWithList(invoke, tuple(attributes), tuple(values))
    if goes_in_blocks(exchange, len(request.encode()), Conformance.BLOCK_TRANSFER_SET):
        empty = SetRequestWithListAndFirstBlock(invoke, tuple(attributes), Block(False, 1, b""))
        first, rest = first_and_rest(exchange, encode_list(values, encode_data), len(empty.encode()))
        opening = SetRequestWithListAndFirstBlock(invoke, tuple(attributes), first)
        answer = await _send_blocks(exchange, invoke, opening, first, rest)
    else:
        answer = await exchange.request(request, invoke)
    if isinstance(answer, SetResponseNormal) and answer.result is not DataAccessResult.SUCCESS:
        raise DataAccessError(answer.result, "list")
    if not isinstance(answer, SetResponseWithList | SetResponseLastDataBlockWithList):
        raise UnexpectedApduError("an answer to SET with list", answer)
    if len(answer.results) != len(attributes):
        raise DecodeError(f"{len(answer.results)} results for {len(attributes)} attributes")
    return answer.results


async def _send_blocks(exchange: Exchange, invoke: int, opening: Apdu, first: Block, rest: Sequence[Block]) -> Apdu:
    answer = await exchange.request(opening, invoke)
    done = first
    for block in rest:
        if isinstance(answer, SetResponseNormal | SetResponseLastDataBlock):
            return answer
        if not isinstance(answer, SetResponseDataBlock) or answer.block_number != done.number:
            raise UnexpectedApduError(f"an acknowledgement of block {done.number}", answer)
        answer = await exchange.request(SetRequestWithBlock(invoke, block), invoke)
        done = block
    return answer
