"""Keywords that speak CTA-2045 frame by frame with an appliance."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from robot.api.deco import keyword, library

from bench.access.cta2045 import Cta2045Access
from bench.keywords.conversation import NOTHING, Conversation
from drivers.cta2045.basic import Basic, Opcode, decode_basic
from drivers.cta2045.client import Cta2045Client
from drivers.cta2045.datalink import decode_maximum_payload, maximum_payload_query
from drivers.cta2045.frame import ACK, BASIC, INTERMEDIATE, Acknowledged, Arrived, Frame, FrameReader, Refused, seal
from drivers.cta2045.intermediate import GET_INFORMATION, Intermediate, decode_intermediate
from drivers.transport.base import SilenceError

_FRAMES: Mapping[str, Frame] = {
    "state query": Basic(Opcode.STATE_QUERY).frame(),
    "shed for 200 s": Basic(Opcode.SHED, 10).frame(),
    "an unknown command": Basic(0x55).frame(),
    "a message of an unknown type": Frame(0x0A01, b"\x01\x02"),
    "device information": Intermediate(GET_INFORMATION).frame(),
    "maximum payload query": maximum_payload_query(),
}
_DEFECTS: Mapping[str, Callable[[bytes], bytes]] = {
    "none": lambda raw: raw,
    "with a wrong checksum": lambda raw: raw[:-1] + bytes((raw[-1] ^ 1,)),
    "broken off": lambda raw: raw[:-3],
    "with a length beyond the largest": lambda raw: seal(raw[:2] + b"\x01\xf4" + bytes(500)),
}
_ACK_S, _ANSWER_S = 0.25, 3.0
_GUARD_S = 60.0


@library(scope="TEST", auto_keywords=False)
class Cta2045Frames(Conversation):
    """Sends frames as the test says, and judges what comes back."""

    @keyword("The Module Sends")
    def send(self, words: str, defect: str = "none") -> None:
        """Send a frame, acknowledge what comes back. Example: | The Module Sends | state query |"""
        self.run(self._send(words, defect, acknowledges=True, for_s=_ANSWER_S), _GUARD_S)

    @keyword("The Module Sends And Does Not Acknowledge")
    def send_mute(self, words: str) -> None:
        """What comes is left without ACK. Example: | The Module Sends And Does Not Acknowledge | state query |"""
        self.run(self._send(words, "none", acknowledges=False, for_s=_ANSWER_S), _GUARD_S)

    @keyword("The Module Sends And Waits For The Acknowledgment Only")
    def send_for_ack(self, words: str) -> None:
        """For 250 ms. Example: | The Module Sends And Waits For The Acknowledgment Only | state query |"""
        self.run(self._send(words, "none", acknowledges=False, for_s=_ACK_S), _GUARD_S)

    @keyword("The Customer Opts Out And The Module Listens")
    def opt_out(self) -> None:
        """At the appliance. Example: | The Customer Opts Out And The Module Listens |"""
        self.run(self._opt_out(), _GUARD_S)

    @keyword("The Event Is Over After")
    def over_after(self, seconds: str) -> None:
        """By the state. Example: | The Event Is Over After | 200 |"""
        self.run(self._wait(float(seconds)), float(seconds) + _GUARD_S)

    @keyword("The Appliance Answers")
    def answers(self, *allowed: str) -> None:
        """Judge it. Example: | The Appliance Answers | ACK; state response |"""
        self.expect(*allowed)

    @keyword("The Appliance Runs As Usual")
    def as_usual(self) -> None:
        """Its state is a normal one. Example: | The Appliance Runs As Usual |"""
        self.run(self._state("0", "1"), _GUARD_S)

    @keyword("The Appliance Is Curtailed")
    def curtailed(self) -> None:
        """Its state says so. Example: | The Appliance Is Curtailed |"""
        self.run(self._state("2", "4"), _GUARD_S)

    # -- on the line ---------------------------------------------------------------------------------------------

    @property
    def access(self) -> Cta2045Access:
        """How the bench reaches the appliance."""
        return Cta2045Access(self.station, self.seat)

    async def _send(self, words: str, defect: str, *, acknowledges: bool, for_s: float) -> None:
        said = words if defect == "none" else f"{words} {defect}"
        await self.send_raw(said, _DEFECTS[defect](_FRAMES[words].encode()), acknowledges=acknowledges, for_s=for_s)

    async def send_raw(self, said: str, raw: bytes, *, acknowledges: bool = True, for_s: float = _ANSWER_S) -> None:
        """Send bytes, and record what comes back within ``for_s``."""
        async with self.access.session() as client:
            await client.link.transport.write(raw)
            came = await self._listen(client, for_s, acknowledges)
        self.heard(said, "; ".join(came) or NOTHING, sent=raw.hex())

    async def _opt_out(self) -> None:
        async with self.access.session() as client:
            await self.station.box.do(self.seat, "override", on=True)
            came = await self._listen(client, _ANSWER_S, acknowledges=True)
            await self.station.box.do(self.seat, "override", on=False)
        self.heard("an opt-out of the customer", "; ".join(came) or NOTHING)

    async def switched(self, on: bool) -> None:
        """The customer switches the appliance; record what it says by itself."""
        async with self.access.session() as client:
            await self.station.box.do(self.seat, "switch", on=on)
            came = await self._listen(client, _ANSWER_S, acknowledges=True)
        self.heard(f"its switch {'closed' if on else 'opened'}", "; ".join(came) or NOTHING)

    async def _wait(self, seconds: float) -> None:
        await self.station.advance(seconds + self.access.back_s)

    async def _state(self, *allowed: str) -> None:
        async with self.access.session() as client:
            self.heard("a question for its state", str(await client.state()))
        self.expect(*allowed)

    async def _listen(self, client: Cta2045Client, for_s: float, acknowledges: bool) -> list[str]:
        reader, until = FrameReader(), self.clock.now() + for_s
        found: list[str] = []
        while True:
            try:
                chunk = await client.link.transport.read(until)
            except SilenceError:
                return found
            for event in reader.feed(chunk.data):
                if isinstance(event, Arrived):
                    found.append(_words(event.frame))
                    if acknowledges:
                        await client.link.transport.write(ACK)
                elif isinstance(event, Acknowledged):
                    found.append("ACK")
                elif isinstance(event, Refused):
                    found.append(f"NAK {event.code}")
                else:
                    found.append("garbage")


def _words(frame: Frame) -> str:
    if frame.kind == BASIC:
        message = decode_basic(frame.payload)
        known = message.opcode1 in {*Opcode}
        name = Opcode(message.opcode1).name.lower().replace("_", " ") if known else f"basic {message.opcode1}"
        return f"{name} {message.opcode2}" if name in ("application nak", "customer override") else name
    if frame.kind == INTERMEDIATE:
        reply = decode_intermediate(frame.payload)
        return f"{reply.opcodes:04X}" + (f" code {reply.body[0]}" if reply.body else "")
    return f"maximum payload {decode_maximum_payload(frame.payload)}"
