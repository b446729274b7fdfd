"""Keywords that speak HDLC frame by frame with a DLMS meter."""

from __future__ import annotations

from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.access.hdlc_line import HdlcLine, Heard, aarq, control_of, get_device_name, proposal
from bench.access.hdlc_spoilt import DEFECTS
from bench.judgement.observation import Json
from bench.keywords.conversation import NOTHING, Conversation
from drivers.dlms.hdlc_frame import FrameError, Kind, parse
from drivers.dlms.hdlc_parameters import HdlcParameters
from drivers.dlms.hdlc_window import COMMAND_LLC, RESPONSE_LLC

_EVERYTHING_SMALL = 32
"""Bytes of information with which an AARQ and its answer need more than one frame."""


@library(scope="TEST", auto_keywords=False)
class HdlcConversation(Conversation):
    """Sends frames as the test says, and judges what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = False
        self._heard = Heard((), b"")
        self._message = b""

    @cached_property
    def line(self) -> HdlcLine:
        """The line of the port at which the suite runs."""
        return HdlcLine(DlmsAccess(self.station, self.seat), self.port)

    # -- saying ----------------------------------------------------------------------------------------------------

    @keyword("The Client Sends")
    def send(
        self, control: str, information: str = "", *, defect: str = "none", poll: bool = True, more: bool = False
    ) -> None:
        """Send one frame and hear what comes back.

        | =Argument= | =Meaning= |
        | control | ``SNRM``, ``DISC``, ``UI``, ``I 0 1`` (N(S), N(R)), ``RR 1``, ``RNR 1``, ``0xEF`` |
        | information | hexadecimal; ``AARQ``, ``AARQ behind e6 e7 00``, ``GET``, ``proposal 512 1`` (bytes, window) |
        | defect | what is wrong with the frame, in the words of `bench.access.hdlc_spoilt` |
        | poll | the P bit |
        | more | the segmentation bit |

        Example: | The Client Sends | SNRM | defect=with a wrong frame check |
        """
        frame = self.line.frame(control_of(control, poll=poll), _information(information), segmented=more)
        said = control + (f" {information}" if information else "") + (f" {defect}" if defect != "none" else "")
        self._say(DEFECTS[defect](frame), said)

    @keyword("The Client Sends The AARQ In Two Segments")
    def send_segments(self) -> None:
        """Send an AARQ in two I frames, the first one marked as a segment; the poll comes with the second.

        Example: | The Client Sends The AARQ In Two Segments |
        """
        content = aarq()
        first, second = content[:_EVERYTHING_SMALL], content[_EVERYTHING_SMALL:]
        self._say(self.line.frame(control_of("I 0 0"), first, segmented=True).encode(), "the first segment")
        self.expect("RR 1")
        self._say(self.line.frame(control_of("I 1 0"), second).encode(), "the second segment")

    @keyword("The Line Is Silent For")
    def wait_on_line(self, seconds: float) -> None:
        """Let station time pass.

        Example: | The Line Is Silent For | 3 |
        """
        self.run(self.wait(seconds), seconds)

    @keyword("The Client Is Silent For A Share Of The Inactivity Time-out")
    def be_inactive(self, share: float) -> None:
        """Let ``share`` of the declared inactivity time-out pass (PIXIT ``inactivity_timeout_s``).

        Example: | The Client Is Silent For A Share Of The Inactivity Time-out | 0.5 |
        """
        seconds = share * self.pixit("inactivity_timeout_s")
        self.run(self.wait(seconds), seconds)

    # -- hearing ---------------------------------------------------------------------------------------------------

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """The last answer is one of these: ``UA``, ``DM``, ``I 0 1``, ``RR 1``, ``FRMR``, ``nothing``.

        Example: | The Meter Answers | DM | nothing |
        """
        self.expect(*allowed)

    @keyword("The Meter Is Silent")
    def silent(self) -> None:
        """Nothing came back.

        Example: | The Meter Is Silent |
        """
        self.expect(NOTHING)

    @keyword("The Meter Still Connects")
    def connects(self) -> None:
        """Positive control: a sound SNRM is answered by UA at once.

        Example: | The Meter Still Connects |
        """
        self.send("SNRM")
        self.expect("UA")

    @keyword("The Meter Answers With FRMR Or The Case Does Not Apply")
    def rejects(self) -> None:
        """The last answer is FRMR; a meter that was silent instead skips the test.

        Example: | The Meter Answers With FRMR Or The Case Does Not Apply |
        """
        if not self._heard.frames:
            raise SkipExecution("the meter ignores what it does not know: it has no rejection to keep up")
        self.expect("FRMR")

    @keyword("Each Declared Address Length Is Served From The Address That Was Asked")
    def every_length(self) -> None:
        """SNRM to the server address in each declared length (PIXIT ``address_lengths``) is answered by UA from it.

        Example: | Each Declared Address Length Is Served From The Address That Was Asked |
        """
        for length in self.line.address_lengths:
            defect = f"to an address of {length} byte{'s' if length > 1 else ''}"
            self.send("SNRM", defect=defect)
            self.expect("UA")
            asked = parse(self.line.asked(length).content()).destination
            sources: list[Json] = [frame.source.hex() for frame in self._heard.frames]
            self.fact("the answer comes from the address that was asked", sources, "within", allowed=[asked.hex()])
            self.send("DISC", defect=defect)

    @keyword("The Meter Is In Disconnected Mode")
    def disconnected(self) -> None:
        """Send a DISC, whatever a test before has left behind: answered by UA or DM.

        Example: | The Meter Is In Disconnected Mode |
        """
        self.send("DISC")
        self.expect("UA", "DM")

    @keyword("What Is Meant For Another Physical Device Is Met With Silence")
    def other_unit(self) -> None:
        """SNRM to another lower address is met with silence. A meter without one (PIXIT) is not asked.

        Example: | What Is Meant For Another Physical Device Is Met With Silence |
        """
        if self.line.address.physical is not None:
            self.send("SNRM", defect="to another physical device")
            self.expect(NOTHING)

    @keyword("The Agreed Information Field Is At Most")
    def information_at_most(self, size: int) -> None:
        """The UA agrees to no longer an information field, in each direction.

        Example: | The Agreed Information Field Is At Most | 128 |
        """
        agreed = self._agreed()
        longest = max(agreed.information_tx, agreed.information_rx)
        self.fact("the longer agreed information field", longest, "at_most", limit=size)

    @keyword("The Agreed Window Is At Most")
    def window_at_most(self, size: int) -> None:
        """The UA agrees to no larger a window, in each direction.

        Example: | The Agreed Window Is At Most | 1 |
        """
        agreed = self._agreed()
        self.fact("the larger agreed window", max(agreed.window_tx, agreed.window_rx), "at_most", limit=size)

    def _agreed(self) -> HdlcParameters:
        """What the UA says; a field that is no parameter group fails the test."""
        try:
            return self._heard.parameters or HdlcParameters()
        except FrameError as error:
            self.fact(f"the UA states sizes ({error})", False, "always")
            raise

    @keyword("No Frame Carries More Than")
    def none_longer(self, information: int) -> None:
        """The information fields of the last answer are within the agreed length.

        Example: | No Frame Carries More Than | 32 |
        """
        longest = max((len(frame.information) for frame in self._heard.frames), default=0)
        self.fact("the longest information field", longest, "at_most", limit=information)

    @keyword("The Client Fetches The Rest")
    def fetch(self) -> None:
        """Acknowledge segments by RR until the answer is whole, and put it together. At most 40 times.

        Example: | The Client Fetches The Rest |
        """
        parts = [frame for frame in self._heard.frames if frame.kind is Kind.I]
        for _ in range(40):
            if not parts or not parts[-1].segmented:
                break
            received = (parts[-1].sent_number + 1) & 7
            self._say(self.line.frame(control_of(f"RR {received}")).encode(), f"RR {received}")
            more = [frame for frame in self._heard.frames if frame.kind is Kind.I]
            if not more:
                break
            parts += more
        self._message = b"".join(part.information for part in parts)
        self.fact("the answer came in more than one segment", len(parts) > 1, "always")

    @keyword("The Whole Answer Is An AARE")
    def is_aare(self) -> None:
        """The segments, put together, begin with the LLC header of a server and the tag of an AARE.

        Example: | The Whole Answer Is An AARE |
        """
        self.fact("the answer put together is an AARE", self._message[:4] == RESPONSE_LLC + b"\x61", "always")

    @keyword("The Answer Carries An AARE")
    def carries_aare(self) -> None:
        """The last answer is one I frame with an AARE.

        Example: | The Answer Carries An AARE |
        """
        self._message = b"".join(frame.information for frame in self._heard.frames if frame.kind is Kind.I)
        self.is_aare()

    def _say(self, line: bytes, said: str) -> None:
        self._heard = self.run(self._exchange(line), self.line.silence_s)
        self.heard(said, self._heard.words or NOTHING, sent=line.hex(), raw=self._heard.raw.hex())

    async def _exchange(self, line: bytes) -> Heard:
        if not self._opened:
            await self.line.open()
            self._opened = True
        await self.line.send(line)
        return await self.line.listen()


def _information(words: str) -> bytes:
    """The information field that ``words`` stand for."""
    match words.split():
        case ["AARQ"]:
            return aarq()
        case ["proposal", information, window]:
            return proposal(int(information), int(window))
        case ["GET"]:
            return get_device_name()
        case ["AARQ", "behind", *header]:
            return bytes.fromhex("".join(header)) + aarq()[len(COMMAND_LLC) :]
    return bytes.fromhex(words)
