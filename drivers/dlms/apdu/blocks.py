"""General block transfer (tag 0xE0): any APDU, already protected, in blocks."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.dlms.apdu.common import Apdu, ApduDecoder, encode_range
from drivers.dlms.axdr import decode_bytes, encode_bytes

_LAST, _STREAMING, _WINDOW = 0x80, 0x40, 0x3F
_HEADER = struct.Struct(">BHH")


@dataclass(frozen=True, slots=True)
class GeneralBlockTransfer(Apdu):
    """One block. ``window``: blocks that the sender of this one can take in a row (0 to 63).

    ``streaming``: further blocks follow without waiting. ``number`` counts this sender's blocks from 1,
    ``acknowledged`` is the number of the last block received in order, 0 for none. A mere acknowledgement has no data.
    """

    last: bool
    streaming: bool
    window: int
    number: int
    acknowledged: int
    data: bytes
    tag = 0xE0

    def encode(self) -> bytes:
        control = (_LAST if self.last else 0) | (_STREAMING if self.streaming else 0) | encode_range(self.window, 63)
        header = _HEADER.pack(control, encode_range(self.number, 0xFFFF), encode_range(self.acknowledged, 0xFFFF))
        return b"\xe0" + header + encode_bytes(self.data)


def _general_block_transfer(data: bytes, at: int) -> tuple[Apdu, int]:
    control, number, acknowledged = _HEADER.unpack_from(data, at)
    block, end = decode_bytes(data, at + 5)
    apdu = GeneralBlockTransfer(
        bool(control & _LAST), bool(control & _STREAMING), control & _WINDOW, number, acknowledged, block
    )
    return apdu, end


DECODERS: dict[int, ApduDecoder] = {0xE0: _general_block_transfer}
