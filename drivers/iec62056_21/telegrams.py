"""IEC 62056-21: the messages of the local port, as bytes and back.

All characters have 7 bits; parity belongs to the line (`drivers.transport.parity`). Clause numbers are those of
IEC 62056-21:2002; where only public implementations were compared, a rule says ``unverified``.

| message | form | clause |
|---|---|---|
| request | ``/ ? [address] ! CR LF`` | 6.3.1 |
| identification | ``/ XXX Z [\\W]... identification CR LF`` | 6.3.2 |
| acknowledgement, option select | ``ACK V Z Y CR LF`` | 6.3.3 |
| data | ``STX block ! CR LF ETX BCC`` (without STX and BCC in mode A as some meters have it) | 6.3.4 |
| acknowledgement, repeat request | ``ACK``, ``NAK`` | 6.3.5, 6.3.6 |
| programming command | ``SOH C D [STX data set] ETX BCC`` (``EOT`` instead of ``ETX`` in partial blocks) | 6.3.7 |
| answer, error | ``STX data ETX BCC`` | 6.3.8, 6.3.9 |
| break | ``SOH B 0 ETX BCC`` | 6.3.10 |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import xor

SOH, STX, ETX, EOT, ACK, NAK = b"\x01", b"\x02", b"\x03", b"\x04", b"\x06", b"\x15"
CR_LF = b"\r\n"
REPEAT_REQUEST = NAK

_IDENTIFICATION = re.compile(
    rb"/(?P<maker>[A-Za-z ]{3})(?P<baud>[\x20-\x7e])(?P<escapes>(?:\\[\x20-\x7e])*)(?P<name>[^/!\r\n]{0,64})\r\n"
)
_REQUEST = re.compile(rb"/\?(?P<address>[0-9A-Za-z ]{0,32})!\r\n")
_OPTION = re.compile(rb"\x06(?P<protocol>[\x20-\x7e])(?P<baud>[\x20-\x7e])(?P<mode>[\x20-\x7e])\r\n")
_DATA_SET = re.compile(r"(?P<address>[^()/!]{0,32})\((?P<value>[^()*/!]{0,128})(?:\*(?P<unit>[^()/!]{0,32}))?\)")


class TelegramError(ValueError):
    """Bytes that are no well-formed message of the expected kind. The text says what is wrong, and shows them."""


class BlockCheckError(TelegramError):
    """The block check character does not fit what was received."""


def block_check(data: bytes) -> int:
    """Block check character over ``data``: from after the first SOH or STX up to and with ETX or EOT.

    The longitudinal parity of ISO/IEC 1155, which for even parity is the exclusive or of the 7-bit characters.
    """
    return reduce(xor, data, 0) & 0x7F


# -- sign-on -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """``/?!``: who is there. ``address`` up to 32 digits or letters (the meter's), empty for any meter."""

    address: str = ""

    def encode(self) -> bytes:
        """Raises TelegramError for an address that cannot be sent."""
        data = b"/?" + _ascii(self.address) + b"!" + CR_LF
        if _REQUEST.fullmatch(data) is None:
            raise TelegramError(f"device address {self.address!r}: expected at most 32 digits, letters or spaces")
        return data

    @classmethod
    def decode(cls, data: bytes) -> Request:
        """Raises TelegramError."""
        match = _REQUEST.fullmatch(data)
        if match is None:
            raise TelegramError(f"no request message: {data!r}")
        return cls(match["address"].decode("ascii"))


@dataclass(frozen=True)
class Identification:
    """The meter's answer to the request.

    ``manufacturer``: three letters (FLAG association); a lower-case third letter tells of a reaction time of 20 ms
    instead of 200 ms. ``baud_character``: what the meter can do, see `modes`. ``escapes``: the characters after each
    backslash, ``2`` among them announcing mode E (HDLC). ``text``: maker's identification, at most 16 characters by
    the standard; up to 64 are accepted, since meters send them.
    """

    manufacturer: str
    baud_character: str
    text: str = ""
    escapes: str = ""

    def encode(self) -> bytes:
        """Raises TelegramError for fields that cannot be sent."""
        escapes = "".join("\\" + character for character in self.escapes)
        data = _ascii("/" + self.manufacturer + self.baud_character + escapes + self.text) + CR_LF
        if _IDENTIFICATION.fullmatch(data) is None or Identification.decode(data) != self:
            raise TelegramError(f"{self} cannot be sent as an identification message")
        return data

    @classmethod
    def decode(cls, data: bytes) -> Identification:
        """Raises TelegramError."""
        match = _IDENTIFICATION.fullmatch(data)
        if match is None:
            raise TelegramError(f"no identification message: {data!r}")
        fields = {name: value.decode("latin-1") for name, value in match.groupdict().items()}
        return cls(fields["maker"], fields["baud"], fields["name"], fields["escapes"].replace("\\", ""))

    @property
    def offers_hdlc(self) -> bool:
        """The meter announces mode E with HDLC (escape ``\\2``, Annex E)."""
        return "2" in self.escapes

    @property
    def reaction_time_s(self) -> float:
        """Least reaction time that the meter announces: 0.02 s with a lower-case third letter, else 0.2 s (6.4.1)."""
        return 0.02 if self.manufacturer[2:].islower() else 0.2


@dataclass(frozen=True)
class OptionSelect:
    """``ACK V Z Y CR LF``: protocol control ``V`` (0 normal, 1 secondary, 2 HDLC), baud rate ``Z``, mode control ``Y``
    (0 data readout, 1 programming mode, 2 binary mode HDLC, 6-9 and A-Z the maker's).
    """

    protocol: str
    baud_character: str
    mode: str

    def encode(self) -> bytes:
        """Raises TelegramError for fields that are not one character each."""
        data = ACK + _ascii(self.protocol + self.baud_character + self.mode) + CR_LF
        if _OPTION.fullmatch(data) is None:
            raise TelegramError(f"{self} cannot be sent as an option select message")
        return data

    @classmethod
    def decode(cls, data: bytes) -> OptionSelect:
        """Raises TelegramError."""
        match = _OPTION.fullmatch(data)
        if match is None:
            raise TelegramError(f"no acknowledgement/option select message: {data!r}")
        return cls(*(match[name].decode("ascii") for name in ("protocol", "baud", "mode")))


# -- data ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DataSet:
    """One ``address(value*unit)``, all text as received; neither has ``( ) / !``, nor the value ``*``."""

    address: str
    value: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.address}({self.value}*{self.unit})" if self.unit else f"{self.address}({self.value})"


def encode_readout(data_sets: list[DataSet]) -> bytes:
    """A data readout, one data set a line, with its block check. Raises TelegramError."""
    block = "".join(f"{data_set}\r\n" for data_set in data_sets)
    return _checked(STX, _ascii(block) + b"!" + CR_LF + ETX)


def decode_readout(data: bytes) -> list[DataSet]:
    """The data sets of a data readout: with STX, ETX and block check, or bare as mode D has it.

    Raises BlockCheckError, TelegramError.
    """
    block = _unchecked(data, STX) if data.startswith(STX) else data
    text = block.decode("latin-1")
    body, end, _ = text.partition("!")
    if not end:
        raise TelegramError(f"data readout without its end '!': {data!r}")
    return parse_data_sets(body)


def parse_data_sets(text: str) -> list[DataSet]:
    """Data sets in ``text``, in its lines in any number. Raises TelegramError for anything that is none."""
    data_sets: list[DataSet] = []
    address = ""
    for line in filter(None, re.split(r"[\r\n]+", text)):
        position = 0
        while position < len(line):
            match = _DATA_SET.match(line, position)
            if match is None:
                raise TelegramError(f"no data set: {line[position:]!r}")
            address = match["address"] or address  # a list of values has one address, before the first
            data_sets.append(DataSet(address, match["value"], match["unit"] or ""))
            position = match.end()
    return data_sets


# -- programming mode ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """``SOH C D STX data ETX BCC``.

    ``command`` is ``P W R E B`` (password, write, read, execute, exit), ``kind`` a digit, ``data`` the data set as
    text, None for no data part. ``partial``: more blocks follow (``EOT`` instead of ``ETX``).
    """

    command: str
    kind: str
    data: str | None = None
    partial: bool = False

    def encode(self) -> bytes:
        """Raises TelegramError."""
        head = _ascii(self.command + self.kind)
        if len(head) != 2:
            raise TelegramError(f"command {self.command!r} and kind {self.kind!r}: expected one character each")
        body = b"" if self.data is None else STX + _ascii(self.data)
        return _checked(SOH, head + body + (EOT if self.partial else ETX))

    @classmethod
    def decode(cls, data: bytes) -> Command:
        """Raises BlockCheckError, TelegramError."""
        body = _unchecked(data, SOH)
        head, stx, content = body.partition(STX)
        if len(head) != 2:
            raise TelegramError(f"no programming command: {data!r}")
        text = content.decode("latin-1") if stx else None
        return cls(chr(head[0]), chr(head[1]), text, data[-2:-1] == EOT)


BREAK = Command("B", "0")


def encode_answer(text: str, partial: bool = False) -> bytes:
    """``STX text ETX BCC``: a data or error answer in programming mode (``EOT`` when more blocks follow)."""
    return _checked(STX, _ascii(text) + (EOT if partial else ETX))


def decode_answer(data: bytes) -> str:
    """The text of an answer in programming mode. Raises BlockCheckError, TelegramError."""
    return _unchecked(data, STX).decode("latin-1")


def _checked(start: bytes, body: bytes) -> bytes:
    return start + body + bytes([block_check(body)])


def _unchecked(data: bytes, start: bytes) -> bytes:
    """What stands between ``start`` and the end character of a message with a block check."""
    if len(data) < 3 or data[:1] != start or data[-2:-1] not in (ETX, EOT):
        raise TelegramError(f"no message from {start!r} to ETX and block check: {data!r}")
    expected = block_check(data[1:-1])
    if data[-1] != expected:
        raise BlockCheckError(f"block check 0x{data[-1]:02x} where 0x{expected:02x} fits: {data!r}")
    return data[1:-2]


def _ascii(text: str) -> bytes:
    try:
        return text.encode("ascii")
    except UnicodeEncodeError as error:
        raise TelegramError(f"{text!r} has characters that 7 bits cannot carry") from error
