"""Messages over several packets: cut for sending, put together on arrival. Pure.

The first packet of several has the bits MULTIPLE and FIRST, the others MULTIPLE; sequence numbers count down to 0, so
that the first one says how many follow (EPRI; MSDK).
"""

from __future__ import annotations

from drivers.c1218.errors import DecodeError, EncodeError
from drivers.c1218.packet import OVERHEAD, Control, Packet


def split(message: bytes, packet_size: int, packets: int, identity: int = 0) -> list[Packet]:
    """``message`` as packets of at most ``packet_size`` bytes, toggles not yet set.

    Raises EncodeError for an empty message and for one that needs more than ``packets``.
    """
    if not message:
        raise EncodeError("an empty message")
    room = packet_size - OVERHEAD
    count = -(-len(message) // room)
    if count > packets:
        raise EncodeError(f"{len(message)} bytes need {count} packets of {packet_size} bytes, {packets} were agreed")
    if count == 1:
        return [Packet(message, identity=identity)]
    parts = [message[at : at + room] for at in range(0, len(message), room)]
    return [
        Packet(part, Control.MULTIPLE | (Control.FIRST if index == 0 else Control.NONE), count - 1 - index, identity)
        for index, part in enumerate(parts)
    ]


class Assembler:
    """Puts packets together. ``packets``: how many a message may have."""

    def __init__(self, packets: int = 255) -> None:
        self.packets = packets
        self._parts: list[bytes] = []
        self._next = 0

    @property
    def unfinished(self) -> bool:
        """A message has begun and packets of it are missing."""
        return bool(self._parts)

    def reset(self) -> None:
        """Forget the packets of an unfinished message."""
        self._parts.clear()

    def add(self, packet: Packet) -> bytes | None:
        """The message that ``packet`` completes, None while more are to come.

        Raises DecodeError for a packet out of order; what was there is forgotten.
        """
        if Control.MULTIPLE not in packet.control:
            unfinished = self.unfinished
            self.reset()
            if unfinished:
                raise DecodeError("a message begins before the one before it has ended")
            return packet.data
        if Control.FIRST in packet.control:
            self.reset()
            if packet.sequence >= self.packets:
                raise DecodeError(f"a message of {packet.sequence + 1} packets")
        elif not self._parts or packet.sequence != self._next:
            self.reset()
            raise DecodeError(f"packet {packet.sequence} out of order")
        self._parts.append(packet.data)
        self._next = packet.sequence - 1
        if packet.sequence:
            return None
        message = b"".join(self._parts)
        self.reset()
        return message
