"""Keywords that speak ANSI C12.18 service by service with a meter: its sessions."""

from __future__ import annotations

from functools import cached_property

from robot.api.deco import keyword, library

from bench.access.c1218 import C1218Access
from bench.access.c1218_words import body_of, code_of, message_of
from bench.keywords.conversation import NOTHING, Conversation
from drivers.c1218.client import C1218Client
from drivers.c1218.errors import C1218Error, DecodeError
from drivers.c1218.services import Negotiated
from drivers.transport.base import SilenceError

_C12_18 = 0


@library(scope="TEST", auto_keywords=False)
class C1218Services(Conversation):
    """Asks for services as the test says, and judges the responses."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = False
        self._body = b""

    @cached_property
    def access(self) -> C1218Access:
        """The meter under test."""
        return C1218Access(self.station, self.seat)

    @cached_property
    def client(self) -> C1218Client:
        """The client that speaks."""
        return self.access.client(self.port)

    # -- saying ----------------------------------------------------------------------------------------------------

    @keyword("The Client Sends")
    def send(self, words: str) -> None:
        """Ask for a service, in the words of `bench.access.c1218_words`, or with a message in hexadecimal.

        Example: | The Client Sends | read 0 from 2 count 4 |
        """
        if words == "security wrong":
            self.may_lock()
        message = message_of(words, self.access)
        answer = self.run(self._exchange(message))
        self._body = body_of(answer)
        self.heard(words, code_of(answer) if answer else NOTHING, sent=message.hex(), raw=answer.hex())
        self.run(self._take_over(words, code_of(answer) == "OK"))

    @keyword("A Client That Has Logged On As")
    def logged_on(self, role: str) -> None:
        """Identify, negotiate for messages of any length, log on and give the password of a declared client.

        Example: | A Client That Has Logged On As | reader |
        """
        for words in ("identify", "negotiate 512 254", f"logon {role}", f"security {role}"):
            self.send(words)
            self.expect("OK")

    @keyword("The Line Is Silent For")
    def wait_on_line(self, seconds: float) -> None:
        """Let station time pass.

        Example: | The Line Is Silent For | 20 |
        """
        self.run(self.wait(seconds), seconds)

    # -- hearing ---------------------------------------------------------------------------------------------------

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """The last response has one of these codes: ``OK``, ``ERR``, ``SNS``, ``ISC``, ``ONP``, ``IAR``, ``ISSS``, ...

        Example: | The Meter Answers | ISSS |
        """
        self.expect(*allowed)

    @keyword("The Meter Says That It Speaks C12.18")
    def says_c1218(self) -> None:
        """The identification names the standard C12.18, and ends with a zero.

        Example: | The Meter Says That It Speaks C12.18 |
        """
        self.fact("standard in the identification", self._body[0] if self._body else -1, "equals", expected=_C12_18)
        self.fact("the identification ends with 0", len(self._body) >= 4 and self._body[-1] == 0, "always")

    @keyword("No More Is Agreed On Than")
    def agreed(self, size: int, packets: int) -> None:
        """The negotiate response grants at most this packet size and number of packets.

        Example: | No More Is Agreed On Than | 64 | 4 |
        """
        granted = _negotiated(self._body)
        self.fact("agreed packet size", granted.packet_size, "at_most", limit=size)
        self.fact("agreed number of packets", granted.packets, "at_most", limit=packets)

    # -- inside ----------------------------------------------------------------------------------------------------

    async def _exchange(self, message: bytes) -> bytes:
        if not self._opened:
            await self.client.link.open()
            self._opened = True
        try:
            return await self.client.exchange(message)
        except (SilenceError, C1218Error):
            return b""

    async def _take_over(self, words: str, accepted: bool) -> None:
        """What a negotiate or terminate service changes on this side of the line."""
        if accepted and words.startswith("negotiate"):
            granted = _negotiated(self._body)
            self.client.link.packet_size, self.client.link.packets = granted.packet_size, granted.packets
            if granted.baud:
                await self.client.link.set_baud(granted.baud)
        elif accepted and words == "terminate":
            await self.client.link.restart()


def _negotiated(body: bytes) -> Negotiated:
    try:
        return Negotiated.decode(body)
    except DecodeError:
        return Negotiated(1 << 16, 1 << 8)  # nothing that could have been agreed on
