"""From a stream of bytes to frames. However the stream is cut into chunks, the same frames come out.

Frames of type 3 are found by their length, for a flag may stand inside the information. A candidate is given up as
soon as its header is seen to be wrong, and the search goes on at the next flag; so noise in front of a frame, or a
damaged frame, costs nothing but itself.
"""

from __future__ import annotations

from drivers.dlms.hdlc_frame import FLAG, FrameError, frame_length, header_is_good, unseal


class FrameReader:
    """Feed it bytes, take contents.

    ``rejected`` counts candidates that were no good frame, ``noise`` bytes between frames. ``verify=False``
    believes every check sequence.
    """

    __slots__ = ("_buffer", "_verify", "noise", "rejected")

    def __init__(self, *, verify: bool = True) -> None:
        self._buffer = b""
        self._verify = verify
        self.rejected = 0
        self.noise = 0

    @property
    def verify(self) -> bool:
        """Whether check sequences are compared."""
        return self._verify

    @property
    def in_frame(self) -> bool:
        """True while part of a frame is here: what the inter-octet time-out is about."""
        return len(self._buffer) > 1

    def reset(self) -> bytes:
        """Forget an unfinished frame (inter-octet time-out); returns what had arrived of it, from its format field."""
        forgotten, self._buffer = self._buffer[1:], b""
        if forgotten:
            self.rejected += 1
        return forgotten

    def feed(self, data: bytes) -> list[bytes]:
        """The contents of the frames that ``data`` completes."""
        buffer = self._buffer + data if self._buffer else data
        contents: list[bytes] = []
        position = 0
        while True:
            start = buffer.find(FLAG, position)
            if start < 0:
                self.noise += len(buffer) - position
                buffer, position = b"", 0
                break
            self.noise += start - position
            position = start
            end = self._candidate(buffer, start)
            if end is None:
                break
            if end == 0:
                position = start + 1
                continue
            try:
                contents.append(unseal(buffer[start + 1 : end], verify=self._verify))
                position = end
            except FrameError:
                self.rejected += 1
                position = start + 1
        self._buffer = buffer[position:]
        return contents

    def _candidate(self, buffer: bytes, start: int) -> int | None:
        """Where the closing flag of a frame stands that opens at ``start``; 0: no frame opens there; None: wait."""
        available = len(buffer) - start - 1
        if available < 1:
            return None
        if buffer[start + 1] & 0xF0 != 0xA0:
            if buffer[start + 1] != FLAG:
                self.rejected += 1
            return 0
        if available < 2:
            return None
        try:
            length = frame_length(buffer[start + 1 : start + 3])
        except FrameError:
            self.rejected += 1
            return 0
        good = header_is_good(buffer[start + 1 : start + 1 + min(length, 16)], length)
        if good is None:
            return None
        end = start + 1 + length
        if not good and self._verify:
            self.rejected += 1
            return 0
        if available <= length:
            return None
        if buffer[end] != FLAG:
            self.rejected += 1
            return 0
        return end
