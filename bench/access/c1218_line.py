"""C12.18 packets by hand, on the optical port of an ANSI meter: what a conformance case sends, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from bench.access.c1218 import C1218Access
from bench.access.c1218_words import code_of
from drivers.c1218.packet import ACK, NAK, Acknowledged, Arrived, Control, Packet, PacketReader, Rejected
from drivers.transport.base import SilenceError, Transport

ANSWER_S = 8.0
"""No meter takes longer from a request to its response, tries included: response time-out 2 s, three tries (EPRI)."""
AFTER_S = 0.3
"""After the response nothing more is expected, and this long is listened for it."""


class Reaction(Enum):
    """What the client says to a packet of the response."""

    ACKNOWLEDGE = ACK
    REJECT_ONCE = NAK
    NOTHING = 0


@dataclass
class Heard:
    """What came: ``events`` in words (``ACK``, ``OK``, ``first of 3``, ``packet 1``), the packets, the bytes."""

    events: list[str] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    raw: bytes = b""
    complete: bool = False

    @property
    def words(self) -> str:
        """All events, one after the other."""
        return "; ".join(self.events)


class OpticalLine:
    """The line to the meter of ``access`` at ``port``. `open` it first."""

    def __init__(self, access: C1218Access, port: str) -> None:
        self._transport: Transport = access.station.transport(access.seat, port)
        self._toggle = False

    async def open(self) -> None:
        """Open the port. Raises CannotOpenError."""
        await self._transport.open()

    def packet(self, data: bytes, control: Control = Control.NONE, sequence: int = 0) -> Packet:
        """A packet with the toggle that is due."""
        return Packet(data, control | (Control.TOGGLE if self._toggle else Control.NONE), sequence)

    async def send(self, line: bytes) -> None:
        """Send these bytes."""
        await self._transport.write(line)

    async def listen(self, reaction: Reaction = Reaction.ACKNOWLEDGE, *, response: bool = True) -> Heard:
        """What comes until a response is complete and was acknowledged, or until nothing has come for `ANSWER_S`.

        ``response`` False: no response is due, so nothing is waited for once the meter has said something.
        """
        heard = Heard()
        reader = PacketReader()
        while True:
            complete = heard.complete or (heard.events and not response)
            patience_s = AFTER_S if complete and reaction is not Reaction.NOTHING else ANSWER_S
            try:
                chunk = await self._transport.read(self._transport.clock.now() + patience_s)
            except SilenceError:
                return heard
            heard.raw += chunk.data
            for event in reader.feed(chunk.data):
                match event:
                    case Acknowledged():
                        heard.events.append("ACK")
                        self._toggle = not self._toggle
                    case Rejected():
                        heard.events.append("NAK")
                    case Arrived(packet):
                        reaction = await self._react(heard, packet, reaction)
                    case _:
                        heard.events.append("garbage")

    async def _react(self, heard: Heard, packet: Packet, reaction: Reaction) -> Reaction:
        heard.events.append(_words(packet))
        heard.packets.append(packet)
        if reaction is Reaction.NOTHING:
            return reaction
        await self._transport.write(bytes((reaction.value,)))
        if reaction is Reaction.REJECT_ONCE:
            return Reaction.ACKNOWLEDGE
        heard.complete = packet.sequence == 0 or Control.MULTIPLE not in packet.control
        return reaction


def _words(packet: Packet) -> str:
    if Control.MULTIPLE not in packet.control:
        return code_of(packet.data)
    return f"first of {packet.sequence + 1}" if Control.FIRST in packet.control else f"packet {packet.sequence}"


# -- what can be wrong with a packet ------------------------------------------------------------------------------


def _wrong_crc(packet: Packet) -> bytes:
    line = packet.encode()
    return line[:-1] + bytes((line[-1] ^ 0xFF,))


def _broken_off(packet: Packet) -> bytes:
    return packet.encode()[:-3]


def _impossible_length(packet: Packet) -> bytes:
    """A length of 0: the smallest that no packet has."""
    return replace(packet, data=b"").encode()


DEFECTS: Mapping[str, Callable[[Packet], bytes]] = {
    "none": Packet.encode,
    "with a wrong CRC": _wrong_crc,
    "broken off": _broken_off,
    "with length 0": _impossible_length,
    "behind a wake-up byte": lambda packet: b"\x55" + packet.encode(),
}
"""By the words that a test uses."""
