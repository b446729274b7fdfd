"""Telegrams out of a stream of bytes: a reader that begins in the middle of one finds the next."""

from __future__ import annotations

from drivers.p1.telegram import END, START

LONGEST = 16_384
"""Bytes after which what began with a slash is given up as no telegram."""
_TAIL = 1 + 4 + 2


class TelegramReader:
    """Collects bytes. `feed` gives the raw telegrams that are complete, each from its slash to its last line's end."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take what came; the telegrams that it completes, well-formed or not."""
        self._kept += data
        found: list[bytes] = []
        while True:
            start = self._kept.find(START)
            if start < 0:
                self._kept.clear()
                return found
            del self._kept[:start]
            end = self._kept.find(END)
            if end >= 0 and len(self._kept) >= end + _TAIL:
                found.append(bytes(self._kept[: end + _TAIL]))
                del self._kept[: end + _TAIL]
            elif len(self._kept) > LONGEST:
                del self._kept[:1]
            else:
                return found
