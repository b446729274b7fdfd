"""ACTION: one method or several, parameters and answers in one APDU or in blocks."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dlms.apdu import (
    ActionOutcome,
    ActionRequestNextPblock,
    ActionRequestNormal,
    ActionRequestWithFirstPblock,
    ActionRequestWithList,
    ActionRequestWithListAndFirstPblock,
    ActionRequestWithPblock,
    ActionResponseNextPblock,
    ActionResponseNormal,
    ActionResponseWithList,
    ActionResponseWithPblock,
    Apdu,
    Block,
    Method,
)
from drivers.dlms.apdu.action import decode_outcome
from drivers.dlms.apdu.common import decode_list, encode_list
from drivers.dlms.axdr import decode_whole
from drivers.dlms.client.blocks import MAX_APDU_SIZE
from drivers.dlms.client.exchange import Exchange
from drivers.dlms.client.splitting import first_and_rest, goes_in_blocks
from drivers.dlms.data import Data, decode_data, encode_data
from drivers.dlms.enums import ActionResult, Conformance, DataAccessResult
from drivers.dlms.errors import ActionError, DecodeError, UnexpectedApduError


async def action(
    exchange: Exchange, method: Method, parameters: Data | None = None, *, confirmed: bool = True
) -> Data | None:
    """Call ``method``; returns what it returns, None for nothing. Raises ActionError and as `Exchange.request`."""
    invoke = exchange.next_invoke(confirmed=confirmed)
    request = ActionRequestNormal(invoke, method, parameters)
    if not confirmed:
        await exchange.send_unconfirmed(request)
        return None
    if parameters is not None and goes_in_blocks(exchange, len(request.encode()), Conformance.BLOCK_TRANSFER_ACTION):
        empty = ActionRequestWithFirstPblock(invoke, method, Block(False, 1, b""))
        first, rest = first_and_rest(exchange, encode_data(parameters), len(empty.encode()))
        opening = ActionRequestWithFirstPblock(invoke, method, first)
        answer = await _send_blocks(exchange, invoke, opening, first, rest)
    else:
        answer = await exchange.request(request, invoke)
    if isinstance(answer, ActionResponseWithPblock):
        return _returned(_decode_blocks(await _collect(exchange, invoke, answer)), str(method))
    if isinstance(answer, ActionResponseNormal):
        return _returned(answer.outcome, str(method))
    raise UnexpectedApduError("an answer to ACTION", answer)


async def action_list(
    exchange: Exchange, methods: Sequence[Method], parameters: Sequence[Data]
) -> tuple[ActionOutcome, ...]:
    """Call several methods; an outcome for each. Raises ActionError when the whole was refused."""
    invoke = exchange.next_invoke()
    request = ActionRequestWithList(invoke, tuple(methods), tuple(parameters))
    if goes_in_blocks(exchange, len(request.encode()), Conformance.BLOCK_TRANSFER_ACTION):
        empty = ActionRequestWithListAndFirstPblock(invoke, tuple(methods), Block(False, 1, b""))
        first, rest = first_and_rest(exchange, encode_list(parameters, encode_data), len(empty.encode()))
        opening = ActionRequestWithListAndFirstPblock(invoke, tuple(methods), first)
        answer = await _send_blocks(exchange, invoke, opening, first, rest)
    else:
        answer = await exchange.request(request, invoke)
    if isinstance(answer, ActionResponseWithList):
        outcomes = answer.outcomes
    elif isinstance(answer, ActionResponseWithPblock):
        raw = await _collect(exchange, invoke, answer)
        outcomes = decode_whole(lambda data, at: decode_list(data, at, decode_outcome), raw)
    elif isinstance(answer, ActionResponseNormal) and answer.outcome.result is not ActionResult.SUCCESS:
        raise ActionError(answer.outcome.result, "list")
    else:
        raise UnexpectedApduError("an answer to ACTION with list", answer)
    if len(outcomes) != len(methods):
        raise DecodeError(f"{len(outcomes)} outcomes for {len(methods)} methods")
    return outcomes


def _returned(outcome: ActionOutcome, what: str) -> Data | None:
    if outcome.result is not ActionResult.SUCCESS:
        raise ActionError(outcome.result, what)
    if isinstance(outcome.returned, DataAccessResult):
        if outcome.returned is DataAccessResult.SUCCESS:
            return None
        raise ActionError(outcome.result, what, outcome.returned)
    return outcome.returned


def _decode_blocks(raw: bytes) -> ActionOutcome:
    """The blocks of one method's answer: its return data alone, or a whole outcome. Servers differ (`unverified`).

    No bytes are both: an outcome starts with 0 and has at least two bytes, data that start with 0 have one.
    """
    try:
        return ActionOutcome(ActionResult.SUCCESS, decode_data(raw))
    except DecodeError:
        return decode_whole(decode_outcome, raw)


async def _collect(exchange: Exchange, invoke: int, response: ActionResponseWithPblock) -> bytes:
    joined = bytearray()
    number = 1
    while True:
        block = response.block
        if block.number != number:
            raise UnexpectedApduError(f"block {number}", response)
        joined += block.data
        if block.last:
            return bytes(joined)
        if len(joined) > MAX_APDU_SIZE:
            raise DecodeError("block transfer without end")
        answer = await exchange.request(ActionRequestNextPblock(invoke, number), invoke)
        if isinstance(answer, ActionResponseNormal):
            raise ActionError(answer.outcome.result, f"block {number + 1}")
        if not isinstance(answer, ActionResponseWithPblock):
            raise UnexpectedApduError(f"block {number + 1}", answer)
        response, number = answer, number + 1


async def _send_blocks(exchange: Exchange, invoke: int, opening: Apdu, first: Block, rest: Sequence[Block]) -> Apdu:
    answer = await exchange.request(opening, invoke)
    done = first
    for block in rest:
        if isinstance(answer, ActionResponseNormal):
            return answer
        if not isinstance(answer, ActionResponseNextPblock) or answer.block_number != done.number:
            raise UnexpectedApduError(f"an acknowledgement of block {done.number}", answer)
        answer = await exchange.request(ActionRequestWithPblock(invoke, block), invoke)
        done = block
    return answer
