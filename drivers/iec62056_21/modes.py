"""IEC 62056-21: protocol modes A to E and their baud rates (6.3.13, 6.4)."""

from __future__ import annotations

from enum import Enum

from drivers.transport.line_time import LineFormat

SIGN_ON_LINE = LineFormat(300, 7, "E", 1)
"""Speed and format of the request, the identification and the option select message in modes A, B, C and E."""

MODE_D_LINE = LineFormat(2400, 7, "E", 1)
"""Mode D: one-way readout at a fixed speed."""

_MODE_C = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}
_MODE_B = {"A": 600, "B": 1200, "C": 2400, "D": 4800, "E": 9600, "F": 19200}


class Mode(Enum):
    """Protocol modes. ``A``: fixed baud rate, two-way. ``B``: baud rate changes without acknowledgement. ``C``: with
    acknowledgement. ``D``: one-way at 2,400 baud. ``E``: other protocols, here HDLC.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class UnknownBaudError(ValueError):
    """A baud rate character or a speed that the standard does not have for this mode."""


def mode_of(baud_character: str, offers_hdlc: bool) -> Mode:
    """The protocol mode that a meter announces in its identification message.

    Digits mean mode C (E with the HDLC escape), letters A to F mode B, anything else mode A. Mode D meters announce
    ``3`` like mode C, but unasked.
    """
    if baud_character in _MODE_C:
        return Mode.E if offers_hdlc else Mode.C
    return Mode.B if baud_character in _MODE_B else Mode.A


def baud_rate(baud_character: str) -> int:
    """Speed in bit/s for the baud rate character of modes B, C and E. Raises UnknownBaudError."""
    rate = _MODE_C.get(baud_character) or _MODE_B.get(baud_character)
    if rate is None:
        raise UnknownBaudError(
            f"{baud_character!r} is no baud rate character: 0 to 6 (modes C, E) and A to F (mode B) are"
        )
    return rate


def baud_character(rate: int, mode: Mode = Mode.C) -> str:
    """The character for ``rate`` bit/s. Raises UnknownBaudError."""
    table = _MODE_B if mode is Mode.B else _MODE_C
    for character, known in table.items():
        if known == rate:
            return character
    known_rates = ", ".join(map(str, table.values()))
    raise UnknownBaudError(f"mode {mode.value} has no {rate} baud: {known_rates} are possible")


def slower(wanted: str, announced: str) -> str:
    """The slower one of two baud rate characters: what reader and meter can both do."""
    return min(wanted, announced, key=baud_rate)
