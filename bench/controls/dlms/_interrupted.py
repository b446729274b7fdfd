"""A long read that is held in its middle, as a slow line would hold it: block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.exchanges.dlms_kinds import decoded
from drivers.dlms.apdu import (
    Attribute,
    GetRequestNext,
    GetRequestNormal,
    GetResponseWithDataBlock,
    encode_apdu,
    invoke_byte,
)
from drivers.dlms.data import Array, decode_data
from drivers.dlms.enums import DataAccessResult
from drivers.dlms.errors import DecodeError

if TYPE_CHECKING:
    from drivers.dlms.client import DlmsClient

SMALL_PDU = 256
"""PDU size to propose, so that a long answer comes in many blocks."""
_INVOKE = invoke_byte(1)


class LongRead:
    """A read of ``attribute`` over an associated ``client``, one block a request."""

    def __init__(self, client: DlmsClient, attribute: Attribute) -> None:
        self._client = client
        self._attribute = attribute
        self._raw = bytearray()
        self._number = 0
        self.last = False
        self.refusal = ""

    async def begin(self) -> bool:
        """Ask for the whole and take the first block; whether there are more. Raises what the client raises."""
        return await self._take(encode_apdu(GetRequestNormal(_INVOKE, self._attribute, None)))

    async def finish(self) -> bool:
        """Ask for the other blocks; whether all of them came. Else ``refusal`` says what the meter answered."""
        while not self.last:
            if not await self._take(encode_apdu(GetRequestNext(_INVOKE, self._number))) and not self.last:
                return False
        return True

    def rows(self) -> int | None:
        """How many elements came; None where the blocks do not make up an array."""
        try:
            value = decode_data(bytes(self._raw))
        except DecodeError:
            return None
        return len(value) if isinstance(value, Array) else None

    async def _take(self, request: bytes) -> bool:
        answer = (await self._client.send_apdu(request)).apdu
        response = decoded(answer)
        if not isinstance(response, GetResponseWithDataBlock) or isinstance(response.block, DataAccessResult):
            self.refusal = repr(response)[:120] if response is not None else answer[:40].hex(" ")
            return False
        if response.block_number != self._number + 1:
            self.refusal = f"block {response.block_number} instead of {self._number + 1}"
            return False
        self._raw += response.block
        self._number, self.last = response.block_number, response.last
        return not self.last
