"""One telegram: who sends it, a line for each object with its values in brackets, and the check.

    /ISk5\\2MT382-1000
    <empty line>
    1-0:1.8.1(123456.789*kWh)
    0-1:24.2.1(101209112500W)(12785.123*m3)
    !E47C

Lines end with CR LF. A number may carry its unit after an asterisk; text is sent as hexadecimal digits; a moment is
local time of the Netherlands, YYMMDDhhmmss with W (winter, UTC+1) or S (summer, UTC+2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from drivers.p1.crc import crc16

START, END = b"/", b"!"
CR_LF = "\r\n"
_WHOLE = re.compile(rb"(?P<checked>/(?P<body>[^!]*)!)(?P<check>[0-9A-Fa-f]{4})\r\n")
_LINE = re.compile(r"(?P<obis>\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?P<values>(?:\([^()/!]*\))+)")
_VALUE = re.compile(r"\(([^()]*)\)")
_MOMENT = re.compile(r"(?P<digits>\d{12})(?P<season>[WS])")
_OFFSET = {"W": timezone(timedelta(hours=1)), "S": timezone(timedelta(hours=2))}


class P1Error(ValueError):
    """What came is no telegram, or has no such line; the text says what is wrong."""


class P1CheckError(P1Error):
    """The check does not fit what was received."""


@dataclass(frozen=True)
class Quantity:
    """A number as sent, and its unit: ``kWh``, ``kW``, ``V``, ``A``, ``s``, ``m3``, ...; empty where it has none."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """An object by its reduced name ``A-B:C.D.E``, with its values as text."""

    obis: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return self.obis + "".join(f"({value})" for value in self.values)


@dataclass(frozen=True)
class Telegram:
    """A telegram. ``identification`` is what stands after the slash: maker, baud character, escape, type."""

    identification: str
    lines: tuple[Line, ...]

    def encode(self) -> bytes:
        """As it is sent, with its check. Raises P1Error for characters that cannot be sent."""
        text = f"/{self.identification}{CR_LF}{CR_LF}" + "".join(f"{line}{CR_LF}" for line in self.lines) + "!"
        try:
            checked = text.encode("ascii")
        except UnicodeEncodeError:
            raise P1Error("a telegram has ASCII characters only") from None
        if checked.count(END) != 1:
            raise P1Error("an exclamation mark ends a telegram and stands nowhere in it")
        return checked + f"{crc16(checked):04X}{CR_LF}".encode()

    @classmethod
    def decode(cls, data: bytes) -> Telegram:
        """From the slash to the end of the check's line. Raises P1CheckError, P1Error."""
        match = _WHOLE.fullmatch(data)
        if match is None:
            raise P1Error(f"no telegram from slash to check: {data[:40]!r}")
        expected = crc16(match["checked"])
        if int(match["check"], 16) != expected:
            raise P1CheckError(f"check {match['check'].decode()} where {expected:04X} fits")
        try:
            head, _, rest = match["body"].decode("ascii").partition(CR_LF)
        except UnicodeDecodeError:
            raise P1Error("a telegram with characters that are not ASCII") from None
        return cls(head, tuple(_line(text) for text in rest.split(CR_LF) if text))

    # -- reading -------------------------------------------------------------------------------------------------

    def line(self, obis: str) -> Line:
        """The line of an object. Raises P1Error where there is none."""
        for line in self.lines:
            if line.obis == obis:
                return line
        raise P1Error(f"no line {obis}")

    def quantity(self, obis: str) -> Quantity:
        """The last value of a line as a number with its unit. Raises P1Error."""
        number, _, unit = self.line(obis).values[-1].partition("*")
        try:
            return Quantity(Decimal(number), unit)
        except InvalidOperation:
            raise P1Error(f"{obis}: {number!r} is no number") from None

    def text(self, obis: str) -> str:
        """The last value of a line as the text that its hexadecimal digits stand for. Raises P1Error."""
        try:
            return bytes.fromhex(self.line(obis).values[-1]).decode("latin-1")
        except ValueError:
            raise P1Error(f"{obis}: no hexadecimal digits") from None

    def moment(self, obis: str) -> float:
        """The first value of a line as a moment (UTC, s). Raises P1Error."""
        return moment(self.line(obis).values[0])


def moment(text: str) -> float:
    """``YYMMDDhhmmssX`` as a moment (UTC, s). Raises P1Error."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise P1Error(f"{text!r} is no moment")
    try:
        local = datetime.strptime(match["digits"], "%y%m%d%H%M%S")
    except ValueError:
        raise P1Error(f"{text!r} is no moment") from None
    return local.replace(tzinfo=_OFFSET[match["season"]]).timestamp()


def shown_moment(at: float, *, saving: bool) -> str:
    """A moment (UTC, s) as ``YYMMDDhhmmssX``; ``saving``: summer time holds."""
    season = "S" if saving else "W"
    return datetime.fromtimestamp(at, UTC).astimezone(_OFFSET[season]).strftime("%y%m%d%H%M%S") + season


def _line(text: str) -> Line:
    match = _LINE.fullmatch(text)
    if match is None:
        raise P1Error(f"no line of a telegram: {text[:60]!r}")
    return Line(match["obis"], tuple(_VALUE.findall(match["values"])))
