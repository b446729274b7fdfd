"""IEC 62056-21, the reader's side: sign on and switch to HDLC (mode E), or take the data readout (modes A to D).

Mode E (Annex E): request and identification at 300 7E1; ``ACK 2 Z 2`` at 300 7E1; then both ends go to speed ``Z``,
still 7E1, and the meter confirms with ``ACK 2 Z 2``; then both go to 8N1 and speak HDLC (so described in public meter
manuals, as MetCom MCS301, 12.2.2). Meters are known that confirm at the old speed or not at all: a missing
confirmation is reported, not held against them.

All waits have deadlines in station time: a message must begin within the reaction time of the standard (at most 1.5
s), and no gap between two characters may be longer than that (6.4.3.1), plus the line time of what is sent and
awaited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from drivers.iec62056_21.modes import MODE_D_LINE, SIGN_ON_LINE, Mode, baud_character, baud_rate, mode_of, slower
from drivers.iec62056_21.telegrams import (
    REPEAT_REQUEST,
    STX,
    BlockCheckError,
    DataSet,
    Identification,
    OptionSelect,
    Request,
    TelegramError,
    decode_readout,
)
from drivers.transport.base import SilenceError, Transport, TransportError
from drivers.transport.line_time import LineFormat, line_time_s

REACTION_TIME_S = 1.5
"""Longest reaction time and longest gap between characters (6.4.3.1)."""

_LONGEST_MESSAGE = 80  # characters of an identification or option select message, with room for noise
_LARGEST_READOUT = 1_000_000
_IDENTIFICATION = re.compile(rb"/[A-Za-z ]{3}[^\r\n]*\r\n")
_CONFIRMATION = re.compile(rb"\x06[\x20-\x7e]{3}\r\n")
_READOUT = re.compile(rb"\x02[^\x03]*\x03[\x00-\xff]", re.DOTALL)
_BARE_READOUT = re.compile(rb"/[A-Za-z ]{3}[^\r\n]*\r\n[^!]*![^\r\n]*\r\n", re.DOTALL)


class SignOnError(TransportError):
    """The meter answered, but not as the mode demands."""


class ModeRefusedError(SignOnError):
    """The meter does not offer the wanted mode, or chose another one."""


@runtime_checkable
class SerialLine(Transport, Protocol):
    """A transport whose line format can be changed; `drivers.transport.serial.SerialTransport` is one."""

    @property
    def line(self) -> LineFormat: ...

    @property
    def parity_errors(self) -> int: ...

    async def reconfigure(
        self,
        *,
        baud: int | None = None,
        data_bits: int | None = None,
        parity: str | None = None,
        stop_bits: float | None = None,
    ) -> None: ...

    async def flush(self) -> None: ...


@dataclass(frozen=True)
class SignedOn:
    """The meter is ready for HDLC at ``baud`` 8N1. ``confirmed``: it sent the confirmation of Annex E."""

    identification: Identification
    baud: int
    confirmed: bool


@dataclass(frozen=True)
class Readout:
    """What a meter read out, and how it identified itself."""

    identification: Identification
    data_sets: tuple[DataSet, ...]


async def sign_on_hdlc(
    line: SerialLine, *, address: str = "", max_baud: int = 19200, tries: int = 3, deadline: float | None = None
) -> SignedOn:
    """Sign on in mode E and leave ``line`` ready for HDLC.

    ``address``: the meter's, empty for whichever is there. ``max_baud``: the reader goes no faster (300 to 19,200
    bit/s). ``tries``: how often the request is sent when it stays unanswered or the answer is garbled. ``deadline``:
    station time at which all ends. Raises SilenceError, PeerClosedError, ModeRefusedError (no mode E, or another
    choice), SignOnError (garbled to the last).
    """
    reader = _Reader(line, deadline)
    identification = await reader.identify(address, tries)
    if not identification.offers_hdlc:
        mode = mode_of(identification.baud_character, False)
        raise ModeRefusedError(
            f"{line.name}: the meter {_called(identification)} offers mode {mode.value}, not mode E with HDLC"
        )
    speed = _speed(line, identification, max_baud)
    await reader.select(identification, OptionSelect("2", speed, "2"))
    confirmed = await reader.confirmation(OptionSelect("2", speed, "2"))
    await line.reconfigure(data_bits=8, parity="N", stop_bits=1)
    line.drain()
    return SignedOn(identification, line.line.baud, confirmed)


async def read_out(
    line: SerialLine,
    *,
    address: str = "",
    max_baud: int = 19200,
    tries: int = 3,
    patience_s: float = 5.0,
    deadline: float | None = None,
) -> Readout:
    """Ask for the data readout in mode A, B or C, as the meter offers (a mode E meter is read in mode C).

    ``patience_s``: how long the meter may take to begin, beyond the reaction time. A readout whose block check is
    wrong is asked for again, ``tries`` times in all. Raises SilenceError, PeerClosedError, SignOnError.
    """
    reader = _Reader(line, deadline)
    identification = await reader.identify(address, tries)
    match mode_of(identification.baud_character, identification.offers_hdlc):
        case Mode.C | Mode.E:
            await reader.select(identification, OptionSelect("0", _speed(line, identification, max_baud), "0"))
        case Mode.B:
            await line.reconfigure(baud=baud_rate(identification.baud_character))
    return Readout(identification, tuple(await reader.readout(tries, patience_s)))


async def listen(line: SerialLine, *, patience_s: float = 10.0, deadline: float | None = None) -> Readout:
    """Take one readout of a mode D meter, which sends unasked at 2,400 baud and without block check.

    Raises SilenceError, PeerClosedError, SignOnError.
    """
    reader = _Reader(line, deadline)
    await reader.set_line(MODE_D_LINE)
    message = await reader.message(_BARE_READOUT, patience_s, "readout", _LARGEST_READOUT)
    head, _, body = message.partition(b"\r\n")
    try:
        return Readout(Identification.decode(head + b"\r\n"), tuple(decode_readout(body)))
    except TelegramError as error:
        raise SignOnError(f"{line.name}: {error}") from error


class _Reader:
    """One exchange on one line."""

    def __init__(self, line: SerialLine, deadline: float | None) -> None:
        self._line = line
        self._deadline = deadline
        self._heard = bytearray()

    async def identify(self, address: str, tries: int) -> Identification:
        """Send the request until the meter identifies itself."""
        await self.set_line(SIGN_ON_LINE)
        request = Request(address).encode()
        failure: TransportError | None = None
        for _ in range(max(1, tries)):
            errors_before = self._line.parity_errors
            self._forget()
            await self._line.write(request)
            try:
                wait_s = line_time_s(len(request) + _LONGEST_MESSAGE, SIGN_ON_LINE)
                message = await self.message(_IDENTIFICATION, wait_s, "identification", 10 * _LONGEST_MESSAGE)
                if self._line.parity_errors != errors_before:
                    raise SignOnError(f"{self._line.name}: the identification came with parity errors: {message!r}")
                return Identification.decode(message)
            except TelegramError as error:
                failure = SignOnError(f"{self._line.name}: {error}")
            except (SilenceError, SignOnError) as error:
                failure = error
            if self._over():
                break
            await self._pause(REACTION_TIME_S)  # lets the meter fall back to its start
        if isinstance(failure, SilenceError):
            raise SilenceError(
                f"{self._line.name}: no meter{f' with address {address}' if address else ''} answered the request "
                f"at {SIGN_ON_LINE}: is the head in place, and the meter powered?"
            ) from failure
        assert failure is not None
        raise failure

    async def select(self, identification: Identification, option: OptionSelect) -> None:
        """Send the option select message, then go to the speed that it names."""
        await self._pause(identification.reaction_time_s)
        self._forget()
        begun = self._line.clock.now()
        data = option.encode()
        await self._line.write(data)
        await self._line.flush()
        # Where nothing holds bytes to the line's speed, the switch still waits until the last one would have left.
        await self._overhear(begun + line_time_s(len(data), self._line.line))
        await self._line.reconfigure(baud=baud_rate(option.baud_character))

    async def confirmation(self, option: OptionSelect) -> bool:
        """Wait for the meter's confirmation of ``option``; False when none comes that can be read."""
        try:
            wait_s = line_time_s(_LONGEST_MESSAGE, self._line.line)
            message = await self.message(_CONFIRMATION, wait_s, "confirmation", _LONGEST_MESSAGE)
        except (SilenceError, SignOnError):
            if STX in self._heard:
                raise ModeRefusedError(f"{self._line.name}: the meter began a data readout instead of HDLC") from None
            if self._over():
                raise
            return False
        chosen = OptionSelect.decode(message)
        if chosen != option:
            raise ModeRefusedError(f"{self._line.name}: asked for {option}, the meter chose {chosen}")
        return True

    async def readout(self, tries: int, patience_s: float) -> list[DataSet]:
        """Take a readout with block check, and ask for it again while the check is wrong."""
        for left in reversed(range(max(1, tries))):
            message = await self.message(_READOUT, patience_s, "data readout", _LARGEST_READOUT)
            try:
                return decode_readout(message)
            except BlockCheckError as error:
                if not left:
                    raise SignOnError(f"{self._line.name}: garbled in {tries} tries: {error}") from error
            except TelegramError as error:
                raise SignOnError(f"{self._line.name}: {error}") from error
            self._forget()
            await self._line.write(REPEAT_REQUEST)
        raise AssertionError("unreachable")

    async def message(self, pattern: re.Pattern[bytes], patience_s: float, what: str, limit: int) -> bytes:
        """The first message of ``pattern`` that arrives. Raises SilenceError, or SignOnError when only noise came."""
        gap_s = patience_s + REACTION_TIME_S
        while True:
            match = pattern.search(self._heard)
            if match is not None:
                message = match[0]
                del self._heard[: match.end()]
                return message
            if len(self._heard) > limit:
                raise SignOnError(f"{self._line.name}: {len(self._heard)} characters without {what}: {self._noise()}")
            try:
                chunk = await self._line.read(self._until(gap_s))
            except SilenceError:
                if not self._heard:
                    raise
                raise SignOnError(f"{self._line.name}: no whole {what}, only {self._noise()}") from None
            self._heard += chunk.data
            gap_s = REACTION_TIME_S + line_time_s(1, self._line.line)

    async def set_line(self, line: LineFormat) -> None:
        await self._line.reconfigure(
            baud=line.baud, data_bits=line.data_bits, parity=line.parity, stop_bits=line.stop_bits
        )

    def _until(self, wait_s: float) -> float:
        until = self._line.clock.now() + wait_s
        return until if self._deadline is None else min(until, self._deadline)

    def _over(self) -> bool:
        return self._deadline is not None and self._line.clock.now() >= self._deadline

    async def _pause(self, duration_s: float) -> None:
        await self._overhear(self._until(duration_s))

    async def _overhear(self, until: float) -> None:
        """Let time pass; what arrives meanwhile (an echo, noise) is of no interest. Raises PeerClosedError."""
        try:
            while True:
                await self._line.read(until)
        except SilenceError:
            self._heard.clear()

    def _forget(self) -> None:
        self._line.drain()
        self._heard.clear()

    def _noise(self) -> str:
        return repr(bytes(self._heard[:64])) + (" ..." if len(self._heard) > 64 else "")


def _speed(line: SerialLine, identification: Identification, max_baud: int) -> str:
    """The baud rate character to choose. Raises SignOnError when the meter's means nothing."""
    try:
        return slower(identification.baud_character, baud_character(max_baud))
    except ValueError as error:
        raise SignOnError(f"{line.name}: {error}") from error


def _called(identification: Identification) -> str:
    return f"{identification.manufacturer} {identification.text}".strip()
