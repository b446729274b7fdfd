"""The sequence numbers of one direction each: what was sent and not yet acknowledged, what has arrived so far.

Both are modulo 8 (ISO/IEC 13239, 5.4). A message longer than a frame is cut into segments; all but the last carry the
segmentation bit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

COMMAND_LLC = bytes.fromhex("e6e600")
"""LLC header of a message to the server: destination and source LSAP, quality (IEC 62056-46, 5.3.2)."""
RESPONSE_LLC = bytes.fromhex("e6e700")

MAX_MESSAGE = 0x1_0000 + 1024
"""No longer message is assembled: an xDLMS APDU has 65,535 bytes at most, ciphering adds a little."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The information of one I frame."""

    data: bytes
    more: bool


class SendWindow:
    """Segments waiting to be sent, and segments sent but not acknowledged."""

    __slots__ = ("_next", "_unacknowledged", "_waiting", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self._next = 0
        self._waiting: deque[Segment] = deque()
        self._unacknowledged: deque[Segment] = deque()

    @property
    def empty(self) -> bool:
        return not self._waiting and not self._unacknowledged

    @property
    def has_unsent(self) -> bool:
        return bool(self._waiting)

    @property
    def next_number(self) -> int:
        """V(S)."""
        return self._next

    def queue(self, message: bytes, information_size: int) -> None:
        """Cut a message (with its LLC header) into segments."""
        last = max(0, len(message) - 1) // information_size * information_size
        for start in range(0, last + 1, information_size):
            self._waiting.append(Segment(message[start : start + information_size], start != last))

    def burst(self) -> list[tuple[int, Segment]]:
        """As many segments as the window has room for, with their N(S); they now count as sent."""
        sent = []
        while self._waiting and len(self._unacknowledged) < self.size:
            segment = self._waiting.popleft()
            self._unacknowledged.append(segment)
            sent.append((self._next, segment))
            self._next = (self._next + 1) & 7
        return sent

    def acknowledge(self, received_number: int) -> bool:
        """Take N(R). False when it acknowledges what was never sent."""
        oldest = (self._next - len(self._unacknowledged)) & 7
        count = (received_number - oldest) & 7
        if count > len(self._unacknowledged):
            return False
        for _ in range(count):
            self._unacknowledged.popleft()
        return True

    def rewind(self) -> bool:
        """Whatever is unacknowledged is to be sent again, under its old numbers. True when there was anything."""
        again = bool(self._unacknowledged)
        self._next = (self._next - len(self._unacknowledged)) & 7
        while self._unacknowledged:
            self._waiting.appendleft(self._unacknowledged.pop())
        return again

    def clear(self) -> None:
        """Drop what was to be sent; numbers go on."""
        self._waiting.clear()


class MessageTooLongError(Exception):
    """Segments add up to more than any message can have."""


class ReceiveWindow:
    """V(R), and the segments of a message that is still arriving."""

    __slots__ = ("_parts", "_size", "next_number")

    def __init__(self) -> None:
        self.next_number = 0
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def in_message(self) -> bool:
        return bool(self._parts)

    def take(self, sent_number: int, information: bytes, more: bool) -> bytes | None:
        """Take an I frame that must be the next in order. Returns the message that it completes.

        Raises MessageTooLongError, and has then forgotten the message.
        """
        self.next_number = (sent_number + 1) & 7
        self._parts.append(information)
        self._size += len(information)
        if self._size > MAX_MESSAGE:
            self.forget()
            raise MessageTooLongError
        if more:
            return None
        message = b"".join(self._parts) if len(self._parts) > 1 else information
        self.forget()
        return message

    def forget(self) -> bytes:
        """Forget an unfinished message and return what had arrived of it."""
        partial = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return partial
