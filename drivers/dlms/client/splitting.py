"""Whether a request goes in blocks, and into which."""

from __future__ import annotations

from drivers.dlms.apdu import Block
from drivers.dlms.client.exchange import Exchange
from drivers.dlms.enums import Conformance
from drivers.dlms.errors import EncodeError

_BLOCK_OVERHEAD = 12
"""Choice, invoke id, last, number, length of the raw data."""


def goes_in_blocks(exchange: Exchange, size: int, service: Conformance) -> bool:
    """Whether a request of ``size`` bytes needs the block transfer of ``service``.

    False too where general block transfer was agreed on instead. Raises EncodeError where neither was.
    """
    if size <= exchange.room:
        return False
    if exchange.agreed(service):
        return True
    if exchange.agreed(Conformance.GENERAL_BLOCK_TRANSFER):
        return False
    raise EncodeError(f"a request of {size} bytes, the server takes {exchange.room} and no blocks")


def first_and_rest(exchange: Exchange, raw: bytes, overhead: int) -> tuple[Block, list[Block]]:
    """``raw`` in blocks; the first one leaves ``overhead`` bytes for the rest of its request."""
    head = exchange.room - overhead - 4
    size = exchange.room - _BLOCK_OVERHEAD
    if head < 1 or size < 1:
        raise EncodeError(f"blocks of {exchange.room} bytes leave no room for data")
    parts = [raw[:head], *(raw[at : at + size] for at in range(head, len(raw), size))]
    blocks = [Block(index == len(parts), index, part) for index, part in enumerate(parts, 1)]
    return blocks[0], blocks[1:]
