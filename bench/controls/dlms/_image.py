"""An image transfer (class 18) as its client makes it, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.data import U32, Array, Data, Integer, OctetString, Structure
from drivers.dlms.errors import DecodeError

if TYPE_CHECKING:
    import random

    from bench.access.dlms import DlmsAccess
    from drivers.dlms.client import DlmsClient

FIRMWARE = "firmware"
"""The role of the client that may transfer firmware."""

IMAGE_TRANSFER = 18
_BLOCK_SIZE, _FIRST_MISSING, _ENABLED, _TO_ACTIVATE = 2, 4, 5, 7
_INITIATE, _PUT_BLOCK = 1, 2


class ImageTransfer:
    """The transfer of ``count`` blocks of noise over an associated ``client``. Raises what the client raises."""

    def __init__(self, access: DlmsAccess, client: DlmsClient, count: int, draw: random.Random) -> None:
        self._name = access.names.image_transfer
        self._client = client
        self._draw = draw
        self._block_size = 0
        self._was_enabled = True
        self.count = count

    async def begin(self, identifier: bytes) -> None:
        """Enable the transfer where it is not, and initiate it."""
        self._was_enabled = bool(await self._read(_ENABLED))
        if not self._was_enabled:
            await self._client.set(Attribute(IMAGE_TRANSFER, self._name, _ENABLED), True)
        self._block_size = await self._number(_BLOCK_SIZE)
        size = Structure([OctetString(identifier), U32(self.count * self._block_size)])
        await self._client.action(Method(IMAGE_TRANSFER, self._name, _INITIATE), size)

    async def put(self, first: int, last: int) -> None:
        """Send blocks ``first`` up to, not including, ``last``."""
        for number in range(first, last):
            message = Structure([U32(number), OctetString(self._draw.randbytes(self._block_size))])
            await self._client.action(Method(IMAGE_TRANSFER, self._name, _PUT_BLOCK), message)

    async def is_whole(self) -> bool:
        """Whether the meter says that it has every block."""
        return await self._number(_FIRST_MISSING) >= self.count

    async def would_activate(self) -> bool:
        """Whether the meter holds something that it would activate."""
        found = await self._read(_TO_ACTIVATE)
        return isinstance(found, Array) and len(found) > 0

    async def end(self) -> None:
        """The transfer as enabled or not as before."""
        if not self._was_enabled:
            await self._client.set(Attribute(IMAGE_TRANSFER, self._name, _ENABLED), False)

    async def _number(self, attribute: int) -> int:
        value = await self._read(attribute)
        if not isinstance(value, Integer):
            raise DecodeError(f"attribute {attribute} of the image transfer holds {type(value).__name__}, no number")
        return int(value)

    async def _read(self, attribute: int) -> Data:
        return await self._client.get(Attribute(IMAGE_TRANSFER, self._name, attribute))
