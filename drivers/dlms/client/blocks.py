"""General block transfer between a client and its link (IEC 62056-5-3, GBT procedure).

Below the ciphering, above the link: whole protected APDUs go in and come out. The gap-filling rules were not read in
the standard: on a lost block the receiver acknowledges the last one in order, the sender goes on from there
(`unverified`).
"""

from __future__ import annotations

from drivers.dlms.apdu import GeneralBlockTransfer, decode_apdu
from drivers.dlms.errors import DecodeError, UnexpectedApduError
from drivers.dlms.link import DlmsLink

TAG = 0xE0
MAX_APDU_SIZE = 16 << 20
"""A peer that sends more than this in one transfer is cut off, in bytes."""

_OVERHEAD = 11
"""Tag, control, two numbers, length."""


class BlockTransfer:
    """``send`` and ``receive`` of a link, with APDUs longer than ``max_size`` (bytes, 0 for no limit) in blocks."""

    def __init__(self, link: DlmsLink, window: int) -> None:
        self.link = link
        self.window = window
        self.max_size = 0

    async def send(self, apdu: bytes, deadline: float) -> None:
        """Send, in blocks where it must. Raises what the link raises, SilenceError for a missing acknowledgement."""
        if not self.max_size or len(apdu) <= self.max_size:
            await self.link.send(apdu)
        else:
            await self._send_blocks(apdu, deadline)

    async def receive(self, deadline: float) -> bytes:
        """The next APDU, joined if it came in blocks."""
        message = await self.link.receive(deadline)
        if message[:1] != bytes((TAG,)):
            return message
        return await self._join(_decode(message), deadline)

    async def _send_blocks(self, apdu: bytes, deadline: float) -> None:
        size = max(1, self.max_size - _OVERHEAD)
        blocks = [apdu[at : at + size] for at in range(0, len(apdu), size)]
        done, window = 0, 1
        while done < len(blocks):
            burst = range(done, min(done + max(1, window), len(blocks)))
            for index in burst:
                last = index == len(blocks) - 1
                streaming = index != burst[-1]
                block = GeneralBlockTransfer(last, streaming, self.window, index + 1, 0, blocks[index])
                await self.link.send(block.encode())
            if burst[-1] == len(blocks) - 1:
                return
            acknowledgement = _decode(await self.link.receive(deadline))
            if not done < acknowledgement.acknowledged <= len(blocks):
                raise UnexpectedApduError(f"an acknowledgement of block {burst[-1] + 1}", acknowledgement)
            done, window = acknowledgement.acknowledged, acknowledgement.window

    async def _join(self, block: GeneralBlockTransfer, deadline: float) -> bytes:
        joined = bytearray()
        expected, answers = 1, 0
        while True:
            in_order = block.number == expected
            if in_order:
                joined += block.data
                expected += 1
                if len(joined) > MAX_APDU_SIZE:
                    raise DecodeError("general block transfer without end")
                if block.last:
                    return bytes(joined)
            if not block.streaming:
                answers += 1
                answer = GeneralBlockTransfer(True, False, self.window, answers, expected - 1, b"")
                await self.link.send(answer.encode())
            block = _decode(await self.link.receive(deadline))


def _decode(message: bytes) -> GeneralBlockTransfer:
    apdu = decode_apdu(message)
    if not isinstance(apdu, GeneralBlockTransfer):
        raise UnexpectedApduError("a block of general block transfer", apdu)
    return apdu
