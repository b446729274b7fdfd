"""Keywords that speak ANSI C12.18 packet by packet with a meter."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.c1218 import C1218Access
from bench.access.c1218_line import DEFECTS, Heard, OpticalLine, Reaction
from bench.access.c1218_words import message_of
from bench.judgement.observation import Json
from bench.keywords.conversation import NOTHING, Conversation
from drivers.c1218.packet import OVERHEAD, Control


@library(scope="TEST", auto_keywords=False)
class C1218Packets(Conversation):
    """Sends packets as the test says, and judges what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = False
        self._sent = b""
        self._heard = Heard()

    @cached_property
    def access(self) -> C1218Access:
        """The meter under test."""
        return C1218Access(self.station, self.seat)

    @cached_property
    def line(self) -> OpticalLine:
        """The line of the port at which the suite runs."""
        return OpticalLine(self.access, self.port)

    # -- saying ----------------------------------------------------------------------------------------------------

    @keyword("The Client Sends")
    def send(self, words: str, defect: str = "none") -> None:
        """Send a request in one packet, and acknowledge what comes back.

        | =Argument= | =Meaning= |
        | words | ``identify``, ``read 0``, ... as `bench.access.c1218_words` has them |
        | defect | what is wrong with the packet, in the words of `bench.access.c1218_line` |

        Example: | The Client Sends | identify | with a wrong CRC |
        """
        line = DEFECTS[defect](self.line.packet(message_of(words, self.access)))
        self._say(line, words if defect == "none" else f"{words} {defect}")

    @keyword("The Client Repeats Its Packet")
    def repeat(self) -> None:
        """Send the last packet again, byte for byte.

        Example: | The Client Repeats Its Packet |
        """
        self._say(self._sent, "the same packet again")

    @keyword("The Client Sends And Does Not Acknowledge")
    def send_silently(self, words: str) -> None:
        """Send a request, say nothing to the response, and hear how often it comes.

        Example: | The Client Sends And Does Not Acknowledge | identify |
        """
        line = self.line.packet(message_of(words, self.access)).encode()
        self._say(line, f"{words}, without acknowledging", Reaction.NOTHING)

    @keyword("The Client Sends And Rejects The First Response")
    def send_and_reject(self, words: str) -> None:
        """Send a request, answer the response with NAK once, then acknowledge.

        Example: | The Client Sends And Rejects The First Response | identify |
        """
        line = self.line.packet(message_of(words, self.access)).encode()
        self._say(line, f"{words}, rejecting once", Reaction.REJECT_ONCE)

    @keyword("The Client Sends In Two Packets")
    def send_in_two(self, words: str) -> None:
        """Send a request cut in two packets. The first must be acknowledged.

        Example: | The Client Sends In Two Packets | logon reader |
        """
        message = message_of(words, self.access)
        half = len(message) // 2
        first = self.line.packet(message[:half], Control.MULTIPLE | Control.FIRST, 1).encode()
        self._say(first, f"half of {words}", response=False)
        self.expect("ACK")
        self._say(self.line.packet(message[half:], Control.MULTIPLE, 0).encode(), f"the other half of {words}")

    @keyword("The Client Sends The Last Of Two Packets Only")
    def send_last_only(self, words: str) -> None:
        """Send a whole request in a packet that says it is the last one of several.

        Example: | The Client Sends The Last Of Two Packets Only | identify |
        """
        packet = self.line.packet(message_of(words, self.access), Control.MULTIPLE, 0)
        self._say(packet.encode(), f"{words} as the last packet of several")

    @keyword("The Line Is Silent For")
    def wait_on_line(self, seconds: float) -> None:
        """Let station time pass.

        Example: | The Line Is Silent For | 10 |
        """
        self.run(self.wait(seconds), seconds)

    # -- hearing ---------------------------------------------------------------------------------------------------

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """What came is one of these: ``ACK; OK``, ``NAK``, ``ACK; OK; OK; OK``, ``nothing``.

        Example: | The Meter Answers | ACK; OK |
        """
        self.expect(*allowed)

    @keyword("The Packets Of The Response Count Down")
    def count_down(self) -> None:
        """The response came in several packets, the first one marked, their sequence numbers counting down to 0.

        Example: | The Packets Of The Response Count Down |
        """
        packets = self._heard.packets
        numbers: list[Json] = [packet.sequence for packet in packets]
        first: list[Json] = [place for place, packet in enumerate(packets) if Control.FIRST in packet.control]
        self.fact("packets of the response", len(packets), "at_least", limit=2)
        self.fact("sequence numbers", numbers, "equals", expected=list(range(len(packets) - 1, -1, -1)))
        self.fact("packets marked as the first", first, "equals", expected=[0])

    @keyword("The Toggle Changes From Packet To Packet")
    def toggle_changes(self) -> None:
        """The toggle bits of the packets of the last response alternate.

        Example: | The Toggle Changes From Packet To Packet |
        """
        toggles: list[Json] = [packet.toggle for packet in self._heard.packets]
        begun = bool(toggles and toggles[0])
        wanted = [begun is (place % 2 == 0) for place in range(len(toggles))]
        self.fact("toggles", toggles, "equals", expected=list(wanted))

    @keyword("No Packet Is Longer Than")
    def no_longer(self, size: int) -> None:
        """No packet of the last response has more bytes in all.

        Example: | No Packet Is Longer Than | 64 |
        """
        longest = max((len(packet.data) + OVERHEAD for packet in self._heard.packets), default=0)
        self.fact("the longest packet", longest, "at_most", limit=size)

    def _say(self, line: bytes, said: str, reaction: Reaction = Reaction.ACKNOWLEDGE, *, response: bool = True) -> None:
        self._sent = line
        self._heard = self.run(self._exchange(line, reaction, response))
        self.heard(said, self._heard.words or NOTHING, sent=line.hex(), raw=self._heard.raw.hex())

    async def _exchange(self, line: bytes, reaction: Reaction, response: bool) -> Heard:
        if not self._opened:
            await self.line.open()
            self._opened = True
        await self.line.send(line)
        return await self.line.listen(reaction, response=response)
