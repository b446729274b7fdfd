"""Keywords about mode E of IEC 62056-21: the change from the sign-on to HDLC, and back."""

from __future__ import annotations

from robot.api.deco import keyword, library

from bench.access.dlms import DlmsAccess
from bench.access.hdlc_line import HdlcLine, in_words
from bench.access.sign_on_line import line_of
from bench.keywords.conversation import NOTHING
from bench.keywords.sign_on_conversation import SignOnConversation
from drivers.dlms.hdlc_frame import POLL_FINAL, Kind, parse
from drivers.dlms.hdlc_reader import FrameReader
from drivers.transport.line_time import LineFormat

_MARGIN = 1.1


@library(scope="TEST", auto_keywords=False)
class ModeEConversation(SignOnConversation):
    """Signs on, changes to HDLC as the test says, and judges what comes back."""

    @keyword("The Confirmation Is The Choice")
    def confirmed(self) -> None:
        """The meter answers the choice of HDLC with the same option select message.

        Example: | The Confirmation Is The Choice |
        """
        self.expect(f"option 2{self._baud_character}2")

    @keyword("The Reader Opens HDLC")
    def open_hdlc(self) -> None:
        """Change to 8N1 at the chosen speed, and send an SNRM.

        Example: | The Reader Opens HDLC |
        """
        self._hdlc(Kind.SNRM, LineFormat(self._announced, 8, "N", 1))

    @keyword("The Reader Opens HDLC At")
    def open_hdlc_at(self, words: str) -> None:
        """Send an SNRM at this speed and format.

        Example: | The Reader Opens HDLC At | 9600 8N1 |
        """
        self._hdlc(Kind.SNRM, line_of(words))

    @keyword("The Reader Closes HDLC")
    def close_hdlc(self) -> None:
        """Send a DISC, which the meter answers with UA.

        Example: | The Reader Closes HDLC |
        """
        self._hdlc(Kind.DISC, LineFormat(self._announced, 8, "N", 1))
        self.expect("UA")

    @keyword("The Inactivity Time-out Passes")
    def inactivity_passes(self) -> None:
        """Let a little more than the declared inactivity time-out pass (PIXIT ``inactivity_timeout_s``).

        Example: | The Inactivity Time-out Passes |
        """
        seconds = _MARGIN * self.pixit("inactivity_timeout_s")
        self.run(self.wait(seconds), seconds)

    def _hdlc(self, kind: Kind, line: LineFormat) -> None:
        frame = HdlcLine(DlmsAccess(self.station, self.seat), self.port).frame(kind | POLL_FINAL).encode()
        self._set(line)
        self.run(self.line.say(frame))
        heard = self.run(self.line.hear())
        frames = [parse(content) for content in FrameReader().feed(heard.text)]
        words = "; ".join(map(in_words, frames)) or ("garbage" if heard.text else NOTHING)
        self.heard(kind.name, words, sent=frame.hex(), raw=heard.text.hex())
