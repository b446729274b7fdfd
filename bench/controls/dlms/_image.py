"""An image transfer (class 18) as its client makes it, step by step."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from drivers.dlms.apdu import Attribute, Method
from drivers.dlms.data import I8, U32, Array, Data, Integer, OctetString, Structure
from drivers.dlms.enums import ActionResult
from drivers.dlms.errors import ActionError, DecodeError

if TYPE_CHECKING:
    from bench.access.dlms import DlmsAccess
    from drivers.dlms.client import DlmsClient

FIRMWARE = "firmware"
"""The role of the client that may transfer firmware."""

IMAGE_TRANSFER = 18
_BLOCK_SIZE, _FIRST_MISSING, _ENABLED, _STATUS, _TO_ACTIVATE = 2, 4, 5, 6, 7
_INITIATE, _PUT_BLOCK, _VERIFY, _ACTIVATE = 1, 2, 3, 4


class Status(IntEnum):
    """image_transfer_status."""

    NOT_INITIATED = 0
    INITIATED = 1
    VERIFICATION_INITIATED = 2
    VERIFIED = 3
    VERIFICATION_FAILED = 4
    ACTIVATION_INITIATED = 5
    ACTIVATED = 6
    ACTIVATION_FAILED = 7


class ImageTransfer:
    """The transfer of one image over an associated ``client``. Raises what the client raises.

    A transfer can be taken up by another `ImageTransfer` over another association: `resume` in place of `begin`.
    """

    def __init__(self, access: DlmsAccess, client: DlmsClient) -> None:
        self._name = access.names.image_transfer
        self._client = client
        self._block_size = 0
        self._was_enabled = True
        self._content = b""

    @property
    def count(self) -> int:
        """How many blocks the image has."""
        return -(-len(self._content) // self._block_size) if self._block_size else 0

    async def block_size(self) -> int:
        """Bytes in a block, as the meter has it."""
        return await self._number(_BLOCK_SIZE)

    async def begin(self, identifier: bytes, content: bytes) -> None:
        """Enable the transfer where it is not, and initiate it."""
        await self.resume(content)
        self._was_enabled = bool(await self._read(_ENABLED))
        if not self._was_enabled:
            await self._client.set(Attribute(IMAGE_TRANSFER, self._name, _ENABLED), True)
        await self._act(_INITIATE, Structure([OctetString(identifier), U32(len(content))]))

    async def resume(self, content: bytes) -> None:
        """Go on with a transfer of ``content`` that was begun before."""
        self._content = content
        self._block_size = await self.block_size()

    async def put(self, first: int, last: int) -> None:
        """Send blocks ``first`` up to, not including, ``last``."""
        for number in range(first, last):
            block = self._content[number * self._block_size : (number + 1) * self._block_size]
            await self._act(_PUT_BLOCK, Structure([U32(number), OctetString(block)]))

    async def first_missing(self) -> int:
        """The first block that the meter does not have; the count of blocks when it has all."""
        return await self._number(_FIRST_MISSING)

    async def is_whole(self) -> bool:
        """Whether the meter says that it has every block."""
        return await self.first_missing() >= self.count

    async def would_activate(self) -> bool:
        """Whether the meter holds something that it would activate."""
        found = await self._read(_TO_ACTIVATE)
        return isinstance(found, Array) and len(found) > 0

    async def verify(self) -> None:
        """Ask for the verification; *temporary failure* says that it goes on after the answer."""
        try:
            await self._act(_VERIFY, I8(0))
        except ActionError as error:
            if error.result is not ActionResult.TEMPORARY_FAILURE:
                raise

    async def activate(self) -> None:
        """Ask for the activation."""
        await self._act(_ACTIVATE, I8(0))

    async def status(self) -> Status:
        """Where the transfer stands. Raises DecodeError for a status that does not exist."""
        number = await self._number(_STATUS)
        try:
            return Status(number)
        except ValueError:
            raise DecodeError(f"{number} is no status of an image transfer") from None

    async def end(self) -> None:
        """The transfer as enabled or not as before."""
        if not self._was_enabled:
            await self._client.set(Attribute(IMAGE_TRANSFER, self._name, _ENABLED), False)

    async def _act(self, method: int, parameter: Data) -> None:
        await self._client.action(Method(IMAGE_TRANSFER, self._name, method), parameter)

    async def _number(self, attribute: int) -> int:
        value = await self._read(attribute)
        if not isinstance(value, Integer):
            raise DecodeError(f"attribute {attribute} of the image transfer holds {type(value).__name__}, no number")
        return int(value)

    async def _read(self, attribute: int) -> Data:
        return await self._client.get(Attribute(IMAGE_TRANSFER, self._name, attribute))
