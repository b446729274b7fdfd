"""IEC 62056-21 by hand, on a meter's local port: characters at a speed and format, and what comes back, with times."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.access.dlms_clients import ClientsError
from bench.lab.station import Station
from drivers.iec62056_21.modes import SIGN_ON_LINE
from drivers.iec62056_21.sign_on import SerialLine
from drivers.iec62056_21.telegrams import (
    ACK,
    BREAK,
    NAK,
    Command,
    DataSet,
    Identification,
    OptionSelect,
    Request,
    TelegramError,
    decode_readout,
)
from drivers.transport.base import SilenceError
from drivers.transport.line_time import LineFormat, line_time_s

LONGEST_REACTION_S = 1.5
"""Longest reaction time, and longest gap between two characters (6.4.3.1)."""
_MARGIN_S = 3.0
_FORMAT = re.compile(r"(\d+) ([78])([NEO])1")
_READOUT = re.compile(rb"\x02[^\x03]*\x03[\x00-\x7f]", re.DOTALL)
_BARE = re.compile(rb"[^!]*!\r\n", re.DOTALL)


@dataclass(frozen=True)
class Heard:
    """What came: characters without parity bit, and how long after the end of what was sent they began, in s."""

    text: bytes
    began_after_s: float
    parity_errors: int = 0

    @property
    def identification(self) -> Identification | None:
        """The identification message at the beginning; None without one."""
        head, end, _rest = self.text.partition(b"\r\n")
        try:
            return Identification.decode(head + end)
        except TelegramError:
            return None

    @property
    def readout(self) -> bytes:
        """The data readout in what came, with its block check, or bare; empty without one."""
        match = _READOUT.search(self.text) or _BARE.search(self.text[self.text.find(b"\r\n") + 2 :])
        return match[0] if match else b""

    @property
    def words(self) -> str:
        """What came, one after the other: ``identification``, ``readout``, ``ACK``, ``answer (..)``, ... or nothing."""
        if not self.text:
            return ""
        found = ["identification"] if self.identification is not None else []
        rest = self.text.partition(b"\r\n")[2] if found else self.text
        if rest:
            found.append(_words(rest))
        return "; ".join(found)


def _words(text: bytes) -> str:
    if text in (ACK, NAK):
        return "ACK" if text == ACK else "NAK"
    if text.startswith(ACK):
        return f"option {text[1:4].decode('ascii', 'replace')}"
    if b"!" in text:
        return "readout"
    if text.startswith(b"\x02"):
        return "answer"
    if text.startswith(b"\x01"):
        return f"command {text[1:3].decode('ascii', 'replace')}"
    return "garbage"


def data_sets_of(readout: bytes) -> list[DataSet] | str:
    """The data sets of a readout, or what is wrong with it."""
    try:
        return decode_readout(readout)
    except TelegramError as error:
        return str(error)


class SignOnLine:
    """The line to a meter at its local port. `open` it first; it starts at 300 7E1."""

    def __init__(self, station: Station, seat: str, port: str) -> None:
        transport = station.transport(seat, port)
        if not isinstance(transport, SerialLine):
            raise ClientsError(f"{transport.name}: IEC 62056-21 needs a serial port")
        self._line: SerialLine = transport

    async def open(self) -> None:
        """Open the port. Raises CannotOpenError."""
        await self._line.open()
        await self.set(SIGN_ON_LINE)

    async def set(self, line: LineFormat) -> None:
        """Change speed and format of this end."""
        await self._line.reconfigure(
            baud=line.baud, data_bits=line.data_bits, parity=line.parity, stop_bits=line.stop_bits
        )

    async def say(self, data: bytes) -> None:
        """Send, and let the last character leave."""
        begun = self._line.clock.now()
        self._line.drain()
        await self._line.write(data)
        await self._line.flush()
        await self._line.clock.sleep_until(begun + line_time_s(len(data), self._line.line))

    async def hear(self, patience_s: float = _MARGIN_S) -> Heard:
        """What comes, until nothing has come for longer than any gap may be; ``patience_s`` for the first of it."""
        sent_at, errors = self._line.clock.now(), self._line.parity_errors
        text, began = b"", 0.0
        while True:
            wait_s = LONGEST_REACTION_S + 0.3 if text else patience_s
            try:
                chunk = await self._line.read(self._line.clock.now() + wait_s)
            except SilenceError:
                return Heard(text, began, self._line.parity_errors - errors)
            if not text:
                began = chunk.at - line_time_s(len(chunk.data), self._line.line) - sent_at
            text += chunk.data


def line_of(words: str) -> LineFormat:
    """``300 7E1`` as a line format. Raises ValueError."""
    match = _FORMAT.fullmatch(words)
    if match is None:
        raise ValueError(f"{words!r} is no line format")
    return LineFormat(int(match[1]), int(match[2]), match[3], 1)


def message_of(words: str) -> bytes:
    """The characters of ``request``, ``request 00123``, ``option 050``, ``NAK``, ``ACK``, ``break``,
    ``command R1 1.8.0()``, ``command R1 1.8.0() with a wrong block check``; anything else is hexadecimal.
    """
    if words.endswith(" with a wrong block check"):
        right = message_of(words.removesuffix(" with a wrong block check"))
        return right[:-1] + bytes((right[-1] ^ 1,))
    match words.split():
        case ["request"]:
            return Request().encode()
        case ["request", address]:
            return Request(address).encode()
        case ["option", choice]:
            return OptionSelect(choice[0], choice[1], choice[2]).encode()
        case ["NAK"]:
            return NAK
        case ["ACK"]:
            return ACK
        case ["break"]:
            return BREAK.encode()
        case ["command", kind, data]:
            return Command(kind[0], kind[1], data).encode()
    return bytes.fromhex(words)
