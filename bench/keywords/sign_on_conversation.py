"""Keywords that speak IEC 62056-21 with a meter, character by character: sign-on, readout, programming mode."""

from __future__ import annotations

import re
from functools import cached_property

from robot.api import SkipExecution
from robot.api.deco import keyword, library

from bench.access.sign_on_line import (
    LONGEST_REACTION_S,
    Heard,
    SignOnLine,
    data_sets_of,
    line_of,
    message_of,
)
from bench.keywords.conversation import NOTHING, Conversation
from drivers.iec62056_21.modes import Mode, baud_rate, mode_of
from drivers.iec62056_21.telegrams import STX
from drivers.transport.line_time import LineFormat

_FALL_BACK_S = 8.0
"""A meter that waits in vain for a choice has read out, or is back at the start, after so long."""
_CHARACTERS = "0123456"
_WITH_SPEEDS = {"mode_b": "ABCDEF", "mode_c": _CHARACTERS, "mode_e": _CHARACTERS}
"""Baud rate characters of the modes that have them (6.3.13)."""
_TOLERANCE_S = 0.02
_READING = re.compile(rb"[0-9]\.[0-9]+\*")


@library(scope="TEST", auto_keywords=False)
class SignOnConversation(Conversation):
    """Says what the test says at the speed that it says, and judges what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = False
        self._heard = Heard(b"", 0.0)
        self._baud_character = ""

    @cached_property
    def line(self) -> SignOnLine:
        """The line of the port at which the suite runs."""
        return SignOnLine(self.station, self.seat, self.port)

    @property
    def _announced(self) -> int:
        """The speed that the identification announces, bit/s."""
        return baud_rate(self._baud_character)

    # -- saying ----------------------------------------------------------------------------------------------------

    @keyword("The Reader Sends")
    def send(self, words: str, *, at: str = "") -> None:
        """Send a message and hear what comes back. ``at``: speed and format from here on, as ``300 7E1``.

        In the message ``Z`` of an option stands for the announced speed, ``SLOWER`` for the next slower one.

        Example: | The Reader Sends | option 0Z0 |
        """
        if at:
            self._set(line_of(at))
        self._say(message_of(self._filled(words)), words)

    @keyword("The Reader Goes To The Announced Speed")
    def go_fast(self) -> None:
        """This end changes to the announced speed, 7E1.

        Example: | The Reader Goes To The Announced Speed |
        """
        self._set(LineFormat(self._announced, 7, "E", 1))

    @keyword("The Reader Chooses")
    def choose(self, words: str) -> None:
        """Send an option select message, change to the speed that it names, and hear what comes there.

        Example: | The Reader Chooses | option 0Z0 |
        """
        filled = self._filled(words)
        self.run(self.line.say(message_of(filled)))
        self._set(LineFormat(baud_rate(filled[-2]), 7, "E", 1))
        self._hear(words)

    @keyword("The Reader Says Nothing")
    def say_nothing(self) -> None:
        """Wait for as long as a meter waits for a choice, and hear what comes meanwhile.

        Example: | The Reader Says Nothing |
        """
        self._hear("silence", _FALL_BACK_S)

    @keyword("The Reader Interrupts Its Request For")
    def interrupt(self, seconds: float) -> None:
        """Send half a request, wait, send the rest.

        Example: | The Reader Interrupts Its Request For | 2.5 |
        """
        self._open()
        self.run(self.line.say(b"/?"))
        self.run(self.wait(seconds), seconds)
        self._say(b"!\r\n", f"a request interrupted for {seconds:g} s")

    @keyword("The Reader Waits")
    def wait_on_line(self, seconds: float) -> None:
        """Let station time pass.

        Example: | The Reader Waits | 130 |
        """
        self.run(self.wait(seconds), seconds)

    @keyword("The Reader Listens At")
    def listen(self, words: str, seconds: float) -> None:
        """Say nothing, and hear what a meter of mode D says by itself.

        Example: | The Reader Listens At | 2400 7E1 | 15 |
        """
        self._set(line_of(words))
        self._hear("nobody", seconds)

    # -- hearing ---------------------------------------------------------------------------------------------------

    @keyword("The Meter Answers")
    def answers(self, *allowed: str) -> None:
        """What came is one of these: ``identification``, ``identification; readout``, ``readout``, ``ACK``, ``NAK``,
        ``option 252``, ``command P0``, ``answer``, ``nothing``.

        Example: | The Meter Answers | identification |
        """
        self.expect(*allowed)

    @keyword("The Meter Identifies Itself")
    def identifies(self) -> None:
        """A request at 300 baud, 7E1, is answered by an identification; in modes A and B the readout follows it.

        Example: | The Meter Identifies Itself |
        """
        self.send("request", at="300 7E1")
        self.expect("identification", "identification; readout")
        identification = self._heard.identification
        self._baud_character = identification.baud_character if identification is not None else ""
        if self._profile in _WITH_SPEEDS:
            known = self._baud_character in _WITH_SPEEDS[self._profile]
            self.fact("the announced speed is one that the mode has", known, "always")

    @keyword("The Announced Mode Is That Of The Port")
    def announces_mode(self) -> None:
        """The identification announces the mode that the lab config gives the port (profile ``mode_c``, ...).

        Example: | The Announced Mode Is That Of The Port |
        """
        identification = self._heard.identification
        mode = Mode.A if identification is None else mode_of(self._baud_character, identification.offers_hdlc)
        self.fact("announced mode", f"mode_{mode.value.lower()}", "equals", expected=self._profile)

    @keyword("The Reaction Time Is Kept")
    def in_time(self) -> None:
        """The answer began no later than 1.5 s after the request, and no sooner than its identification says.

        Example: | The Reaction Time Is Kept |
        """
        identification = self._heard.identification
        least_s = 0.0 if identification is None else identification.reaction_time_s
        series = "from the request to the identification"
        self.recorder.observe_duration(series, self._heard.began_after_s, source=self.seat)
        self.check("the identification comes in time", "at_most", series, limit=LONGEST_REACTION_S)
        self.check("the identification comes not too soon", "at_least", series, limit=least_s - _TOLERANCE_S)

    @keyword("The Readout Is Sound")
    def sound(self, block_check: bool = True) -> None:
        """The readout has its block check, and is made of data sets.

        Example: | The Readout Is Sound |
        """
        found = data_sets_of(self._heard.readout)
        self.fact("the readout has its block check", self._heard.readout.startswith(STX) or not block_check, "always")
        wrong = found if isinstance(found, str) else ""
        self.fact("what is wrong with the readout", wrong, "equals", expected="")

    @keyword("No Value Is Told")
    def no_value(self) -> None:
        """What came holds no reading: no number with a unit.

        Example: | No Value Is Told |
        """
        self.fact("a reading was told", bool(_READING.search(self._heard.text)), "never")

    @keyword("The Meter Has No Programming Mode")
    def has_no_programming(self) -> None:
        """A meter that declares one (PIXIT ``programming_mode``) skips the test.

        Example: | The Meter Has No Programming Mode |
        """
        if self._declares_programming:
            raise SkipExecution("the device file declares a programming mode")

    @keyword("The Meter Has A Programming Mode")
    def has_programming(self) -> None:
        """A meter that declares none (PIXIT ``programming_mode``) skips the test.

        Example: | The Meter Has A Programming Mode |
        """
        if not self._declares_programming:
            raise SkipExecution("the device file declares no programming mode")

    @property
    def _profile(self) -> str:
        """How the lab config says that the port is used: ``mode_c``, ..."""
        return self.station.lab.seat(self.seat).links[self.port].profile

    @property
    def _declares_programming(self) -> bool:
        device = self.station.lab.seat(self.seat).device
        return bool(device.pixit.get("programming_mode", False)) if device is not None else False

    # -- inside ----------------------------------------------------------------------------------------------------

    def _filled(self, words: str) -> str:
        """The words with the announced speed in place of ``Z``, and the next slower one of ``SLOWER``."""
        if "SLOWER" in words:
            slower = max(0, _CHARACTERS.index(self._baud_character) - 1)
            return words.replace("SLOWER", _CHARACTERS[slower])
        return words.replace("Z", self._baud_character) if words.startswith("option") else words

    def _open(self) -> None:
        if not self._opened:
            self.run(self.line.open())
            self._opened = True

    def _set(self, line: LineFormat) -> None:
        self._open()
        self.run(self.line.set(line))

    def _say(self, data: bytes, said: str) -> None:
        self._open()
        self.run(self.line.say(data))
        self._hear(said)

    def _hear(self, said: str, patience_s: float = 3.0) -> None:
        self._heard = self.run(self.line.hear(patience_s), patience_s)
        self.heard(said, self._heard.words or NOTHING, raw=self._heard.text.hex())
