"""IEC 62056-21, the meter's side, as a state machine without I/O.

Characters go in, acts come out, to be done in their order: `Send` a message (its first bit no earlier than
``after_s`` from now, or from the end of the act before), `SwitchLine` once everything before has left, `EnterHdlc`.
The port that uses it holds the line times (`drivers.transport.line_time`), adds and checks the parity of
`Responder.line` (`drivers.transport.parity`), and lets characters sent at another speed arrive as garbage::

    for act in responder.receive(characters, clock.now()): ...
    ...                                       # in HDLC until DISC or its inactivity time-out, then
    for act in responder.restart(): ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from drivers.iec62056_21.modes import SIGN_ON_LINE, Mode, UnknownBaudError, baud_rate, mode_of
from drivers.iec62056_21.telegrams import (
    ACK,
    NAK,
    Command,
    DataSet,
    Identification,
    OptionSelect,
    Request,
    TelegramError,
    encode_answer,
    encode_readout,
)
from drivers.transport.line_time import LineFormat, line_time_s

CHARACTER_GAP_S = 1.5
"""A message with a longer gap between two characters is forgotten (6.4.3.1)."""

PROGRAMMING_TIME_S = 60.0
"""Programming mode ends after so long without a command (6.4.3.2: between 60 s and 120 s; unverified)."""

_BUFFER = 1024
_REQUEST = re.compile(rb"/\?[^!\r\n]*!\r\n")
_OPTION = re.compile(rb"\x06[\x20-\x7e]{3}\r\n")
_COMMAND = re.compile(rb"\x01[^\x03\x04]*[\x03\x04][\x00-\xff]", re.DOTALL)


@dataclass(frozen=True)
class Send:
    """Send ``data``, beginning ``after_s`` later."""

    data: bytes
    after_s: float


@dataclass(frozen=True)
class SwitchLine:
    """Change speed and format once everything sent before has left."""

    line: LineFormat


@dataclass(frozen=True)
class EnterHdlc:
    """From here on the line belongs to HDLC. ``rest``: characters that had arrived behind the option select message."""

    rest: bytes = b""


Act = Send | SwitchLine | EnterHdlc


class _State(Enum):
    WAITING = "waiting for a request"
    IDENTIFIED = "waiting for the option select message"
    READ_OUT = "waiting for a repeat request"
    PROGRAMMING = "programming mode"
    HDLC = "HDLC"


class Responder:
    """A meter's optical port in modes A, B, C and E.

    ``identification``: what it says of itself; modes and speeds follow from it (mode E when it has the escape
    ``2``). In modes A and B the readout follows the identification unasked; in mode C a reader that does not choose
    is read out to at 300 baud (6.4.2; unverified).
    ``address``: requests with another one are not answered; leading zeros do not count. ``readout``: the data sets of
    the data readout. ``programming``: answers a command of programming mode with the text of a data message, with
    ``""`` for ACK or None for NAK; without it there is no programming mode. ``reaction_s``: pause before each message
    (0.02 to 1.5 s). ``confirms``: whether mode E is confirmed (Annex E); meters exist that do not.
    """

    def __init__(
        self,
        identification: Identification,
        *,
        address: str = "",
        readout: Callable[[], Sequence[DataSet]] = tuple,
        programming: Callable[[Command], str | None] | None = None,
        reaction_s: float | None = None,
        confirms: bool = True,
    ) -> None:
        self.identification = identification
        self._address = address.lstrip("0")
        self._readout = readout
        self._programming = programming
        self._reaction_s = identification.reaction_time_s if reaction_s is None else reaction_s
        self._confirms = confirms
        self._line = SIGN_ON_LINE
        self._state = _State.WAITING
        self._heard = bytearray()
        self._last_at = self._now = self._said_until = float("-inf")

    @property
    def line(self) -> LineFormat:
        """The line format once all acts handed out so far are done."""
        return self._line

    @property
    def in_hdlc(self) -> bool:
        """True from `EnterHdlc` to `restart`."""
        return self._state is _State.HDLC

    @property
    def times_out_at(self) -> float | None:
        """Station time at which `expire` is to be called, None when nothing is awaited."""
        if self._state in (_State.WAITING, _State.HDLC):
            return None
        patience_s = PROGRAMMING_TIME_S if self._state is _State.PROGRAMMING else self._answer_time_s
        return max(self._last_at, self._said_until) + patience_s

    def receive(self, characters: bytes, at: float) -> list[Act]:
        """7-bit ``characters`` that arrived at station time ``at``. Raises RuntimeError in HDLC."""
        if self._state is _State.HDLC:
            raise RuntimeError("the line belongs to HDLC: hand its bytes there, or restart")
        if at - self._last_at > CHARACTER_GAP_S:
            self._heard.clear()
        self._last_at = self._now = at
        self._heard += characters
        acts: list[Act] = []
        while not self.in_hdlc and (done := self._step()) is not None:
            acts += done
        del self._heard[:-_BUFFER]
        return acts

    def expire(self, at: float) -> list[Act]:
        """Time has come to ``at``: fall back to the start when the reader has kept silent for too long.

        In mode C that is after a readout at 300 baud, unless the meter offers HDLC, whose readers wait for it in vain.
        """
        due = self.times_out_at
        if due is None or at < due:
            return []
        self._now = at
        if self._state is _State.IDENTIFIED and self._mode is Mode.C:
            self._state = _State.READ_OUT
            return [self._read_out()]
        return self.restart()

    def restart(self) -> list[Act]:
        """Back to waiting for a request at 300 7E1: after HDLC, a power-up or a time-out."""
        self._state = _State.WAITING
        self._heard.clear()
        self._last_at = self._said_until = float("-inf")
        return self._switch(SIGN_ON_LINE)

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _mode(self) -> Mode:
        return mode_of(self.identification.baud_character, self.identification.offers_hdlc)

    def _read_out(self) -> Send:
        return self._send(encode_readout(list(self._readout())))

    @property
    def _answer_time_s(self) -> float:
        return 2 * CHARACTER_GAP_S + self._reaction_s  # from the end of what was said to the reader's whole answer

    def _step(self) -> list[Act] | None:
        """Handle the next whole message; None when there is none."""
        if (message := self._next(_REQUEST)) is not None:
            return self._requested(message)  # a request starts anew, in whatever state
        match self._state:
            case _State.IDENTIFIED:
                message = self._next(_OPTION)
                return None if message is None else self._selected(message)
            case _State.PROGRAMMING:
                message = self._next(_COMMAND)
                return None if message is None else self._commanded(message)
            case _State.READ_OUT if self._heard[-1:] == NAK:
                self._heard.clear()
                return [self._read_out()]
        return None

    def _next(self, pattern: re.Pattern[bytes]) -> bytes | None:
        match = pattern.search(self._heard)
        if match is None:
            return None
        message = match[0]
        del self._heard[: match.end()]
        return message

    def _requested(self, message: bytes) -> list[Act]:
        try:
            address = Request.decode(message).address.lstrip("0")
        except TelegramError:
            return []
        if self._line != SIGN_ON_LINE or address not in ("", self._address):
            return []
        identified = self._send(self.identification.encode())
        match self._mode:
            case Mode.A:
                self._state = _State.READ_OUT
                return [identified, self._read_out()]
            case Mode.B:
                self._state = _State.READ_OUT
                fast = replace(SIGN_ON_LINE, baud=baud_rate(self.identification.baud_character))
                return [identified, *self._switch(fast), self._read_out()]
        self._state = _State.IDENTIFIED
        return [identified]

    def _selected(self, message: bytes) -> list[Act]:
        option = OptionSelect.decode(message)
        try:
            baud = min(baud_rate(option.baud_character), baud_rate(self.identification.baud_character))
        except UnknownBaudError:
            return self.restart()
        if baud != baud_rate(option.baud_character):
            return self.restart()  # faster than announced
        fast = replace(SIGN_ON_LINE, baud=baud)
        match option.protocol, option.mode:
            case "2", "2" if self.identification.offers_hdlc:
                return self._enter_hdlc(option, fast)
            case "0", "0":
                self._state = _State.READ_OUT
                return [*self._switch(fast), self._read_out()]
            case "0", "1" if self._programming is not None:
                self._state = _State.PROGRAMMING
                return [*self._switch(fast), self._send(Command("P", "0", "()").encode())]
        return self.restart()

    def _enter_hdlc(self, option: OptionSelect, fast: LineFormat) -> list[Act]:
        confirmation = [self._send(option.encode())] if self._confirms else []
        acts = [*self._switch(fast), *confirmation, *self._switch(replace(fast, data_bits=8, parity="N"))]
        rest = bytes(self._heard)
        self._heard.clear()
        self._state = _State.HDLC
        return [*acts, EnterHdlc(rest)]

    def _commanded(self, message: bytes) -> list[Act]:
        assert self._programming is not None
        try:
            command = Command.decode(message)
        except TelegramError:
            return [self._send(NAK)]
        if command.command == "B":
            return self.restart()
        answer = self._programming(command)
        if answer is None:
            return [self._send(NAK)]
        return [self._send(encode_answer(answer) if answer else ACK)]

    def _send(self, data: bytes) -> Send:
        begins_at = max(self._now, self._said_until) + self._reaction_s
        self._said_until = begins_at + line_time_s(len(data), self._line)
        return Send(data, self._reaction_s)

    def _switch(self, line: LineFormat) -> list[Act]:
        if line == self._line:
            return []
        self._line = line
        return [SwitchLine(line)]
